/**
 * A section under the pad whose view comes when it is first opened, and is tried again where that failed.
 */

import { within } from "./dom.js";

/** One such section. */
export class Panel {
  /** What is in it, once it is there. @type {any} */
  view = null;
  #load;
  #onOpen;
  #isLoading = false;
  /** @type {HTMLElement | null} */
  #failed = null;

  /**
   * @param {HTMLDetailsElement} element
   * @param {(element: HTMLElement) => Promise<object>} load
   * @param {() => void} [onOpen] called whenever it is open and its view there
   */
  constructor(element, load, onOpen = () => {}) {
    this.element = element;
    this.#load = load;
    this.#onOpen = onOpen;
    element.addEventListener("toggle", () => this.#open());
    window.addEventListener("online", () => this.#failed && this.#open());
  }

  async #open() {
    if (!this.element.open || this.#isLoading) return;
    if (this.view === null) {
      this.#isLoading = true;
      this.view = await this.#load(this.element).catch(() => null);
      this.#isLoading = false;
      this.#showFailed(this.view === null);
    }
    if (this.view !== null && this.element.open) this.#onOpen();
  }

  /** One line in place of the content. */
  #showFailed(hasFailed) {
    const hadFocus = this.#failed?.contains(document.activeElement);
    this.element.toggleAttribute("data-ready", !hasFailed);
    this.#failed?.remove();
    this.#failed = null;
    if (hasFailed) {
      const again = Object.assign(document.createElement("button"), {
        type: "button",
        className: "button",
        textContent: "Try again",
      });
      again.addEventListener("click", () => this.#open());
      const words = Object.assign(document.createElement("p"), { className: "panel-failed quiet" });
      words.setAttribute("role", "alert");
      words.append("This could not be loaded. ", again);
      this.element.append(words);
      this.#failed = words;
      if (hadFocus) again.focus();
    } else if (hadFocus) {
      within(this.element, "summary", HTMLElement).focus();
    }
  }
}
