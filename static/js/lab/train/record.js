/**
 * What is known of one run so far: its losses, and how good it was from frame to frame. Pure.
 *
 * @typedef {"steps" | "epochs" | "seconds"} By what lies on the charts' axis
 * @typedef {{loss: number | null, accuracy: number | null}} Measured
 * @typedef {{step: number, epochs: number, seconds: number, training: Measured, validation: Measured}} Moment
 */

import { thinned } from "../charts/scale.js";

/** Losses of batches of one image come by the ten thousand: of more than these, every stretch's lowest and highest stay. */
const MOST = 12_000;

/** A run from its begin to its end. */
export class Record {
  /** @type {[step: number, seconds: number, loss: number | null][]} of each batch */
  #losses = [];
  /** @type {Moment[]} */
  moments = [];
  /** What the service told last. @type {any} */
  frame = null;
  /** How it ended, once it has. @type {any} */
  ended = null;

  /** @param {any} info as `begun` has it */
  constructor(info) {
    this.info = info;
  }

  /** @param {any} frame as the service sends it; the last of a run that diverged has its losses alone */
  add(frame) {
    const before = this.moments.at(-1) ?? { step: 0, seconds: 0 };
    const pace = frame.step > before.step ? (frame.seconds - before.seconds) / (frame.step - before.step) : 0;
    for (const [step, loss] of frame.losses) {
      this.#losses.push([step, before.seconds + pace * (step - before.step), loss]);
    }
    if (this.#losses.length > MOST) this.#thin();
    if (frame.step === undefined) return;
    const { step, seconds, training, validation } = frame;
    this.moments.push({ step, epochs: step / this.info.batches, seconds, training, validation });
    this.frame = frame;
  }

  #thin() {
    const kept = thinned(
      this.#losses.map(([, , loss], i) => [i, loss]),
      MOST / 4,
    );
    this.#losses = kept.map(([i]) => this.#losses[i]);
  }

  /** The loss of each batch. @param {By} by @returns {import("../charts/scale.js").Place[]} */
  losses(by) {
    return this.#losses.map(([step, seconds, loss]) => {
      const x = { steps: step, epochs: step / this.info.batches, seconds }[by];
      return [x, loss];
    });
  }

  /**
   * What was measured from frame to frame.
   *
   * @param {"training" | "validation"} images
   * @param {"loss" | "accuracy"} what
   * @param {By} by
   * @returns {import("../charts/scale.js").Place[]}
   */
  measured(images, what, by) {
    return this.moments.map((moment) => {
      const x = { steps: moment.step, epochs: moment.epochs, seconds: moment.seconds }[by];
      return [x, moment[images][what]];
    });
  }

  /** Seconds of computing until it read so many of the held-out digits; null where it has not. @param {number} accuracy */
  secondsUntil(accuracy) {
    return this.moments.find(({ validation }) => (validation.accuracy ?? 0) >= accuracy)?.seconds ?? null;
  }
}
