/**
 * Fields of a view's form, each with its label.
 */

import { html } from "../elements.js";

/**
 * @param {string} label
 * @param {readonly (string | [string, string])[]} choices or pairs of value and words
 * @param {() => void} onChange
 */
export function choiceField(label, choices, onChange) {
  const options = choices.map((one) => (typeof one === "string" ? [one, one] : one));
  const select = html(
    "select",
    { class: "field", change: onChange },
    ...options.map(([value, words]) => html("option", { value }, words)),
  );
  return { field: select, row: labelled(label, select) };
}

/**
 * @param {string} label
 * @param {Record<string, any>} attributes
 * @param {() => void} onChange
 */
export function inputField(label, attributes, onChange) {
  const input = html("input", { class: "field", ...attributes, change: onChange });
  return { field: input, row: labelled(label, input) };
}

/** A slider of powers of ten, with the number it stands for. */
export class RateSlider {
  #slider;
  #words = html("span", { class: "rate-words" });

  /** @param {HTMLElement} root it is appended to this @param {string} label @param {[number, number]} powers @param {() => void} onChange */
  constructor(root, label, [low, high], onChange) {
    const input = () => {
      this.#say();
      onChange();
    };
    this.#slider = html("input", { type: "range", min: low, max: high, step: 0.05, input });
    root.append(html("div", { class: "rate-slider" }, labelled(label, this.#slider), this.#words));
  }

  /** @returns {number} */
  get value() {
    return Number((10 ** Number(this.#slider.value)).toPrecision(2));
  }

  set value(rate) {
    this.#slider.value = String(Math.log10(rate));
    this.#say();
  }

  #say() {
    this.#words.textContent = String(this.value);
    this.#slider.setAttribute("aria-valuetext", this.#words.textContent);
  }
}

function labelled(label, field) {
  return html("label", { class: "labelled" }, html("span", {}, label), field);
}
