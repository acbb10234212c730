/**
 * Asking the service for one result, with a line that says how far it is.
 */

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
    const error = await this.#lab.run(job, handlers, signal).catch((reason) => reason);
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

  #refused(error) {
    this.#say(error.message);
    if (error.status === 401) this.#lab.askForKey();
  }

  #say(words) {
    this.#status.textContent = words;
  }
}

function waitingWords({ ahead, why }) {
  if (why === "yours")
    return "Another job of yours is under way, in another tab perhaps: this one begins when that has ended.";
  return ahead === 1
    ? "One job of somebody else is before this one."
    : `${ahead} jobs of others are before this one.`;
}
