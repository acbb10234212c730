/**
 * Asking the service for one result, with a line that says how far it is.
 */

/** What is changed step by step is asked about once it has stood for so many milliseconds. */
const PAUSE = 200;

/** A full lab is asked again after so many milliseconds, and so often. */
const AGAIN = 2000;
const TIMES = 5;

/** For one view. */
export class Asking {
  #lab;
  #status;
  #controller = new AbortController();
  /** What was asked last, unless it was refused or given up. */
  #asked = "";
  #isAnswered = true;

  /** @param {any} lab @param {HTMLElement} status */
  constructor(lab, status) {
    this.#lab = lab;
    this.#status = status;
  }

  /**
   * A newer question ends an older one. The same is not asked twice.
   *
   * @param {object} job
   * @param {(result: any) => void} onResult
   * @param {boolean} [isAgain] ask even so
   */
  async ask(job, onResult, isAgain = false) {
    const asked = JSON.stringify(job);
    if (asked === this.#asked && !isAgain) return;
    this.stop();
    const { signal } = this.#controller;
    this.#asked = asked;
    this.#isAnswered = false;
    this.#say("Asking …");
    const handlers = {
      waiting: (waiting) => this.#say(waitingWords(waiting)),
      progress: ({ what, done, of }) => this.#say(`${what} … ${Math.round((100 * done) / of)}\u2009%`),
      result: (result) => {
        this.#isAnswered = true;
        this.#say("");
        onResult(result);
      },
    };
    await passed(isAgain ? 0 : PAUSE);
    const error = await this.#tried(job, handlers, signal);
    if (signal.aborted || this.#isAnswered) return;
    this.stop();
    if (error && error.name !== "AbortError") this.#refused(error);
  }

  /** What was asked, and not yet answered, is not wanted any more. */
  stop() {
    this.#controller.abort();
    this.#controller = new AbortController();
    if (!this.#isAnswered) this.#asked = "";
    this.#isAnswered = true;
    this.#say("");
  }

  /** @returns {Promise<any>} what went wrong, if anything did */
  async #tried(job, handlers, signal) {
    let error;
    for (let time = 0; time < TIMES && !signal.aborted; time += 1) {
      error = await this.#lab.run(job, handlers, signal).catch((reason) => reason);
      if (error?.status !== 503 || signal.aborted) return error;
      this.#say("The lab is full just now. Asking again …");
      await passed(AGAIN);
    }
    return error;
  }

  #refused(error) {
    this.#say(error.message);
    this.#status.toggleAttribute("data-refused", true);
    if (error.status === 401) this.#lab.askForKey();
  }

  #say(words) {
    this.#status.textContent = words;
    this.#status.toggleAttribute("data-refused", false);
  }
}

function passed(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function waitingWords({ ahead, why }) {
  if (why === "yours")
    return "Another job of yours is under way, in another tab perhaps: this one begins when that has ended.";
  return ahead === 1
    ? "One job of somebody else is before this one."
    : `${ahead} jobs of others are before this one.`;
}
