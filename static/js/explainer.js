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
  #store;
  #panels;
  #read;
  #predictor;
  #timer = 0;

  /**
   * @param {import("./store.js").Store} store
   * @param {import("./panel.js").Panel[]} panels
   * @param {(ink: object, signal: AbortSignal, include: string[], digit: number | null) => Promise<object>} read
   */
  constructor(store, panels, read) {
    this.#store = store;
    this.#panels = panels;
    this.#read = read;
    this.#predictor = new Predictor((question, signal) => this.#ask(question, signal), {
      reply: (answer) => this.#show(answer),
      refused: () => this.#mark(false),
      unavailable: () => {}, // the page says so already, and asks again
    });
    store.follow(["ink"], () => this.#follow());
    store.follow(["explained"], ({ explained }) => explained !== null && this.explain());
  }

  /** There is other ink. */
  #follow() {
    this.#predictor.forget();
    clearTimeout(this.#timer);
    this.#wait(true);
    if (this.#store.now.ink === null) this.#mark(false);
    else this.#timer = setTimeout(() => this.explain(), REST);
  }

  /** Explain the ink in all panels that are open; one more is. */
  explain() {
    const { ink, bitmap, explained } = this.#store.now;
    if (ink === null) return;
    const views = this.#panels.filter(({ element }) => element.open).map(({ view }) => view);
    const include = new Set(
      views.flatMap((view) => {
        const { parts = [], partsOfStrokes = [] } = view?.constructor ?? {};
        return ink.strokes ? [...parts, ...partsOfStrokes] : parts;
      }),
    );
    if (include.size > 0) this.#predictor.ask({ ink, bitmap, include: [...include], digit: explained });
  }

  /** @returns {Promise<any>} */
  async #ask({ ink, bitmap, include, digit }, signal) {
    const reading = await this.#read(ink, signal, include, digit);
    const likeliest = reading.probabilities.indexOf(Math.max(...reading.probabilities));
    return { reading, drawn: { strokes: ink.strokes, bitmap }, digit: digit ?? likeliest };
  }

  #show({ reading, drawn, digit }) {
    for (const { element, view } of this.#panels) {
      if (element.open && view?.constructor.parts.every((part) => part in reading)) view.show(reading, drawn, digit);
    }
    this.#mark(true);
  }

  /** A panel without ink says what it is for instead. */
  #mark(isExplained) {
    for (const { element } of this.#panels) element.toggleAttribute("data-explained", isExplained && element.open);
    this.#wait(false);
  }

  /** What is in the panels is of older ink. */
  #wait(isOlder) {
    for (const { element } of this.#panels) element.setAttribute("aria-busy", String(isOlder && element.open));
  }
}
