/**
 * Softmax against sigmoid: the same ten logits through both, and the losses on them (lecture topics 5, 6 and 12).
 */

import { figure } from "./charts/scale.js";
import { html } from "./elements.js";
import { LOSSES, lossOf, softmax } from "./outputs.js";
import { choiceField } from "./surfaces/fields.js";
import { SoftmaxFlow } from "./surfaces/flow.js";
import { LayerTable } from "./surfaces/layers.js";
import { readNumber } from "./surfaces/racing.js";
import { layerWords, lossWords } from "./surfaces/words.js";

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** No logit is larger, or smaller than this with a minus. */
const MOST = 10;

const USUAL = [1, -1.5, 3, 0.5, -2, 0, -0.5, 2.5, 1.5, -1];
const USUAL_TARGET = 2;

/** To begin with; the first number is the target. @type {[string, number, number[]][]} */
const PRESETS = [
  ["As at first", USUAL_TARGET, USUAL],
  ["Sure, and right", 7, [-3, -2, 0, -1, -3, -2, -4, 8, -1, 0]],
  ["Sure, and wrong", 2, [-3, -2, 0, -1, -3, -2, -4, 8, -1, 0]],
  ["Torn between two", 3, [-4, -3, -2, 4, -3, -1, -4, -3, 4, -2]],
  ["Knows nothing", 3, DIGITS.map(() => 0)],
];

const TITLES = {
  "cross-entropy": "cross-entropy −log ŷₜ",
  "binary-cross-entropy": "the lecture’s, with (1 − y) log(1 − ŷ)",
  mse: "mean squared error",
  mae: "mean absolute error",
};

/** The view. */
export class SoftmaxView {
  #lab;
  #logits = USUAL;
  #target;
  #layers;
  #flow;
  #words = html("p", { class: "softmax-words", "data-testid": "softmax-words" });
  #lossWords = html("p", { class: "softmax-words" });
  #losses = html("table", { class: "table losses", "data-testid": "losses" });

  /** @param {HTMLElement} element @param {any} lab */
  constructor(element, lab) {
    this.#lab = lab;
    const root = html("div", { class: "surface-view sheet" });
    root.append(
      html("div", { class: "presets" }, ...PRESETS.map(([name, ...preset]) => this.#button(name, () => preset))),
    );
    const [layers, beside] = [html("div"), html("div", { class: "softmax-beside" })];
    root.append(html("div", { class: "softmax-layers" }, layers, beside));
    this.#flow = new SoftmaxFlow(beside);
    this.#layers = new LayerTable(layers, MOST, (logits) => this.#change(logits, this.#targetNow));
    beside.append(
      html(
        "div",
        { class: "presets" },
        this.#button("Add 1 to all", () => [this.#targetNow, this.#logits.map((one) => Math.min(MOST, one + 1))]),
        this.#button("Take 1 off all", () => [this.#targetNow, this.#logits.map((one) => Math.max(-MOST, one - 1))]),
        this.#button("Double all", () => [
          this.#targetNow,
          this.#logits.map((one) => Math.max(-MOST, Math.min(MOST, 2 * one))),
        ]),
      ),
      this.#words,
    );
    root.append(html("h3", {}, "The losses on them, and their gradients by each logit"));
    this.#target = choiceField("The true digit", DIGITS.map(String), () =>
      this.#change(this.#logits, this.#targetNow),
    );
    const scroller = html(
      "div",
      { class: "scroller", tabindex: 0, role: "region", "aria-label": "Losses and gradients" },
      this.#losses,
    );
    root.append(html("div", { class: "fields" }, this.#target.row), scroller, this.#lossWords);
    element.append(root);
  }

  /** @param {URLSearchParams} state */
  show(state) {
    const given = (state.get("logits") ?? "").split(",").map((one) => readNumber(one, null, -MOST));
    const isGiven = given.length === DIGITS.length && given.every((one) => one !== null && one <= MOST);
    this.#logits = isGiven ? /** @type {number[]} */ (given) : USUAL;
    const target = readNumber(state.get("target"), USUAL_TARGET, 0);
    this.#target.field.value = String(DIGITS.includes(target) ? target : USUAL_TARGET);
    this.#draw();
  }

  /** Another view is seen: nothing moves here. */
  hide() {}

  get #targetNow() {
    return Number(this.#target.field.value);
  }

  /** @param {string} name @param {() => [number, number[]] | (number | number[])[]} preset the target and the logits */
  #button(name, preset) {
    const choose = () => {
      const [target, logits] = preset();
      this.#change(/** @type {number[]} */ (logits), /** @type {number} */ (target));
    };
    return html("button", { type: "button", class: "button", click: choose }, name);
  }

  #change(logits, target) {
    this.#logits = logits.map((one) => Number(one.toFixed(2)));
    this.#target.field.value = String(target);
    this.#lab.set({
      view: "softmax",
      logits: this.#logits.join() === USUAL.join() ? null : this.#logits.join(","),
      target: target === USUAL_TARGET ? null : String(target),
    });
    this.#draw();
  }

  #draw() {
    this.#layers.show(this.#logits, this.#targetNow);
    this.#flow.show(this.#logits);
    this.#words.textContent = layerWords(this.#logits);
    const columns = Object.entries(LOSSES).flatMap(([output, names]) =>
      names.map((name) => ({
        output,
        title: output === "sigmoid" && name === "binary-cross-entropy" ? "cross-entropy of each" : TITLES[name],
        loss: lossOf(/** @type {import("./outputs.js").Output} */ (output), name, this.#logits, this.#targetNow),
      })),
    );
    this.#drawLosses(columns);
    this.#lossWords.textContent = lossWords(this.#logits, this.#targetNow, softmax(this.#logits));
  }

  #drawLosses(columns) {
    const groups = Object.entries(LOSSES).map(([output, names]) =>
      html("th", { scope: "colgroup", colspan: names.length }, `on ${output} outputs`),
    );
    const most = Math.max(...columns.flatMap(({ loss }) => loss.gradient.map(Math.abs))) || 1;
    this.#losses.replaceChildren(
      html("caption", {}, `The gradient by each logit, where the true digit is ${this.#targetNow}`),
      html(
        "thead",
        {},
        html("tr", {}, html("td"), ...groups),
        html(
          "tr",
          {},
          html("th", { scope: "col" }, "Digit"),
          ...columns.map(({ title }) => html("th", { scope: "col" }, title)),
        ),
      ),
      html(
        "tbody",
        {},
        ...DIGITS.map((digit) => gradientRow(digit, digit === this.#targetNow, columns, most)),
        html(
          "tr",
          { class: "total" },
          html("th", { scope: "row" }, "Loss"),
          ...columns.map(({ loss }) => html("td", {}, figure(loss.value))),
        ),
      ),
    );
  }
}

/** A bar lies under each figure: left of the middle what raises the logit, right of it what lowers it. */
function gradientRow(digit, isTarget, columns, most) {
  const cells = columns.map(({ loss }) => {
    const slope = loss.gradient[digit];
    const cell = html("td", { class: slope < 0 ? "raises" : "lowers" }, html("span", {}, signed(slope)));
    cell.style.setProperty("--share", String(Math.abs(slope) / most));
    return cell;
  });
  return html(
    "tr",
    { "data-target": isTarget },
    html("th", { scope: "row" }, isTarget ? `${digit}, true` : String(digit)),
    ...cells,
  );
}

/** Three places, or as many digits that count where there is next to nothing. */
function signed(value) {
  return value !== 0 && Math.abs(value) < 5e-4 ? figure(value) : value.toFixed(3).replaceAll("-", "−");
}
