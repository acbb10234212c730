/**
 * The race: optimizers over a textbook surface, from a start that is placed by hand (lecture topics 7 and 10).
 */

import { figure } from "./charts/scale.js";
import { html } from "./elements.js";
import { Asking } from "./surfaces/asking.js";
import { EndsTable } from "./surfaces/ends.js";
import { choiceField, inputField } from "./surfaces/fields.js";
import { RacersForm } from "./surfaces/racers.js";
import { endingWords, readNumber, readPlace, readRacers, writeRacers } from "./surfaces/racing.js";
import { SurfaceStage } from "./surfaces/stage.js";

const MARKS = "○ start, ★ global minimum, ▼ local minimum";

const USUAL = { steps: 300, noise: 0 };

/** The view. */
export class RaceView {
  #lab;
  #names;
  #racers;
  #fields;
  #about = html("p", { class: "surface-about" });
  #result = html("div", { class: "surface-result", hidden: true });
  #asking;
  #stage;
  #ends;
  /** What is asked for. */
  #job;

  /** @param {HTMLElement} element @param {any} lab */
  constructor(element, lab) {
    this.#lab = lab;
    this.#names = Object.keys(lab.about.surfaces[0].rates);
    this.#job = this.#read(new URLSearchParams());
    const take = () => this.#take();
    const steps = { type: "number", min: 1, max: lab.about.limits.race_steps ?? 2000 };
    const place = { type: "number", step: "any" };
    this.#fields = {
      surface: choiceField(
        "Surface",
        lab.about.surfaces.map(({ name }) => name),
        () => this.#change({ surface: this.#fields.surface.field.value, start: null }),
      ),
      x: inputField("Start at x", place, take),
      y: inputField("and y", place, take),
      steps: inputField("Steps", steps, take),
      noise: inputField("Noise of each slope", { type: "number", step: "any", min: 0 }, take),
    };
    const form = html("form", { class: "sheet surface-form", submit: (event) => event.preventDefault() });
    form.append(html("div", { class: "fields" }, ...Object.values(this.#fields).map(({ row }) => row)));
    this.#racers = new RacersForm(form, this.#names, take);
    const status = html("p", { class: "surface-status", role: "status" });
    const picture = html("div", { class: "sheet surface-picture" }, this.#about, status, this.#result);
    element.append(html("div", { class: "surface-view" }, form, picture));
    this.#asking = new Asking(lab, status);
    this.#stage = new SurfaceStage(
      this.#result,
      "Loss of two parameters, and the optimizers’ paths",
      MARKS,
      (start) => this.#place(start),
    );
    this.#ends = new EndsTable(this.#result, "Where each ends", ["Rate", "Ends at", "After steps", "Loss there"]);
    this.#stage.addFigures(this.#result);
  }

  /** @param {URLSearchParams} state */
  show(state) {
    this.#job = this.#read(state);
    this.#race();
  }

  /** Another view is seen. */
  hide() {
    this.#asking.stop();
    this.#stage.hide();
  }

  #read(state) {
    const surfaces = this.#lab.about.surfaces;
    return {
      surface: (surfaces.find(({ name }) => name === state.get("surface")) ?? surfaces[0]).name,
      start: readPlace(state.get("start")),
      racers: readRacers(state.get("racers"), this.#names, this.#names),
      steps: Math.round(readNumber(state.get("steps"), USUAL.steps, 1)),
      noise: readNumber(state.get("noise"), USUAL.noise, 0),
    };
  }

  /** What the form has now. */
  #take() {
    const { x, y, steps, noise } = this.#fields;
    this.#change({
      start: readPlace(`${x.field.value},${y.field.value}`),
      racers: this.#racers.racers,
      steps: Math.round(readNumber(steps.field.value, USUAL.steps, 1)),
      noise: readNumber(noise.field.value, USUAL.noise, 0),
    });
  }

  #place(start) {
    this.#change({ start: start.map((one) => Number(one.toPrecision(4))) });
  }

  #change(changes) {
    this.#job = { ...this.#job, ...changes };
    const { surface, start, racers, steps, noise } = this.#job;
    const isUsual =
      Object.keys(racers).length === this.#names.length && Object.values(racers).every((rate) => rate === null);
    this.#lab.set({
      view: "race",
      surface,
      start: start ? start.join(",") : null,
      racers: isUsual ? null : writeRacers(racers),
      steps: steps === USUAL.steps ? null : String(steps),
      noise: noise === USUAL.noise ? null : String(noise),
    });
    this.#race();
  }

  #race() {
    const { surface, start, racers, steps, noise } = this.#job;
    const { about, start: usualStart, rates } = this.#lab.about.surfaces.find(({ name }) => name === surface);
    const { x, y, ...fields } = this.#fields;
    fields.surface.field.value = surface;
    [x.field.value, y.field.value] = (start ?? usualStart).map(String);
    fields.steps.field.value = String(steps);
    fields.noise.field.value = String(noise);
    this.#racers.show(racers, rates);
    this.#about.textContent = `${about[0].toUpperCase()}${about.slice(1)}. Click on the map to place the start.`;
    this.#asking.ask({ job: "race", ...this.#job }, (result) => this.#draw(result));
  }

  #draw(result) {
    this.#result.hidden = false;
    const colour = ({ optimizer }) => (this.#names.indexOf(optimizer) % 6) + 1;
    this.#ends.show(
      result.courses.map((course) => ({
        optimizer: course.optimizer,
        colour: colour(course),
        cells: [
          figure(course.learning_rate),
          endingWords(course.ending),
          course.arrived === null ? "–" : String(course.arrived),
          figure(course.losses.at(-1)),
        ],
      })),
    );
    this.#stage.show(result, ["x", "y"], colour);
  }
}
