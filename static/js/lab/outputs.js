/**
 * Softmax and sigmoid outputs, and losses on them with their gradients by the logits, of one example. Pure.
 *
 * The same as the trainer's, digit for digit but for rounding: squared and absolute errors are means over the outputs.
 *
 * @typedef {"softmax" | "sigmoid"} Output
 * @typedef {"cross-entropy" | "binary-cross-entropy" | "mse" | "mae"} LossName
 * @typedef {{value: number, gradient: number[]}} Loss
 */

/** @param {readonly number[]} logits @returns {number[]} e^z */
export function exponentials(logits) {
  return logits.map(Math.exp);
}

/** @param {readonly number[]} logits @returns {number[]} above 0, with the sum 1 */
export function softmax(logits) {
  // The largest logit taken off changes nothing in the result, and keeps e^z from overflowing.
  const highest = Math.max(...logits);
  const powers = exponentials(logits.map((one) => one - highest));
  const sum = total(powers);
  return powers.map((one) => one / sum);
}

/** @param {readonly number[]} logits @returns {number[]} each between 0 and 1, on its own */
export function sigmoid(logits) {
  return logits.map((one) => 1 / (1 + Math.exp(-one)));
}

/** @param {readonly number[]} numbers @returns {number} */
export function total(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** Those that make sense on an output layer, in the lecture's order. @type {Record<Output, LossName[]>} */
export const LOSSES = {
  softmax: ["cross-entropy", "binary-cross-entropy", "mse", "mae"],
  sigmoid: ["binary-cross-entropy", "mse", "mae"],
};

/**
 * @param {Output} output
 * @param {LossName} loss
 * @param {readonly number[]} logits
 * @param {number} target which of them is to be 1, the others 0
 * @returns {Loss}
 */
export function lossOf(output, loss, logits, target) {
  const truth = logits.map((_, i) => (i === target ? 1 : 0));
  if (loss === "mse" || loss === "mae") return onOutputs(output, ERRORS[loss], logits, truth);
  if (output === "sigmoid") return separateCrossEntropy(logits, truth);
  return loss === "cross-entropy" ? crossEntropy(logits, truth) : lectureCrossEntropy(logits, target);
}

/** −log ŷ of the target; by each logit ŷ − y. */
function crossEntropy(logits, truth) {
  const outputs = softmax(logits);
  const target = truth.indexOf(1);
  return { value: logSumExp(logits) - logits[target], gradient: outputs.map((one, i) => one - truth[i]) };
}

/** The same, and −log(1 − ŷ) of each other class: by the softmax over the classes without it. */
function lectureCrossEntropy(logits, target) {
  const outputs = softmax(logits);
  const all = logSumExp(logits);
  let value = all - logits[target];
  const gradient = outputs.map((one, i) => one - (i === target ? 1 : 0));
  for (const [k, share] of outputs.entries()) {
    if (k === target) continue;
    const others = logits.map((one, i) => (i === k ? Number.NEGATIVE_INFINITY : one));
    value += all - logSumExp(others);
    const shares = softmax(others);
    for (const i of gradient.keys()) gradient[i] += share * ((i === k ? 1 : 0) - shares[i]);
  }
  return { value, gradient };
}

/** Each sigmoid is a yes-or-no answer of its own; by each logit ŷ − y. */
function separateCrossEntropy(logits, truth) {
  const values = logits.map((one, i) => Math.max(one, 0) - truth[i] * one + Math.log1p(Math.exp(-Math.abs(one))));
  return { value: total(values), gradient: sigmoid(logits).map((one, i) => one - truth[i]) };
}

/** Of an output's difference from the truth, each with its slope. */
const ERRORS = {
  mse: { of: (off) => off * off, slope: (off) => 2 * off },
  mae: { of: Math.abs, slope: Math.sign },
};

/** The mean over the outputs; its gradient passes back through them. */
function onOutputs(output, error, logits, truth) {
  const outputs = output === "softmax" ? softmax(logits) : sigmoid(logits);
  const offs = outputs.map((one, i) => one - truth[i]);
  const slopes = offs.map((off) => error.slope(off) / offs.length);
  const value = total(offs.map(error.of)) / offs.length;
  if (output === "sigmoid") return { value, gradient: outputs.map((one, i) => slopes[i] * one * (1 - one)) };
  const mean = total(outputs.map((one, i) => slopes[i] * one));
  return { value, gradient: outputs.map((one, i) => one * (slopes[i] - mean)) };
}

function logSumExp(logits) {
  const highest = Math.max(...logits);
  return highest + Math.log(total(exponentials(logits.map((one) => one - highest))));
}
