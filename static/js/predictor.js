/**
 * Keeps asking while the pen moves: at most one request under way, the newest ink next, no stale replies,
 * and patience with a server that is away. No DOM and no fetch, only timers.
 */

import { Refused } from "./api.js";

/** The least time between two questions, in milliseconds: the eye wants no more than this. */
const PACE = 60;

/** Back-off in milliseconds: the first wait, doubled up to the longest. */
const FIRST_WAIT = 400;
const MAX_WAIT = 5_000;

/** The longest the server's own Retry-After is obeyed. */
const MAX_OBEYED = 60_000;

/** Asks for readings of the newest ink, one at a time. */
export class Predictor {
  #predict;
  #on;
  #newest = null;
  #errand = null;

  /**
   * @param {(ink: unknown, signal: AbortSignal) => Promise<unknown>} predict
   * @param {{reply: (reading) => void, refused: (error: Error) => void, unavailable: (error: Error) => void}} on
   */
  constructor(predict, on) {
    this.#predict = predict;
    this.#on = on;
  }

  /** Have this ink read, after what is under way; ink that still waited is forgotten. */
  ask(ink) {
    this.#newest = ink;
    if (this.#errand === null) {
      this.#errand = new Errand();
      this.#run(this.#errand);
    }
  }

  /** The ink that was asked about is gone: no reply to it may be shown any more. */
  forget() {
    this.#newest = null;
    this.#errand?.end();
    this.#errand = null;
  }

  /** Don't wait any longer before the next try; the network may be back. */
  hurry() {
    this.#errand?.wake();
  }

  async #run(errand) {
    let failures = 0;
    while (this.#newest !== null) {
      const ink = this.#newest;
      this.#newest = null;
      const { reply, error } = await settle(this.#predict(ink, errand.signal));
      if (errand.isOver) return;
      const mayPass = error !== undefined && !(error instanceof Refused);
      failures = mayPass ? failures + 1 : 0;
      if (mayPass) this.#newest ??= ink;
      this.#tell(reply, error);
      await errand.sleep(mayPass ? waitAfter(failures, error.wait) : PACE);
      if (errand.isOver) return;
    }
    this.#errand = null;
  }

  #tell(reply, error) {
    if (error === undefined) this.#on.reply(reply);
    else if (error instanceof Refused) this.#on.refused(error);
    else this.#on.unavailable(error);
  }
}

/** One run of questions about ink that belongs together, until it is forgotten. */
class Errand {
  #controller = new AbortController();
  #wake = () => {};

  get signal() {
    return this.#controller.signal;
  }

  get isOver() {
    return this.signal.aborted;
  }

  end() {
    this.#controller.abort();
    this.#wake();
  }

  wake() {
    this.#wake();
  }

  sleep(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
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
