/**
 * Inside: the network at work on this drawing, as a picture of its layers, and the last step in numbers.
 */

import { weightsOf } from "../api.js";
import { within } from "../dom.js";
import { Diagram } from "./diagram.js";
import { UnitView } from "./unit.js";

/** The panel of layers. */
export class Inside {
  /** The parts of a reading that it shows. */
  static parts = ["input", "inside", "activations"];

  #root;
  #diagram;
  #unit;
  /** @type {import("../api.js").Reading | null} */
  #reading = null;
  /** @type {[number, number] | null} */
  #chosen = null;
  /** @type {AbortController | null} */
  #request = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#unit = new UnitView(within(root, ".unit", HTMLElement));
    this.#diagram = new Diagram(within(root, ".layers", SVGElement), (layer, unit) => this.#open(layer, unit));
  }

  /** @param {import("../api.js").Reading} reading @param {object} _drawn @param {number} digit the one that is explained */
  show(reading, _drawn, digit) {
    this.#root.toggleAttribute("data-blank", reading.verdict === "blank");
    this.#reading = reading;
    this.#diagram.show(reading, this.#chosen);
    this.#showSoftmax(reading);
    this.#root.querySelector(".explained").textContent = digit;
    if (this.#chosen) this.#open(...this.#chosen);
  }

  /** A unit's weights are fetched, and its sum worked out here, from what it was given. */
  async #open(layer, unit) {
    this.#chosen = [layer, unit];
    this.#request?.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    try {
      const weights = await weightsOf(layer, unit, signal);
      if (!signal.aborted) this.#unit.show(layer, unit, weights, this.#reading);
    } catch (error) {
      if (!signal.aborted) this.#unit.fail(error);
    }
  }

  /** @param {import("../api.js").Reading} reading */
  #showSoftmax({ inside: { output }, probabilities }) {
    const likeliest = probabilities.indexOf(Math.max(...probabilities));
    const rows = probabilities.map((probability, digit) => {
      const shares = [output.exponentials[digit], output.softmax[digit], probability];
      const row = document.createElement("tr");
      row.append(Object.assign(document.createElement("th"), { scope: "row", textContent: digit }));
      for (const figure of [output.logits[digit].toFixed(2).replace("-", "−"), ...shares.map(shareWords)])
        row.insertCell().textContent = figure;
      row.toggleAttribute("data-winner", digit === likeliest);
      return row;
    });
    this.#root.querySelector(".softmax tbody").replaceChildren(...rows);
    this.#root.querySelector(".temperature").textContent = output.temperature.toFixed(2);
    this.#root.querySelector(".no-digit").textContent = `${(100 * output.no_digit).toFixed(1)}\u2009%`;
  }
}

/** A share with four decimals, or with a power of ten where they would show nothing. */
function shareWords(share) {
  if (share >= 0.0005 || share === 0) return share.toFixed(4);
  const [digits, power] = share.toExponential(1).split("e-");
  return `${digits} · 10⁻${power.replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])}`;
}
