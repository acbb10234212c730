/**
 * The landscape: the loss of a small real network around and between solutions, with the trainer's own paths over it.
 */

import { figure } from "./charts/scale.js";
import { html } from "./elements.js";
import { Asking } from "./surfaces/asking.js";
import { EndsTable } from "./surfaces/ends.js";
import { choiceField, inputField } from "./surfaces/fields.js";
import { RacersForm } from "./surfaces/racers.js";
import { readNumber, readRacers, writeRacers } from "./surfaces/racing.js";
import { SurfaceStage } from "./surfaces/stage.js";

const USUAL = { hidden: "16", activation: "relu", scaling: "unit", init: "he", batch_size: "32" };
const USUAL_STEPS = 200;
const USUAL_RACERS = ["sgd", "momentum", "adam"];
const SIZE = 31;

/** @type {[string, string][]} */
const AROUND = [
  ["paths", "the paths"],
  ["random", "a solution"],
];

const NOTES = {
  paths:
    "A network has thousands of parameters, and a plane shows two directions of them: those along which all paths together go farthest (principal component analysis). Each point is a whole network, and its height the loss of that network on real digits. The paths leave the plane a little, so their own losses may differ from those of the ground under them.",
  random:
    "A plane through the first racer’s solution along two random directions, in each of which every unit’s weights are as long as the solution’s own (filter normalisation, Li et al. 2018). So it can be compared how flat solutions lie. No path is on it: of random directions none leads along one.",
};

/** The view. */
export class LandscapeView {
  #lab;
  #names;
  #usualRates;
  #fields;
  #racers;
  #note = html("p", { class: "surface-about" });
  #explained = html("p", { class: "surface-explained" });
  #result = html("div", { class: "surface-result", hidden: true });
  #commands = html("code", { class: "scroller command", tabindex: 0 });
  #asking;
  #stage;
  #ends;
  #seed = 1;

  /** @param {HTMLElement} element @param {any} lab */
  constructor(element, lab) {
    this.#lab = lab;
    const { knobs, data, surfaces } = lab.about;
    const knob = (key) => knobs.find((one) => one.key === key) ?? {};
    this.#names = Object.keys(surfaces[0].rates);
    this.#usualRates = knob("learning_rate").usual ?? {};
    const write = () => this.#write();
    const choices = (key, label) => choiceField(label, knob(key).choices ?? [USUAL[key]], write);
    this.#fields = {
      around: choiceField("Plane through", AROUND, write),
      hidden: inputField("Hidden units, such as 16 or 16,8", { type: "text" }, write),
      activation: choices("activation", "Activation"),
      scaling: choices("scaling", "Preprocessing"),
      init: choices("init", "First weights"),
      batch_size: inputField("Batch size, or full", { type: "text" }, write),
      steps: inputField("Steps", { type: "number", min: 10, max: 1000 }, write),
      data: choiceField(
        "Digits",
        data.map(({ name, images }) => [name, `${name}: ${images.toLocaleString("en")}`]),
        write,
      ),
    };
    const form = html("form", { class: "sheet surface-form", submit: (event) => this.#submit(event) });
    form.append(html("div", { class: "fields" }, ...Object.values(this.#fields).map(({ row }) => row)));
    this.#racers = new RacersForm(form, this.#names, write);
    form.append(html("button", { type: "submit", class: "button" }, "Train and draw"));
    const status = html("p", { class: "surface-status", role: "status" });
    const picture = html("div", { class: "sheet surface-picture" }, this.#note, status, this.#result);
    element.append(html("div", { class: "surface-view" }, form, picture));
    this.#asking = new Asking(lab, status);
    this.#result.append(this.#explained);
    this.#stage = new SurfaceStage(
      this.#result,
      "Loss of a real network, and the paths of its training",
      "○ start, ● end",
    );
    const heads = ["Rate", "Loss at first", "Lowest", "At last", "Validation digits read"];
    this.#ends = new EndsTable(this.#result, "How each was trained", heads);
    this.#stage.addFigures(this.#result);
    this.#result.append(
      html("details", { class: "figures" }, html("summary", {}, "The same from the command line"), this.#commands),
    );
  }

  /** @param {URLSearchParams} state */
  show(state) {
    this.#seed = Math.round(readNumber(state.get("seed"), 1, 0));
    const { around, steps, data, ...run } = this.#fields;
    for (const [key, { field }] of Object.entries(run)) field.value = state.get(key) ?? USUAL[key];
    around.field.value = state.get("around") === "random" ? "random" : "paths";
    steps.field.value = state.get("steps") ?? String(USUAL_STEPS);
    data.field.value = state.get("data") === "all" ? "all" : "sample";
    if (data.field.value === "") data.field.value = "sample";
    this.#racers.show(readRacers(state.get("racers"), this.#names, USUAL_RACERS), this.#usualRates);
    this.#tellPlane();
    this.#ask();
  }

  /** Another view is seen. */
  hide() {
    this.#asking.stop();
    this.#stage.hide();
  }

  get #job() {
    const { around, steps, data, hidden, batch_size: batch, ...run } = this.#fields;
    const value = ({ field }) => field.value.trim();
    return {
      job: "landscape",
      data: value(data),
      seed: this.#seed,
      run: {
        hidden: value(hidden) === "" || value(hidden) === "none" ? [] : value(hidden).split(",").map(Number),
        batch_size: value(batch) === "full" ? "full" : Number(value(batch)),
        ...Object.fromEntries(Object.entries(run).map(([key, one]) => [key, value(one)])),
      },
      racers: this.#racers.racers,
      steps: Math.round(readNumber(value(steps), USUAL_STEPS, 1)),
      size: SIZE,
      around: value(around),
    };
  }

  #submit(event) {
    event.preventDefault();
    this.#ask(true);
  }

  #write() {
    const { around, steps, data, ...run } = this.#fields;
    const racers = writeRacers(this.#racers.racers);
    const unusual = ({ field }, usual) => (field.value === usual ? null : field.value);
    this.#lab.set({
      view: "landscape",
      around: unusual(around, "paths"),
      steps: unusual(steps, String(USUAL_STEPS)),
      data: unusual(data, "sample"),
      racers: racers === USUAL_RACERS.join(",") ? null : racers,
      ...Object.fromEntries(Object.entries(run).map(([key, one]) => [key, unusual(one, USUAL[key])])),
    });
    this.#tellPlane();
  }

