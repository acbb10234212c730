/**
 * Who races: a box to tick and a learning rate for each optimizer, in its line's colour and dash.
 */

import { DASHES } from "../charts/palette.js";
import { html, svg } from "../elements.js";
import { NAMES, readNumber } from "./racing.js";

/** A group of fields. */
export class RacersForm {
  #rows;

  /**
   * @param {HTMLElement} root it is appended to this
   * @param {readonly string[]} names of optimizers
   * @param {() => void} onChange
   */
  constructor(root, names, onChange) {
    this.#rows = names.map((name, i) => {
      const box = html("input", { type: "checkbox", change: onChange });
      const label = `Learning rate of ${NAMES[name] ?? name}`;
      const rate = html("input", {
        type: "number",
        step: "any",
        min: 0,
        class: "rate-field",
        "aria-label": label,
        change: onChange,
      });
      return { name, box, rate, number: i + 1 };
    });
    root.append(
      html(
        "fieldset",
        { class: "racers" },
        html("legend", {}, "Who goes, and with which learning rate"),
        ...this.#rows.map(({ name, box, rate, number }) =>
          html("div", { class: "racer" }, html("label", {}, box, swatch(number), NAMES[name] ?? name), rate),
        ),
      ),
    );
  }

  /** @param {import("./racing.js").Racers} racers @param {Record<string, number>} usual learning rates */
  show(racers, usual) {
    for (const { name, box, rate } of this.#rows) {
      box.checked = Object.hasOwn(racers, name);
      rate.value = racers[name] === null || racers[name] === undefined ? "" : String(racers[name]);
      rate.placeholder = String(usual[name] ?? "");
    }
  }

  /** @returns {import("./racing.js").Racers} those that are ticked */
  get racers() {
    const chosen = this.#rows.filter(({ box }) => box.checked);
    return Object.fromEntries(chosen.map(({ name, rate }) => [name, readNumber(rate.value, null)]));
  }
}

/** A piece of a line as it is on the charts. @param {number} number from 1 to 6 */
export function swatch(number) {
  const line = svg("line", { x1: 1, x2: 33, y1: 6, y2: 6, class: `swatch-line series-${number}` });
  line.style.stroke = `var(--series-${number})`;
  line.style.strokeDasharray = DASHES[number - 1].join(" ");
  return svg("svg", { class: "swatch", viewBox: "0 0 34 12", width: 34, height: 12, "aria-hidden": "true" }, line);
}
