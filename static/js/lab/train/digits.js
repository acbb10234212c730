/**
 * What one run's network makes of held-out digits: those it errs on now, and the one that is watched.
 */

import { BarChart } from "../charts/bars.js";
import { figure } from "../charts/scale.js";
import { html } from "../elements.js";
import { drawImage } from "./pixels.js";
import { percent } from "./words.js";

/** The digits that it reads wrongly, the surest first. */
export class MistakesPart {
  #title = html("h4", {}, "What it errs on now");
  #list = html("ul", { class: "errors" });

  /** @param {HTMLElement} root */
  constructor(root) {
    root.append(this.#title, this.#list);
  }

  /** @param {any} frame */
  show({ mistakes, wrong }) {
    this.#title.textContent =
      wrong > mistakes.length ? `The surest ${mistakes.length} of ${wrong} errors` : `All of its ${wrong} errors`;
    while (this.#list.children.length < mistakes.length) this.#list.append(mistake());
    while (this.#list.children.length > mistakes.length) this.#list.lastChild?.remove();
    for (const [i, { image, label, digit, probability }] of mistakes.entries()) {
      const [canvas, words] = this.#list.children[i].children;
      drawImage(/** @type {HTMLCanvasElement} */ (canvas), image);
      words.replaceChildren(`${label} as `, html("b", {}, String(digit)), ` ${percent(probability)}`);
    }
  }
}

function mistake() {
  return html("li", {}, html("canvas", { class: "pixels greys", "aria-hidden": "true" }), html("p"));
}

/** One digit from logits to probabilities. */
export class WatchedPart {
  #canvas = html("canvas", { class: "pixels greys watched", role: "img", "aria-label": "No digit yet" });
  #words = html("p", { class: "quiet" });
  #logits;
  #softmax;

  /** @param {HTMLElement} root @param {string} output the output layer's name @param {(step: number) => void} onWatch another is to be watched */
  constructor(root, output, onWatch) {
    root.append(
      html("h4", {}, "The watched digit"),
      html(
        "div",
        { class: "watched-head" },
        this.#canvas,
        html("div", {}, this.#words, ...[-1, 1].map((step) => other(step, onWatch))),
      ),
    );
    const both = html("div", { class: "pair-of-bars" });
    root.append(both);
    this.#logits = column(both, "Logits");
    this.#softmax = column(both, output === "softmax" ? "Softmax" : `Output: ${output}`);
  }

  /** @param {any} frame */
  show({ watched: { number, image, label, logits, probabilities } }) {
    drawImage(this.#canvas, image);
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.#canvas.setAttribute("aria-label", `Held-out digit number ${number}, a ${label}`);
    this.#words.textContent = `Number ${number} is a ${label}; it is read as ${best}.`;
    const bars = (values, write) =>
      values.map((value, digit) => ({
        name: String(digit),
        value: value ?? 0,
        words: write(value),
        isChosen: digit === label,
      }));
    this.#logits.show(bars(logits, figure), Math.max(...logits.map(Math.abs)));
    this.#softmax.show(bars(probabilities, percent), 1);
  }
}

function column(root, title) {
  const element = html("div", {}, html("h5", {}, title));
  root.append(element);
  return new BarChart(element, title);
}

function other(step, onWatch) {
  const [words, sign] = step < 0 ? ["Watch the digit before", "←"] : ["Watch the next digit", "→"];
  return html("button", { type: "button", class: "button", "aria-label": words, click: () => onWatch(step) }, sign);
}
