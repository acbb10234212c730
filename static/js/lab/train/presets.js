/**
 * Ready choices: what to train side by side, and how to break it. Pure: changes to the knobs' defaults, a run each.
 *
 * @typedef {{name: string, watch: string, runs: import("../state.js").Run[]}} Preset
 */

/** Where steps of one image are to be compared with those of all: small, so that a thousand a second are had. */
const SMALL = { hidden: [32], optimizer: "sgd", epochs: 20, limit: 2000 };

/** @type {Preset[]} */
export const PRESETS = [
  {
    name: "GD, mini-batch, SGD",
    watch:
      "The same learning rate, steps by all images, by 32 and by 1. A holds its course but has few steps; C has the most, " +
      "and its loss jumps from image to image. See them by epochs, then by seconds.",
    runs: [
      { ...SMALL, learning_rate: 0.05, batch_size: "full" },
      { ...SMALL, learning_rate: 0.05, batch_size: 32 },
      { ...SMALL, learning_rate: 0.05, batch_size: 1 },
    ],
  },
  {
    name: "Three optimizers",
    watch:
      "The same weights at the start and the same batches: only the rule of the step differs. Which falls fastest?",
    runs: [{ optimizer: "sgd" }, { optimizer: "momentum" }, { optimizer: "adam" }],
  },
  {
    name: "With and without standardising",
    watch:
      "A learns from pixels of 0 to 255 as they are, B from pixels of mean 0 and deviation 1, by the same rate. " +
      "Look at the gradients' lengths, and at which of the two learns.",
    runs: [
      { hidden: [32], optimizer: "sgd", learning_rate: 0.01, scaling: "none" },
      { hidden: [32], optimizer: "sgd", learning_rate: 0.01, scaling: "standardize" },
    ],
  },
  {
    name: "Break it: too high a learning rate",
    watch:
      "Steps this long overshoot the valley: the loss rises instead of falling. Then lower the rate, and train again.",
    runs: [{ optimizer: "sgd", learning_rate: 20 }],
  },
];
