/**
 * Where each racer ended, as a table that is the charts' legend as well.
 */

import { html } from "../elements.js";
import { swatch } from "./racers.js";
import { NAMES } from "./racing.js";

/** One such table. */
export class EndsTable {
  #body = html("tbody");

  /** @param {HTMLElement} root it is appended to this @param {string} caption @param {readonly string[]} heads of all columns but the first */
  constructor(root, caption, heads) {
    const head = html("tr", {}, ...["Optimizer", ...heads].map((words) => html("th", { scope: "col" }, words)));
    const table = html(
      "table",
      { class: "table ends" },
      html("caption", {}, caption),
      html("thead", {}, head),
      this.#body,
    );
    root.append(html("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": caption }, table));
  }

  /** @param {{optimizer: string, colour: number, cells: string[]}[]} rows */
  show(rows) {
    this.#body.replaceChildren(
      ...rows.map(({ optimizer, colour, cells }) =>
        html(
          "tr",
          {},
          html("th", { scope: "row" }, swatch(colour), NAMES[optimizer] ?? optimizer),
          ...cells.map((words) => html("td", {}, words)),
        ),
      ),
    );
  }
}
