/**
 * The pen: a button that shows how wide the ink is, and goes to the next width at each press.
 */

import { PENS } from "./ink.js";

const KEY = "digits.pen";

/** The button, whose choice outlives a reload. */
export class PenButton {
  #button;
  #on;

  /**
   * @param {HTMLElement} button
   * @param {{width: (width: number) => void, words: (words: string) => void}} on the pen has this width, in the
   *     drawing's units; another was chosen, and what it is called
   */
  constructor(button, on) {
    this.#button = button;
    this.#on = on;
    button.addEventListener("click", () => this.#next());
    this.#take(stored());
  }

  #next() {
    const names = Object.keys(PENS);
    const name = names[(names.indexOf(this.#button.dataset.pen) + 1) % names.length];
    this.#take(name);
    this.#on.words(wordsFor(name));
    try {
      sessionStorage.setItem(KEY, name);
    } catch {
      // then it is chosen for as long as the page
    }
  }

  #take(name) {
    this.#button.dataset.pen = name;
    this.#button.setAttribute("aria-label", wordsFor(name));
    this.#on.width(PENS[name]);
  }
}

function wordsFor(name) {
  return `Pen: ${name}`;
}

/** The choice before a reload. */
function stored() {
  try {
    const name = sessionStorage.getItem(KEY) ?? "";
    return Object.hasOwn(PENS, name) ? name : "medium";
  } catch {
    return "medium";
  }
}
