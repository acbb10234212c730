/**
 * Why: which ink speaks for a digit and which against it, and what each stroke is worth.
 */

import { within } from "../dom.js";
import { Ink } from "../ink.js";
import { drawGreys, drawSigned } from "../pictures.js";
import { percent } from "../words.js";

/** Device pixels along the side of a stroke's picture. */
const THUMBNAIL = 112;

/** The panel of reasons. */
export class Why {
  /** The parts of a reading that it shows. */
  static parts = ["input", "occlusion"];

  /** And of one that was drawn: an image has no strokes. */
  static partsOfStrokes = ["without_stroke"];

  #root;
  #onDigit;

  /** @param {HTMLElement} root @param {(digit: number) => void} onDigit another digit is to be explained */
  constructor(root, onDigit) {
    this.#root = root;
    this.#onDigit = onDigit;
    const choices = within(root, ".choices", HTMLElement);
    choices.append(...[...Array(10).keys()].map(choice));
    choices.addEventListener("change", ({ target }) =>
      this.#onDigit(Number(/** @type {HTMLInputElement} */ (target).value)),
    );
  }

  /**
   * @param {import("../api.js").Reading} reading
   * @param {{strokes?: number[][][]}} drawn
   * @param {number} digit the one that is explained
   */
  show({ input, occlusion, without_stroke: without, verdict }, { strokes }, digit) {
    this.#root.toggleAttribute("data-blank", verdict === "blank");
    for (const choice of this.#choices) choice.checked = Number(choice.value) === digit;
    this.#root.querySelector(".explained").textContent = digit;
    drawGreys(this.#root.querySelector(".why-ink"), input);
    drawSigned(this.#root.querySelector(".why-map"), occlusion);
    const list = this.#root.querySelector(".strokes");
    list.replaceChildren(...(without ?? []).map((reading, left) => item(reading, strokes, left)));
    this.#root.toggleAttribute("data-strokes", (without ?? []).length > 0);
  }

  get #choices() {
    return this.#root.querySelectorAll('input[name="explained"]');
  }
}

function choice(digit) {
  const label = document.createElement("label");
  label.className = "choice";
  const input = Object.assign(document.createElement("input"), {
    className: "visually-hidden",
    type: "radio",
    name: "explained",
    value: digit,
  });
  label.append(input, Object.assign(document.createElement("span"), { textContent: digit }));
  return label;
}

/** The drawing with one stroke faint, and what would be read of the rest. */
function item({ digit, confidence, verdict }, strokes, left) {
  const element = document.createElement("li");
  const figure = document.createElement("div");
  figure.className = "stroke-picture";
  for (const [name, shown] of [
    ["gone", [strokes[left]]],
    ["rest", strokes.filter((_, i) => i !== left)],
  ]) {
    const canvas = document.createElement("canvas");
    canvas.className = `stroke-${name}`;
    figure.append(canvas);
    requestAnimationFrame(() => {
      const ink = new Ink(canvas);
      ink.resize(THUMBNAIL);
      ink.draw(shown);
    });
  }
  const words = document.createElement("span");
  words.textContent = `without stroke ${left + 1}: ${outcome(digit, confidence, verdict)}`;
  element.append(figure, words);
  return element;
}

function outcome(digit, confidence, verdict) {
  if (verdict === "blank") return "nothing is left";
  if (verdict === "not_a_digit") return "not a digit";
  return `${digit}, ${percent(confidence)}`;
}
