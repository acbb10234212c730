/**
 * One run, beside the others: how far it is, how it goes, and all that is inside of it.
 */

import { html } from "../elements.js";
import { MistakesPart, WatchedPart } from "./digits.js";
import { EndingPart } from "./ending.js";
import { LayersPart, WeightsPart } from "./inside.js";
import { judgement, NAMES, percent, progressWords } from "./words.js";

/** The card of a run. */
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
   */
  constructor(record, number, about) {
    this.#record = record;
    const sections = [0, 1, 2, 3].map(() => html("section", { class: "card-part" }));
    const ending = html("section", { class: "card-part ending" });
    this.element = html(
      "article",
      { class: "card", "data-testid": `run-${NAMES[number].toLowerCase()}`, "aria-label": `Run ${NAMES[number]}` },
      html("header", {}, html("h3", { class: `series-${number + 1}` }, NAMES[number]), html("p", {}, about)),
      html("div", { class: "card-head" }, this.#accuracy, html("div", {}, this.#judgement, this.#progress)),
      ending,
      html("div", { class: "card-parts" }, ...sections),
    );
    const [first, layers, watched, mistakes] = sections;
    this.#ending = new EndingPart(ending);
    this.#parts = [
      new WeightsPart(first),
      new LayersPart(layers),
      new WatchedPart(watched, record.info.output),
      new MistakesPart(mistakes),
    ];
  }

  /** Draw what is new. @param {string} id of the job */
  show(id) {
    const { frame, ended } = this.#record;
    const { words, isBad } = judgement(this.#record);
    this.#judgement.textContent = words;
    this.element.toggleAttribute("data-bad", isBad);
    this.#progress.textContent = progressWords(this.#record);
    this.#ending.show(ended, id);
    if (frame === null || frame === this.#drawn) return;
    this.#drawn = frame;
    this.#accuracy.textContent = percent(frame.validation.accuracy);
    for (const part of this.#parts) part.show(frame);
  }
}
