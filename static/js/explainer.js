/**
 * The panels under the pad: whichever are open are told about the newest ink, once it has rested for a moment.
 */

import { Predictor } from "./predictor.js";

/** How long the ink rests before it is explained, in milliseconds. */
const REST = 200;

/**
 * @typedef {{show: (reading: import("./api.js").Reading, drawn: object, digit: number) => void}} View what a panel has:
 *     its class has `parts`, those of a reading that it shows, and may have `partsOfStrokes`, those that only strokes have
 */

/** Explains readings in the panels that are open. */
export class Explainer {
  #panels;
  #read;
  #predictor;
  #ink = null;
  #digit = null;
  #timer = 0;

  /**
   * @param {import("./panel.js").Panel[]} panels
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
  }

  /** There is other ink: `drawn` is what is shown of it. @param {{sent: import("./api.js").Submission, drawn: object} | null} ink */
  follow(ink) {
    this.#ink = ink;
    this.#digit = null;
    this.#predictor.forget();
    clearTimeout(this.#timer);
    if (ink === null) this.#mark(null);
    else this.#timer = setTimeout(() => this.explain(), REST);
  }

  /** Explain another digit than the likeliest; null for that. */
  explainDigit(digit) {
    if (digit === this.#digit) return;
    this.#digit = digit;
    this.explain();
  }

  /** Explain the ink in all panels that are open; one more is. */
  explain() {
    if (this.#ink === null) return;
    const ink = this.#ink;
    const views = this.#panels.filter(({ element }) => element.open).map(({ view }) => view);
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
    for (const { element, view } of this.#panels) {
      if (element.open && view?.constructor.parts.every((part) => part in reading)) view.show(reading, ink.drawn, digit);
    }
    this.#mark(ink);
  }

  /** A panel without ink says what it is for instead. */
  #mark(ink) {
    for (const { element } of this.#panels) element.toggleAttribute("data-explained", ink !== null && element.open);
  }
}
