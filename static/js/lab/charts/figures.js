/**
 * A chart's figures as a table, folded, and made when it is opened.
 */

import { html } from "../elements.js";

/** Rows at most: of more, such as each step's loss, every so many. */
const MOST = 100;

/** One such table. */
export class Figures {
  #details;
  #table = html("table", { class: "table" });
  #title;
  /** @type {() => {heads: string[], rows: (string | number)[][]}} */
  #read = () => ({ heads: [], rows: [] });

  /** @param {HTMLElement} root it is appended to this @param {string} title what the figures are of */
  constructor(root, title) {
    this.#title = title;
    this.#details = html(
      "details",
      { class: "figures", toggle: () => this.#fill() },
      html("summary", {}, "Figures", html("span", { class: "visually-hidden" }, ` of ${title}`)),
      html("div", { class: "scroller", tabindex: 0, role: "group", "aria-label": `Figures: ${title}` }, this.#table),
    );
    root.append(this.#details);
  }

  /** @param {() => {heads: string[], rows: (string | number)[][]}} read gives the newest figures, the first of a row its name */
  show(read) {
    this.#read = read;
    this.#fill();
  }

  #fill() {
    if (!this.#details.open) return;
    const { heads, rows } = this.#read();
    const every = Math.ceil(rows.length / MOST);
    const shown = rows.filter((_, i) => i % every === 0 || i === rows.length - 1);
    this.#table.replaceChildren(
      html("caption", {}, this.#title),
      html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))),
      html("tbody", {}, ...shown.map(([name, ...cells]) => row(name, cells))),
    );
  }
}

function row(name, cells) {
  return html(
    "tr",
    {},
    html("th", { scope: "row" }, String(name)),
    ...cells.map((cell) => html("td", {}, String(cell))),
  );
}
