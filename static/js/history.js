/**
 * The way back and forth again between values that are never changed, only replaced.
 */

/** Steps back at most: each holds a list of strokes or a picture. */
export const MOST = 200;

/** A value, those before it, and those that undo took back. @template T */
export class History {
  /** @type {{past: T[], now: T, future: T[]}} */
  #steps;

  /** @param {T} first */
  constructor(first) {
    this.#steps = { past: [], now: first, future: [] };
  }

  /** @returns {T} the value now */
  get now() {
    return this.#steps.now;
  }

  get canUndo() {
    return this.#steps.past.length > 0;
  }

  get canRedo() {
    return this.#steps.future.length > 0;
  }

  /** Everything as it is, for `rewind`. */
  get mark() {
    return this.#steps;
  }

  /** As if nothing had been since the mark. */
  rewind(mark) {
    this.#steps = mark;
  }

  /** A new value: what was taken back before it is gone. @param {T} next */
  record(next) {
    const { past, now } = this.#steps;
    this.#steps = { past: [...past, now].slice(-MOST), now: next, future: [] };
  }

  /** The value before, if there is one. */
  undo() {
    if (!this.canUndo) return;
    const { past, now, future } = this.#steps;
    this.#steps = { past: past.slice(0, -1), now: past[past.length - 1], future: [now, ...future] };
  }

  /** The value that undo took back last, if there is one. */
  redo() {
    if (!this.canRedo) return;
    const { past, now, future } = this.#steps;
    this.#steps = { past: [...past, now], now: future[0], future: future.slice(1) };
  }
}
