/**
 * One hidden unit: its incoming weights as a picture, and its arithmetic for this drawing.
 */

import { drawSigned, inRows } from "../pictures.js";

/** Terms of the sum that are written out. */
const TERMS = 5;

/** Shows a unit that was opened. */
export class UnitView {
  #root;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /**
   * @param {number} layer from 0
   * @param {number} unit
   * @param {{bias: number, weights: number[]}} parameters
   * @param {import("../api.js").Reading} reading with `inside` and `activations`
   */
  show(layer, unit, { bias, weights }, { inside, activations }) {
    const signals = layer === 0 ? inside.inputs : activations[layer - 1];
    const terms = weights.map((weight, i) => ({ from: i, signal: signals[i], weight, value: signals[i] * weight }));
    const out = activations[layer][unit];
    this.#root.hidden = false;
    this.#fill("name", `Layer ${layer + 1}, unit ${unit}`);
    this.#fill(
      "about",
      layer === 0
        ? "What it looks for: its weight for each of the 784 pixels."
        : `Its weights for the ${weights.length} units of the layer before.`,
    );
    drawSigned(
      this.#root.querySelector("canvas"),
      inRows(padded(weights), layer === 0 ? 28 : Math.ceil(Math.sqrt(weights.length))),
    );
    this.#root.querySelector(".terms").replaceChildren(...strongest(terms).map((term) => row(term, layer)));
    const sum = terms.reduce((total, { value }) => total + value, 0);
    this.#fill("rest", signed(sum - strongest(terms).reduce((total, { value }) => total + value, 0)));
    this.#fill("bias", signed(bias));
    this.#fill("sum", signed(sum + bias));
    this.#fill("out", out.toFixed(3));
  }

  /** The weights could not be had. */
  fail() {
    this.#root.hidden = false;
    this.#fill("about", "Its weights can’t be fetched right now.");
  }

  #fill(name, text) {
    this.#root.querySelector(`[data-of="${name}"]`).textContent = text;
  }
}

function strongest(terms) {
  return [...terms].sort((one, other) => Math.abs(other.value) - Math.abs(one.value)).slice(0, TERMS);
}

function row({ from, signal, weight, value }, layer) {
  const element = document.createElement("tr");
  const name = layer === 0 ? `row ${Math.floor(from / 28) + 1}, column ${(from % 28) + 1}` : `unit ${from}`;
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  element.append(head, ...[signal.toFixed(2), signed(weight), signed(value)].map(cell));
  return element;
}

function cell(words) {
  const element = document.createElement("td");
  element.textContent = words;
  return element;
}

/** To a whole square, so that the picture has no ragged end. */
function padded(weights) {
  const side = Math.ceil(Math.sqrt(weights.length));
  return [...weights, ...Array(Math.ceil(weights.length / side) * side - weights.length).fill(0)];
}

function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
