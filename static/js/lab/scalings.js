/**
 * Preprocessing: the same digits under five scalings, the loss surface that each gives, and the same descent (topic 3).
 */

import { CloudChart } from "./charts/cloud.js";
import { ContourChart } from "./charts/contours.js";
import { Figures } from "./charts/figures.js";
import { Heights } from "./charts/heights.js";
import { figure } from "./charts/scale.js";
import { html } from "./elements.js";
import { Asking } from "./surfaces/asking.js";
import { RateSlider } from "./surfaces/fields.js";
import { Playback } from "./surfaces/playback.js";
import { endingWords, readNumber } from "./surfaces/racing.js";

const USUAL_RATE = 1;
const STEPS = 60;

/** Powers of ten of the learning rate. */
const POWERS = /** @type {[number, number]} */ ([-6, 2.5]);

const TITLES = {
  none: ["None", "x from 0 to 255"],
  unit: ["Into [0, 1]", "x / 255"],
  symmetric: ["Into [−1, 1]", "x / 127.5 − 1"],
  center: ["Mean subtraction", "(x − mean) / 255"],
  standardize: ["Standardising", "(x − mean) / deviation"],
};

/** The view. */
export class ScalingsView {
  #lab;
  #rate;
  #panels = html("div", { class: "scaling-panels" });
  #intro = html("p", { class: "surface-about" });
  #asking;
  #playback;
  #figures;
  /** @type {Map<string, Panel>} */
  #byName = new Map();

  /** @param {HTMLElement} element @param {any} lab */
  constructor(element, lab) {
    this.#lab = lab;
    const root = html("div", { class: "surface-view sheet" });
    this.#rate = new RateSlider(root, "Learning rate, the same for all", POWERS, () => this.#change());
    const status = html("p", { class: "surface-status", role: "status" });
    root.append(this.#intro, status);
    this.#playback = new Playback(root, (moment) => {
      for (const panel of this.#byName.values()) panel.at(moment);
    });
    root.append(this.#panels);
    this.#figures = new Figures(root, "the descent under each scaling");
    this.#asking = new Asking(lab, status);
    element.append(root);
  }

  /** @param {URLSearchParams} state */
  show(state) {
    const [low, high] = POWERS;
    const rate = readNumber(state.get("rate"), USUAL_RATE);
    this.#rate.value = Math.min(10 ** high, Math.max(10 ** low, rate));
    this.#ask();
  }

  /** Another view is seen. */
  hide() {
    this.#asking.stop();
    this.#playback.stop();
  }

  #change() {
    const rate = this.#rate.value;
    this.#lab.set({ view: "scalings", rate: rate === USUAL_RATE ? null : String(rate) });
    this.#ask();
  }

  #ask() {
    this.#asking.ask({ job: "scalings", learning_rate: this.#rate.value, steps: STEPS }, (result) =>
      this.#draw(result),
    );
  }

  #draw({ digits, pixels, views }) {
    const [first, second] = pixels.map(([row, column]) => `row ${row}, column ${column}`);
    this.#intro.textContent =
      `A hundred ${digits[0]}s (circles) and a hundred ${digits[1]}s (crosses), by two of their pixels: ${first}, and ${second}. ` +
      "One sigmoid unit with a weight for each tells them apart. Descent begins as many standard deviations from the minimum everywhere, and its learning rate is the same: only the inputs are scaled.";
    for (const view of views) {
      const panel = this.#byName.get(view.scaling) ?? this.#add(view.scaling);
      panel.show(view);
    }
    this.#figures.show(() => ({
      heads: ["step", ...views.flatMap(({ scaling }) => [`${TITLES[scaling][0]}: w₁`, "w₂", "loss"])],
      rows: Array.from({ length: STEPS + 1 }, (_, step) => [step, ...views.flatMap((view) => cellsAt(view, step))]),
    }));
    this.#playback.begin(Math.max(...views.map(({ path }) => path.length - 1)));
  }

  #add(scaling) {
    const panel = new Panel(this.#panels, scaling);
    this.#byName.set(scaling, panel);
    return panel;
  }
}

/** One scaling: its cloud, its surface with the path, and what came of it. */
class Panel {
  #cloud;
  #contours;
  #words = html("p", { class: "scaling-words" });

  /** @param {HTMLElement} root it is appended to this @param {string} scaling */
  constructor(root, scaling) {
    const [title, formula] = TITLES[scaling];
    const [cloud, surface] = [html("div"), html("div")];
    root.append(
      html(
        "section",
        { class: "scaling-panel", "data-testid": `scaling-${scaling}`, "aria-label": title },
        html("h3", {}, title, html("span", { class: "quiet" }, ` ${formula}`)),
        cloud,
        surface,
        this.#words,
      ),
    );
    this.#cloud = new CloudChart(cloud, `${title}: the digits as inputs`);
    this.#contours = new ContourChart(surface, `${title}: loss by both weights, and the path of gradient descent`);
  }

  /** @param {any} view as the service has it */
  show({ points, grid, minimum, curvatures, path, losses, ending, arrived }) {
    this.#cloud.show(points, ["input 1", "input 2"]);
    const heights = new Heights(grid.losses);
    const surface = { ...grid, minima: [{ at: minimum, is_global: true }], axes: ["weight 1", "weight 2"], heights };
    this.#contours.show(surface, [{ name: "Gradient descent", colour: 3, path, losses }]);
    const steps = arrived ?? (ending === "diverged" ? path.length : null);
    const after = steps === null ? "" : ` after ${steps} ${steps === 1 ? "step" : "steps"}`;
    const end = ending === "diverged" ? "above all" : figure(losses.at(-1));
    this.#words.textContent =
      `${endingWords(ending)}${after}; loss ${figure(losses[0])} → ${end}. ` +
      `The bowl is ${figure(curvatures[1] / curvatures[0])} times steeper across than along.`;
  }

  /** @param {number} moment in steps */
  at(moment) {
    this.#contours.at(moment);
  }
}

function cellsAt({ path, losses }, step) {
  return step < path.length ? [...path[step], losses[step]].map(figure) : ["–", "–", "–"];
}
