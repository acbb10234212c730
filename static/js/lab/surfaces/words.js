/**
 * What outputs and losses say, in words. Pure.
 */

import { figure } from "../charts/scale.js";
import { lossOf, sigmoid, softmax, total } from "../outputs.js";

/** From here a sigmoid says yes. */
const YES = 0.5;

/** @param {readonly number[]} logits @returns {string} why probabilities need softmax */
export function layerWords(logits) {
  const [sigmoids, shares] = [sigmoid(logits), softmax(logits)];
  const best = shares.indexOf(Math.max(...shares));
  const yes = sigmoids.flatMap((one, digit) => (one > YES ? [digit] : []));
  const said =
    yes.length === 0 ? "no sigmoid says yes to any digit" : `sigmoids say yes to ${listed(yes)}, each on its own`;
  return (
    `The sigmoids sum to ${total(sigmoids).toFixed(2)}: ${said}, and so they are no probabilities of ten classes of which one is true. ` +
    `Softmax divides by the sum, so that all are above 0 and sum to 1: ${best} with ${percent(shares[best])}. ` +
    "To add the same to all logits changes no softmax output, for only differences count there, but every sigmoid."
  );
}

/**
 * @param {readonly number[]} logits
 * @param {number} target
 * @param {readonly number[]} shares of softmax
 * @returns {string} how hard each loss pulls
 */
export function lossWords(logits, target, shares) {
  const pull = (loss) => figure(Math.abs(lossOf("softmax", loss, logits, target).gradient[target]));
  return (
    `Softmax gives the true digit, ${target}, a probability of ${percent(shares[target])}. Cross-entropy pulls its logit up with a slope of ${pull("cross-entropy")}: ` +
    `what is missing to 1, so most where it is most wrong. The squared error does so with ${pull("mse")} and the absolute with ${pull("mae")}: ` +
    "where softmax is sure of a wrong digit both hardly pull at all, which is why classifiers learn by cross-entropy."
  );
}

function listed(digits) {
  return digits.length < 2 ? String(digits[0]) : `${digits.slice(0, -1).join(", ")} and ${digits.at(-1)}`;
}

function percent(share) {
  return `${(100 * share).toFixed(1)}\u2009%`;
}
