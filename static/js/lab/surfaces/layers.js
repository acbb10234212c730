/**
 * Ten logits, each by a slider and a number, and what softmax and sigmoids make of them: z, e^z, divided by the sum.
 */

import { figure } from "../charts/scale.js";
import { html } from "../elements.js";
import { exponentials, sigmoid, softmax, total } from "../outputs.js";

const STEP = 0.1;

/** The table. */
export class LayerTable {
  #rows;
  #sums = ["exponential", "softmax", "sigmoid"].map((name) =>
    html("td", { class: name, "data-testid": `sum-${name}` }),
  );
  #most;
  #onChange;

  /**
   * @param {HTMLElement} root it is appended to this
   * @param {number} most no logit is larger
   * @param {(logits: number[]) => void} onChange
   */
  constructor(root, most, onChange) {
    this.#most = most;
    this.#onChange = onChange;
    this.#rows = Array.from({ length: 10 }, (_, digit) => this.#row(digit));
    const heads = ["Digit", "Logit z", "→ eᶻ", "→ softmax: eᶻ ÷ Σ", "sigmoid: 1 ÷ (1 + e⁻ᶻ)"];
    root.append(
      html(
        "table",
        { class: "table layers" },
        html("caption", { class: "visually-hidden" }, "Logits, and the outputs of both layers"),
        html("thead", {}, html("tr", {}, ...heads.map((words) => html("th", { scope: "col" }, words)))),
        html("tbody", {}, ...this.#rows.map(({ row }) => row)),
        html(
          "tfoot",
          {},
          html("tr", { class: "total" }, html("th", { scope: "row", colspan: 2 }, "Sum Σ"), ...this.#sums),
        ),
      ),
    );
  }

  /** @param {readonly number[]} logits @param {number} target */
  show(logits, target) {
    const columns = [exponentials(logits), softmax(logits), sigmoid(logits)];
    const sum = total(columns[0]);
    const best = columns[1].indexOf(Math.max(...columns[1]));
    for (const [digit, { row, slider, number, cells }] of this.#rows.entries()) {
      slider.value = String(logits[digit]);
      if (document.activeElement !== number) number.value = String(logits[digit]);
      row.toggleAttribute("data-winner", digit === best);
      row.toggleAttribute("data-target", digit === target);
      const [power, share, alone] = columns.map((column) => column[digit]);
      fill(cells[0], figure(power), power / sum);
      fill(cells[1], share.toFixed(3), share);
      fill(cells[2], alone.toFixed(3), alone);
    }
    const [powers, shares, alone] = this.#sums;
    powers.textContent = figure(sum);
    shares.textContent = total(columns[1]).toFixed(3);
    alone.textContent = total(columns[2]).toFixed(3);
  }

  #row(digit) {
    const range = { min: -this.#most, max: this.#most };
    const slider = html("input", {
      type: "range",
      ...range,
      step: STEP,
      "aria-label": `Logit of ${digit}`,
      input: () => this.#take(digit, slider.value),
    });
    const number = html("input", {
      type: "number",
      class: "logit",
      ...range,
      step: STEP,
      "aria-label": `Logit of ${digit} as a number`,
      input: () => this.#take(digit, number.value),
      blur: () => {
        number.value = slider.value;
      },
    });
    const cells = ["exponential", "softmax", "sigmoid"].map((name) =>
      html("td", { class: `share ${name}` }, html("span")),
    );
    const row = html(
      "tr",
      {},
      html("th", { scope: "row" }, String(digit)),
      html("td", { class: "logits" }, slider, number),
      ...cells,
    );
    return { row, slider, number, cells };
  }

  #take(digit, text) {
    const value = text === "" ? Number.NaN : Number(text);
    if (!(Math.abs(value) <= this.#most)) return;
    this.#onChange(this.#rows.map(({ slider }, i) => (i === digit ? value : Number(slider.value))));
  }
}

/** A figure with a bar under it. */
function fill(cell, words, share) {
  /** @type {HTMLElement} */ (cell.firstElementChild).textContent = words;
  cell.style.setProperty("--share", String(Math.min(1, share)));
}
