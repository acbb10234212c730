/**
 * Tells screen readers the answer, politely: once it has stopped changing, not on every move of the pen.
 */

/** How long an answer has to stand before it is said, in milliseconds. */
const STANDING = 700;

/** Speaks through one live region. */
export class Announcer {
  #region;
  #timer = 0;
  #text = "";

  /** @param {HTMLElement} region an element with aria-live */
  constructor(region) {
    this.#region = region;
  }

  /** Say this, unless something else is to be said before it has stood for a moment. */
  say(text) {
    if (text === this.#text) return;
    this.#text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#region.textContent = text), STANDING);
  }

  /** What was to be said is no longer true. */
  hush() {
    clearTimeout(this.#timer);
    this.#text = this.#region.textContent;
  }
}
