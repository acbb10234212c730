/**
 * Loss and accuracy of all runs, over steps, epochs or seconds.
 */

import { Figures } from "../charts/figures.js";
import { LineChart } from "../charts/lines.js";
import { figure } from "../charts/scale.js";
import { html } from "../elements.js";
import { NAMES, percent } from "./words.js";

const AXES = { steps: "Steps", epochs: "Epochs", seconds: "Seconds of computing" };

/** The two charts. */
export class Curves {
  #root;
  #charts;
  #figures;
  #by = html(
    "select",
    { id: "curves-by" },
    ...Object.entries(AXES).map(([value, name]) => html("option", { value }, name)),
  );
  #log = html("input", { type: "checkbox" });
  #legend = html("p", { class: "legend quiet" });
  /** @type {readonly import("./record.js").Record[]} */
  #records = [];

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    const [loss, accuracy] = ["Loss", "Accuracy"].map((title) => html("figure", {}, html("figcaption", {}, title)));
    this.#charts = {
      loss: new LineChart(loss, "The loss, which training makes small"),
      accuracy: new LineChart(accuracy, "The share of digits that are read rightly"),
    };
    this.#figures = { loss: new Figures(loss, "Loss"), accuracy: new Figures(accuracy, "Accuracy") };
    for (const control of [this.#by, this.#log]) control.addEventListener("change", () => this.draw());
    root.append(
      html(
        "div",
        { class: "curve-choices" },
        html("label", { for: "curves-by" }, "Over"),
        this.#by,
        html("label", {}, this.#log, " Loss by powers of ten"),
      ),
      html("div", { class: "curves" }, loss, accuracy),
      this.#legend,
    );
  }

  /** @param {readonly import("./record.js").Record[]} records of all runs */
  show(records) {
    this.#records = records;
    const lines = [
      key("strong", "training images"),
      key("dashed", "held-out images"),
      key("faint", "the loss of each batch"),
    ];
    this.#legend.replaceChildren(...lines);
    this.draw();
  }

  /** Draw what is known now. */
  draw() {
    this.#root.hidden = this.#records.length === 0;
    const by = /** @type {import("./record.js").By} */ (this.#by.value);
    const x = { name: AXES[by] };
    this.#charts.loss.show([...this.#batches(by), ...this.#lines("loss", by)], x, {
      name: "Loss",
      isLog: this.#log.checked,
    });
    this.#charts.accuracy.show(this.#lines("accuracy", by), x, {
      name: "Accuracy",
      low: 0,
      high: 1,
      write: (share) => `${Math.round(100 * share)}\u2009%`,
    });
    this.#figures.loss.show(() => this.#table("loss", figure));
    this.#figures.accuracy.show(() => this.#table("accuracy", percent));
  }

  #batches(by) {
    return this.#records.map((record, i) => series(i, "faint", "batches", record.losses(by)));
  }

  #lines(what, by) {
    return this.#records.flatMap((record, i) => {
      const training = series(i, "strong", "training", record.measured("training", what, by));
      const validation = series(i, "dashed", "held out", record.measured("validation", what, by));
      return [{ ...training, mark: this.#records.length > 1 ? NAMES[i] : undefined }, validation];
    });
  }

  #table(what, write) {
    const rows = this.#records.flatMap(({ moments }, i) =>
      moments.map(({ step, epochs, seconds, training, validation }) => [
        NAMES[i],
        step,
        figure(epochs),
        figure(seconds),
        write(training[what]),
        write(validation[what]),
      ]),
    );
    return { heads: ["Run", "Step", "Epochs", "Seconds", "Training", "Held out"], rows };
  }
}

/** @returns {import("../charts/lines.js").Series} */
function series(run, look, name, points) {
  return { name: `${NAMES[run]}, ${name}`, colour: run + 1, look, points };
}

function key(look, words) {
  return html("span", {}, html("span", { class: `key-line ${look}`, "aria-hidden": "true" }), words);
}
