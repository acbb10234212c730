/**
 * One run, beside the others: how good it is, and all that is inside of it.
 */

import { html } from "../elements.js";
import { MistakesPart, WatchedPart } from "./digits.js";
import { EndingPart } from "./ending.js";
import { LayersPart, WeightsPart } from "./inside.js";
import { judgement, NAMES, percent, progressWords } from "./words.js";

/** A run in two elements: its score, which leads, and the card with the rest. */
export class Card {
  #accuracy = html("p", { class: "accuracy", "data-testid": "accuracy" }, "–");
  #progress = html("p", { class: "quiet" });
  #judgement = html("p", { class: "judgement", "data-testid": "judgement" });
  #ending;
  #parts;
  #drawn = null;
  #record;

  /**
   * @param {import("./record.js").Record} record
   * @param {number} number of the run, from 0
   * @param {string} about what it is
   * @param {(step: number) => void} onWatch another digit is to be watched, so many further
   */
  constructor(record, number, about, onWatch) {
    const name = NAMES[number];
    const mark = () => html("b", { class: `run-name series-${number + 1}` }, name);
    const sections = [0, 1, 2, 3].map(() => html("section", { class: "card-part" }));
    const ending = html("section", { class: "card-part ending" });
    this.#record = record;
    this.score = html(
      "li",
      { class: "score", "data-testid": `score-${name.toLowerCase()}` },
      mark(),
      this.#accuracy,
      html("div", {}, this.#judgement, this.#progress),
    );
    this.element = html(
      "article",
      { class: "card", "data-testid": `run-${name.toLowerCase()}`, "aria-label": `Inside of run ${name}` },
      html("h3", {}, mark(), ` Inside: ${about}`),
      ending,
      html("div", { class: "card-parts" }, ...sections),
    );
    const [first, layers, watched, mistakes] = sections;
    this.#ending = new EndingPart(ending);
    this.#parts = [
      new WeightsPart(first),
      new LayersPart(layers),
      new WatchedPart(watched, record.info.output, onWatch),
      new MistakesPart(mistakes),
    ];
  }

  /** Draw what is new. @param {string} id of the job */
  show(id) {
    const { frame, ended } = this.#record;
    const { words, isBad } = judgement(this.#record);
    if (this.#judgement.textContent !== words) this.#judgement.textContent = words;
    this.score.toggleAttribute("data-bad", isBad);
    this.#progress.textContent = progressWords(this.#record);
    this.#ending.show(ended, id);
    if (frame === null || frame === this.#drawn) return;
    this.#drawn = frame;
    this.#accuracy.textContent = percent(frame.validation.accuracy);
    for (const part of this.#parts) part.show(frame);
  }
}
