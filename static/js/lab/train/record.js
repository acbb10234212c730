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

  /** @param {any} frame as the service sends it */
  add(frame) {
    this.#addLosses(frame.losses, frame);
    this.#addMoment(frame);
    this.frame = frame;
  }

  /** How it went until now, for who comes late. @param {any} course as the service sends it */
  catchUp({ losses, measures }) {
    this.#losses = [];
    let done = 0;
    for (const measure of measures) {
      const until = losses.findIndex(([step], i) => i >= done && step > measure.step);
      const end = until < 0 ? losses.length : until;
      this.#addLosses(losses.slice(done, end), measure);
      this.#addMoment(measure);
      done = end;
    }
  }

  /** @param {any} ended as the service sends it, with the losses since the last frame */
  end(ended) {
    this.#addLosses(ended.losses ?? [], this.moments.at(-1) ?? { step: 0, seconds: 0 });
    this.ended = ended;
  }

  /** Losses of steps up to a moment; each step is taken to have lasted as long as the others. */
  #addLosses(losses, { step: last, seconds }) {
    const before = this.moments.at(-1) ?? { step: 0, seconds: 0 };
    const pace = last > before.step ? (seconds - before.seconds) / (last - before.step) : 0;
    for (const [step, loss] of losses) {
      this.#losses.push([step, before.seconds + pace * (step - before.step), loss]);
    }
    if (this.#losses.length > MOST) this.#thin();
  }

  #addMoment({ step, seconds, training, validation }) {
    this.moments.push({ step, epochs: step / this.info.batches, seconds, training, validation });
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
