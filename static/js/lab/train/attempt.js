/**
 * "Try it on your digit": a small pad, and what each run's network reads on it.
 */

import { KeyboardPen } from "../../keyboard.js";
import { Pad } from "../../pad.js";
import { drawGreys } from "../../pictures.js";
import { Drawing } from "../../strokes.js";
import { BarChart } from "../charts/bars.js";
import { html } from "../elements.js";
import { NAMES, percent } from "./words.js";

/** The pad and the answers beside it. */
export class Attempt {
  #drawing = new Drawing();
  #session;
  #root;
  #pad;
  #seen = html("canvas", {
    class: "pixels greys seen-input",
    role: "img",
    "aria-label": "What the network sees: 28 by 28 cells",
  });
  #answers = html("div", { class: "answers" });
  #isAsking = false;
  #isOutdated = false;

  /** @param {HTMLElement} root @param {import("./session.js").Session} session */
  constructor(root, session) {
    this.#root = root;
    this.#session = session;
    const canvas = html("canvas", {
      class: "ink",
      id: "pad",
      "data-testid": "pad",
      role: "application",
      tabindex: 0,
      "aria-label": "Pad: draw a digit. With the keyboard: arrows move, the space bar sets the pen down and lifts it",
    });
    const cursor = html("div", { class: "cursor", "aria-hidden": "true" });
    const said = html("p", { class: "visually-hidden", "aria-live": "polite" });
    root.append(
      html("h3", {}, "Try it on your digit"),
      html("p", { class: "quiet" }, "Draw one, also while it still learns."),
      html(
        "div",
        { class: "attempt" },
        html("div", { class: "try-pad pad squared" }, canvas, cursor),
        html(
          "div",
          {},
          this.#seen,
          html("button", { type: "button", class: "button", click: () => this.#clear() }, "Clear"),
          said,
        ),
        this.#answers,
      ),
    );
    const changed = () => this.#changed();
    this.#pad = new Pad(canvas, this.#drawing, { ink: changed, lifted: changed, pen: () => {} });
    new KeyboardPen(canvas, cursor, this.#drawing, {
      ink: changed,
      lifted: changed,
      moved: (words) => (said.textContent = words),
    });
  }

  /** Whether there is a network to try. */
  show() {
    this.#root.hidden = !this.#session.isThere;
  }

  /** Other networks than before: what they read is not known yet. */
  restart() {
    this.#forget();
    this.#changed();
  }

  #clear() {
    this.#drawing.clear();
    this.#changed();
  }

  #changed() {
    this.#pad.show(/** @type {any} */ ({ bitmap: null }));
    if (this.#drawing.isEmpty) this.#forget();
    else this.#ask();
  }

  #forget() {
    this.#answers.replaceChildren();
    this.#seen.hidden = true;
  }

  /** One question at a time, the last about the newest ink. */
  async #ask() {
    this.#isOutdated = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isOutdated && this.#session.isThere) {
      this.#isOutdated = false;
      const strokes = this.#drawing.toJSON();
      const runs = this.#session.records.map((_, run) => this.#session.tell({ do: "draw", run, strokes }));
      const replies = await Promise.all(runs);
      if (!this.#drawing.isEmpty) this.#answer(replies);
    }
    this.#isAsking = false;
  }

  #answer(replies) {
    const first = replies.find((reply) => reply !== null);
    this.#seen.hidden = !first;
    if (first) drawGreys(this.#seen, first.input);
    this.#answers.replaceChildren(
      ...replies.flatMap((reply, run) =>
        reply === null ? [] : [answer(reply, replies.length > 1 ? NAMES[run] : "It")],
      ),
    );
  }
}

function answer({ digit, probabilities }, name) {
  const element = html(
    "div",
    {},
    html(
      "p",
      { "data-testid": "answer" },
      `${name} reads `,
      html("b", { class: "answer-digit" }, String(digit)),
      ` ${percent(probabilities[digit])}`,
    ),
  );
  const bars = new BarChart(element, `${name}: how likely each digit is`);
  bars.show(
    probabilities.map((value, i) => ({ name: String(i), value, words: percent(value), isChosen: i === digit })),
    1,
  );
  return element;
}
