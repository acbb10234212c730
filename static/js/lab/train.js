/**
 * Train live: knobs, a button, and all that can be seen of a network while it learns.
 */

import { within } from "../dom.js";
import { html } from "./elements.js";
import { KnobForm } from "./knobs.js";
import { asJob, defaults, differing, readRuns, writeRuns } from "./state.js";
import { Attempt } from "./train/attempt.js";
import { Card } from "./train/card.js";
import { Controls } from "./train/controls.js";
import { Curves } from "./train/curves.js";
import { PRESETS } from "./train/presets.js";
import { Session } from "./train/session.js";
import { differenceWords } from "./train/words.js";

/** With reduced motion pictures change once in so many milliseconds. */
const CALM = 1000;

/** The view. */
export class TrainView {
  #element;
  #lab;
  #form;
  #session;
  #controls;
  #curves;
  #attempt;
  #cards;
  #scores;
  /** @type {Card[]} */
  #shown = [];
  /** @type {import("./knobs.js").Plan} */
  #plan;
  /** What of the fragment is set. */
  #set = "";
  #isDue = false;

  /** @param {HTMLElement} element @param {any} lab */
  constructor(element, lab) {
    const [root, jobs] = [(name) => within(element, `.${name}`, HTMLElement), lab.jobs];
    this.#element = element;
    this.#lab = lab;
    this.#cards = root("cards");
    this.#scores = root("scores");
    this.#plan = { runs: [defaults(lab.about.knobs)], data: lab.about.data[0].name, seed: 1 };
    this.#form = new KnobForm(root("knob-form"), lab.about, (plan) => this.#take(plan));
    this.#session = new Session(jobs, {
      begun: () => this.#begin(),
      changed: () => this.#follow(),
      frame: () => this.#schedule(),
      keyWanted: () => lab.askForKey(),
    });
    this.#curves = new Curves(root("curve-box"));
    this.#attempt = new Attempt(root("attempt-box"), this.#session);
    this.#controls = new Controls(root("controls"), root("status"), this.#session, (isPaused) =>
      this.#start(isPaused),
    );
    root("presets").append(...PRESETS.map((preset) => this.#choice(preset)));
    window.addEventListener("pagehide", () => this.#session.reset());
  }

  /** @param {URLSearchParams} state */
  show(state) {
    const { knobs, limits, data } = this.#lab.about;
    const { runs, complaints } = readRuns(state, knobs, limits);
    const seed = Number(state.get("seed") ?? 1);
    const plan = {
      runs,
      data: data.find(({ name }) => name === state.get("data"))?.name ?? data[0].name,
      seed: Number.isInteger(seed) && seed >= 0 ? seed : 1,
    };
    const followed = state.get("follow");
    const set = JSON.stringify([plan, followed]);
    if (set !== this.#set) {
      this.#session.reset();
      this.#set = set;
      this.#plan = plan;
      this.#form.show(plan);
      this.#watch("");
      if (followed) this.#session.follow(followed);
    }
    if (complaints.length > 0) this.#controls.say(complaints.join(" "));
    this.#draw();
  }

  /** Another view is seen; this one goes on. */
  hide() {}

  #take(plan) {
    this.#plan = plan;
    this.#set = JSON.stringify([plan, null]);
    const { about } = this.#lab;
    this.#lab.set({
      ...writeRuns(plan.runs, about.knobs),
      data: plan.data === about.data[0].name ? null : plan.data,
      seed: plan.seed === 1 ? null : String(plan.seed),
      follow: null,
    });
  }

  #choice(preset) {
    const choose = () => {
      const { knobs } = this.#lab.about;
      const known = (changes) =>
        Object.fromEntries(Object.entries(changes).filter(([key]) => knobs.some((knob) => knob.key === key)));
      const runs = preset.runs.map((changes) => ({ ...defaults(knobs), ...known(changes) }));
      const plan = { ...this.#plan, runs };
      this.#session.reset();
      this.#form.show(plan);
      this.#take(plan);
      this.#watch(preset.watch);
    };
    return html("button", { type: "button", class: "button", click: choose }, preset.name);
  }

  #watch(words) {
    const watch = within(this.#element, ".watch", HTMLElement);
    watch.textContent = words;
    watch.hidden = words === "";
  }

  #start(isPaused) {
    const problem = this.#form.complain();
    if (problem) {
      this.#controls.say(problem);
      return;
    }
    const { runs, data, seed } = this.#plan;
    const { knobs } = this.#lab.about;
    this.#session.start({ job: "train", data, seed, paused: isPaused, runs: runs.map((run) => asJob(run, knobs)) });
  }

  #begin() {
    const { records } = this.#session;
    const { runs } = this.#plan;
    const { knobs } = this.#lab.about;
    this.#shown = records.map((record, i) => {
      const differs = i > 0 && runs[i] ? differenceWords(runs[i], differing(runs[i], runs[0]), knobs) : "";
      return new Card(record, i, [record.info.sizes.join(" – "), differs].filter(Boolean).join("; "), (step) =>
        this.#session.watch(step),
      );
    });
    this.#cards.replaceChildren(...this.#shown.map(({ element }) => element));
    this.#scores.replaceChildren(...this.#shown.map(({ score }) => score));
    this.#curves.show(records);
    this.#controls.begin();
    this.#attempt.restart();
  }

  #follow() {
    const { phase, records } = this.#session;
    this.#element.dataset.phase = phase;
    if (records.length === 0 && this.#shown.length > 0) {
      this.#shown = [];
      this.#cards.replaceChildren();
      this.#scores.replaceChildren();
      this.#curves.show([]);
    }
    this.#controls.show();
    this.#attempt.show();
    this.#schedule();
  }

  /** Draw once for all that comes before the next picture. */
  #schedule() {
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () => {
      this.#isDue = false;
      if (!this.#element.hidden) this.#draw();
    };
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) setTimeout(draw, CALM);
    else requestAnimationFrame(draw);
  }

  #draw() {
    this.#curves.draw();
    for (const card of this.#shown) card.show(this.#session.id);
    this.#controls.refresh();
  }
}