  #tellPlane() {
    this.#note.textContent = NOTES[this.#fields.around.field.value];
  }

  #ask(isAgain = false) {
    this.#asking.ask(this.#job, (result) => this.#draw(result), isAgain);
  }

  #draw(result) {
    this.#result.hidden = false;
    const colour = ({ optimizer }) => (this.#names.indexOf(optimizer) % 6) + 1;
    const { explained, parameters, courses } = result;
    this.#explained.textContent = explained
      ? `This plane holds ${percent(explained[0] + explained[1])} of what moved among ${parameters.toLocaleString("en")} parameters: ${percent(explained[0])} along the first direction, ${percent(explained[1])} along the second.`
      : `Two random directions of ${parameters.toLocaleString("en")} parameters; the solution is in the middle.`;
    this.#ends.show(
      courses.map((course) => ({ optimizer: course.optimizer, colour: colour(course), cells: cellsOf(course) })),
    );
    this.#commands.textContent = commandLines(courses);
    const axes = explained
      ? explained.map((share, i) => `${["first", "second"][i]} component (${percent(share)})`)
      : ["first random direction", "second random direction"];
    this.#stage.show(result, /** @type {[string, string]} */ (axes), colour);
  }
}

/** What trains the same, and draws its surface; those that diverge keep no path. */
function commandLines(courses) {
  const kept = courses.filter(({ diverged }) => !diverged);
  const folder = ({ optimizer }) => `runs/${optimizer}`;
  return [
    ...kept.map((course) => `${course.command} --out ${folder(course)}`),
    `digits compare --surface ${kept.map(folder).join(" ")} --out surface.html`,
  ].join("\n");
}

function cellsOf({ learning_rate: rate, losses, diverged, validation_accuracy: accuracy }) {
  if (diverged) return [figure(rate), "diverged", "–", "–", "–"];
  const known = losses.filter((loss) => loss !== null);
  const lowest = known.length > 0 ? Math.min(...known) : null;
  const way = losses.length > 1 ? [figure(losses[0]), figure(lowest)] : ["–", "–"];
  return [figure(rate), ...way, figure(losses.at(-1)), percent(accuracy)];
}

function percent(share) {
  return `${(100 * share).toFixed(0)}\u2009%`;
}
