/**
 * The panels under the pad: whichever are open are told about the newest ink, once it has rested for a moment.
 */

import { Predictor } from "./predictor.js";

/** How long the ink rests before it is explained, in milliseconds. */
const REST = 200;

/**
 * @typedef {object} Panel
 * @property {HTMLDetailsElement} element
 * @property {() => Promise<View>} load its class has `parts`, those of a reading that it shows, and may have
 *     `partsOfStrokes`, those that only strokes have
 *
 * @typedef {{show: (reading: import("./api.js").Reading, drawn: object, digit: number) => void}} View
 */

/** Explains readings in panels that are loaded when they are first opened. */
export class Explainer {
  #panels;
  #read;
  #ready = new Map();
  #predictor;
  #ink = null;
  #digit = null;
  #timer = 0;

  /**
   * @param {Panel[]} panels
   * @param {(ink: object, signal: AbortSignal, include: string[], digit: number | null) => Promise<object>} read
   */
  constructor(panels, read) {
    this.#panels = panels;
    this.#read = read;
    this.#predictor = new Predictor((question, signal) => this.#ask(question, signal), {
      reply: (answer) => this.#show(answer),
      refused: () => this.#mark(null),
      unavailable: () => {}, // the page says so already, and asks again
    });
    for (const panel of panels) {
      panel.element.addEventListener("toggle", () => panel.element.open && this.#open(panel));
    }
  }

  /** There is other ink: `drawn` is what is shown of it. @param {{sent: import("./api.js").Submission, drawn: object} | null} ink */
  follow(ink) {
    this.#ink = ink;
    this.#digit = null;
    this.#predictor.forget();
    clearTimeout(this.#timer);
    if (ink === null) this.#mark(null);
    else this.#timer = setTimeout(() => this.#explain(), REST);
  }

  /** Explain another digit than the likeliest; null for that. */
  explainDigit(digit) {
    if (digit === this.#digit) return;
    this.#digit = digit;
    this.#explain();
  }

  async #open(panel) {
    if (!this.#ready.has(panel)) this.#ready.set(panel, await panel.load());
    this.#explain();
  }

  #explain() {
    if (this.#ink === null) return;
    const ink = this.#ink;
    const views = this.#panels.filter(({ element }) => element.open).map((panel) => this.#ready.get(panel));
    const include = new Set(
      views.flatMap((view) => {
        const { parts = [], partsOfStrokes = [] } = view?.constructor ?? {};
        return ink.sent.strokes ? [...parts, ...partsOfStrokes] : parts;
      }),
    );
    if (include.size > 0) this.#predictor.ask({ ink, include: [...include], digit: this.#digit });
  }

  async #ask({ ink, include, digit }, signal) {
    const reading = await this.#read(ink.sent, signal, include, digit);
    const likeliest = reading.probabilities.indexOf(Math.max(...reading.probabilities));
    return { ink, reading, digit: digit ?? likeliest };
  }

  #show({ ink, reading, digit }) {
    for (const [panel, view] of this.#ready) {
      if (panel.element.open && view.constructor.parts.every((part) => part in reading)) view.show(reading, ink.drawn, digit);
    }
    this.#mark(ink);
  }

  /** A panel without ink says what it is for instead. */
  #mark(ink) {
    for (const { element } of this.#panels) element.toggleAttribute("data-explained", ink !== null && element.open);
  }
}
