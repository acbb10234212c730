/**
 * Keeps asking while ink comes: at most one request under way, the newest ink next, no stale replies,
 * and patience with a server that is away. No DOM and no fetch, only timers.
 */

import { Refused } from "./api.js";

/** The least time from one question to the next while ink comes, in milliseconds: the eye wants no more than this. */
const PACE = 60;

/** A reply within this time, in milliseconds, is worth showing though newer ink waits: it is soon followed by the next. */
const QUICK = 250;

/** Back-off in milliseconds: the first wait, doubled up to the longest. */
const FIRST_WAIT = 400;
const MAX_WAIT = 5_000;

/** The longest the server's own Retry-After is obeyed. */
const MAX_OBEYED = 60_000;

/** Asks for readings of the newest ink, one at a time. */
export class Predictor {
  #predict;
  #on;
  /** The newest ink, as long as it was not asked about, and the moment before which it is not. @type {{ink: any, from: number} | null} */
  #waiting = null;
  /** @type {AbortController | null} of the question under way */
  #question = null;
  #failures = 0;
  /** No question comes before this moment, for the pace and for the server's sake. */
  #earliest = 0;
  #timer = 0;

  /**
   * @param {(ink: any, signal: AbortSignal) => Promise<any>} predict
   * @param {object} on what is told
   * @param {(reading) => void} on.reply about the newest ink
   * @param {(reading) => void} [on.soFar] a quick one about older ink
   * @param {() => void} [on.reading] ink waits to be read, by a server that answered when it was last asked
   * @param {(error: Error) => void} on.refused
   * @param {(error: Error) => void} on.unavailable
   */
  constructor(predict, on) {
    this.#predict = predict;
    this.#on = on;
  }

  /** Have this ink read, after what is under way; ink that still waited is forgotten. @param {number} [rest] milliseconds for which more may come first */
  ask(ink, rest = 0) {
    this.#waiting = { ink, from: performance.now() + rest };
    if (this.#failures === 0) this.#on.reading?.();
    this.#plan();
  }

  /** For now no more ink comes: what waits is asked about at once, and what is under way about less is given up. */
  urge() {
    if (this.#waiting === null) return;
    this.#question?.abort();
    this.#question = null;
    this.#waiting.from = 0;
    if (this.#failures === 0) this.#earliest = 0;
    this.#plan();
  }

  /** The ink that was asked about is gone: no reply to it may be shown any more. */
  forget() {
    clearTimeout(this.#timer);
    this.#question?.abort();
    this.#question = null;
    this.#waiting = null;
    this.#failures = 0;
    this.#earliest = 0;
  }

  /** Don't wait any longer before the next try; the network may be back. */
  hurry() {
    this.#earliest = 0;
    this.#plan();
  }

  #plan() {
    clearTimeout(this.#timer);
    if (this.#waiting === null || this.#question !== null) return;
    const wait = Math.max(this.#waiting.from, this.#earliest) - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.#send(), wait);
    else this.#send();
  }

  async #send() {
    if (this.#waiting === null) return;
    const { ink } = this.#waiting;
    const question = new AbortController();
    const start = performance.now();
    this.#waiting = null;
    this.#question = question;
    const { reply, error } = await settle(this.#predict(ink, question.signal));
    if (this.#question !== question) return;
    this.#question = null;
    if (error === undefined || error instanceof Refused) this.#answered(reply, error, start);
    else this.#failed(ink, error);
    this.#plan();
  }

  #answered(reply, error, start) {
    const wasAway = this.#failures > 0;
    this.#failures = 0;
    this.#earliest = start + PACE;
    if (this.#waiting === null) {
      if (error) this.#on.refused(error);
      else this.#on.reply(reply);
      return;
    }
    if (wasAway) this.#on.reading?.();
    if (!error && performance.now() - start < QUICK) this.#on.soFar?.(reply);
  }

  #failed(ink, error) {
    this.#failures += 1;
    this.#waiting ??= { ink, from: 0 };
    this.#earliest = performance.now() + waitAfter(this.#failures, error.wait);
    this.#on.unavailable(error);
  }
}

/** A promise's outcome as data. */
async function settle(promise) {
  try {
    return { reply: await promise };
  } catch (error) {
    return { error };
  }
}

function waitAfter(failures, asked = 0) {
  const backOff = Math.min(MAX_WAIT, FIRST_WAIT * 2 ** (failures - 1));
  return Math.max(backOff, Math.min(asked, MAX_OBEYED));
}
