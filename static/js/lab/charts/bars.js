/**
 * Named bars, one under the other: from the left, or where there are values below zero from the middle.
 */

import { html } from "../elements.js";

/** One chart. Its names and figures are text, so it needs no table beside it. */
export class BarChart {
  #list;

  /** @param {HTMLElement} root it is appended to this @param {string} label what it shows */
  constructor(root, label) {
    this.#list = html("ul", { class: "lab-bars", "aria-label": label });
    root.append(this.#list);
  }

  /**
   * @param {{name: string, value: number, words: string, isChosen?: boolean}[]} bars
   * @param {number} most what a full bar stands for
   */
  show(bars, most) {
    const hasBelow = bars.some(({ value }) => value < 0);
    while (this.#list.children.length < bars.length) this.#list.append(line());
    while (this.#list.children.length > bars.length) this.#list.lastChild?.remove();
    this.#list.toggleAttribute("data-signed", hasBelow);
    for (const [i, { name, value, words, isChosen }] of bars.entries()) {
      const [label, track, figures] = this.#list.children[i].children;
      const bar = /** @type {HTMLElement} */ (track.firstElementChild);
      label.textContent = name;
      figures.textContent = words;
      bar.style.setProperty("--share", String(Math.min(1, Math.abs(value) / (most || 1))));
      bar.toggleAttribute("data-below", value < 0);
      this.#list.children[i].toggleAttribute("data-chosen", isChosen ?? false);
    }
  }
}

function line() {
  return html(
    "li",
    {},
    html("span", { class: "bar-name" }),
    html("span", { class: "bar-track", "aria-hidden": "true" }, html("span", { class: "bar-fill" })),
    html("span", { class: "bar-words" }),
  );
}
