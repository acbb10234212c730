/**
 * What a training is told: to begin, pause, step, go on, end; how fast, which learning rate.
 */

import { within } from "../../dom.js";
import { figure } from "../charts/scale.js";

const MAIN = {
  idle: "Train",
  asking: "Train",
  waiting: "Waiting …",
  training: "Pause",
  paused: "Go on",
  ended: "Train again",
  closed: "Train again",
  refused: "Train",
};

const SAID = {
  idle: "",
  asking: "Starting …",
  training: "Training.",
  paused: "Paused. One batch at a time, or go on.",
  ended: "Training has ended. Draw a digit for it, save it, or change a knob and train again.",
};

/** Phases in which nothing can be begun. */
const BUSY = ["asking", "waiting"];

const BROKEN = "Training was broken off. Lower the learning rate, and train again.";

/** Learning rates are changed by this factor at a press. */
const FACTOR = 3;

/** How long a training takes that is to be watched. */
const WATCHABLE_SECONDS = 8;

/** The service knows no slower pace, and none that is faster but full speed. */
const [SLOWEST, FASTEST] = [0.1, 1000];

/** The buttons and fields, and a line that says where things stand. */
export class Controls {
  #root;
  #status;
  #session;
  #start;
  /** Whether a training that begins takes one batch and waits. */
  #isStepping = false;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} status
   * @param {import("./session.js").Session} session
   * @param {(isPaused: boolean) => void} start a training from the beginning
   */
  constructor(root, status, session, start) {
    this.#root = root;
    this.#status = status;
    this.#session = session;
    this.#start = start;
    const on = (name, act) => this.#button(name).addEventListener("click", act);
    on("main", () => this.#main());
    on("step", () => this.#step());
    on("stop", () => session.tell({ do: "stop" }));
    on("reset", () => {
      session.reset();
      this.#button("main").focus();
    });
    on("slower", () => this.#scaleRate(1 / FACTOR));
    on("faster", () => this.#scaleRate(FACTOR));
    this.#pace.addEventListener("change", () => this.#isOn && this.#tellPace());
    this.#rate.addEventListener("change", () => this.#setRate());
    for (const name of ["main", "step"]) this.#button(name).disabled = false;
  }

  /** The phase is another. */
  show() {
    const { phase, words } = this.#session;
    this.#button("main").textContent = MAIN[phase];
    for (const name of ["main", "step"])
      this.#button(name).setAttribute("aria-disabled", String(BUSY.includes(phase)));
    this.#button("step").hidden = phase === "ended";
    within(this.#root, ".while-training", HTMLElement).hidden = phase === "idle" || phase === "refused";
    within(this.#root, ".live", HTMLElement).hidden = !this.#isOn;
    const isBroken = phase === "ended" && this.#session.records.every(({ ended }) => ended.why === "diverged");
    this.say([isBroken ? BROKEN : (SAID[phase] ?? ""), words].filter(Boolean).join(" "));
  }

  /** A training has begun: it goes as fast as is chosen. */
  begin() {
    if (this.#pace.value !== "full") this.#tellPace();
    if (this.#isStepping) this.#session.tell({ do: "step" });
  }

  /** There are new figures. */
  refresh() {
    const frame = this.#session.records.find((record) => record.frame !== null)?.frame;
    if (!frame) return;
    if (document.activeElement !== this.#rate) this.#rate.value = figure(frame.learning_rate);
  }

  /** @param {string} words */
  say(words) {
    if (this.#status.textContent !== words) this.#status.textContent = words;
  }

  #main() {
    const { phase } = this.#session;
    if (phase === "training") this.#session.tell({ do: "pause" });
    else if (phase === "paused") this.#session.tell({ do: "go" });
    else this.#begin(false);
  }

  #step() {
    if (this.#isOn) this.#session.tell({ do: "step" });
    else this.#begin(true);
  }

  #begin(isStepping) {
    if (BUSY.includes(this.#session.phase)) return;
    this.#isStepping = isStepping;
    this.#start(isStepping);
  }

  /** Whether there is a training that goes on. */
  get #isOn() {
    return ["training", "paused"].includes(this.#session.phase);
  }

  #tellPace() {
    const steps = Math.max(...this.#session.records.map(({ info }) => info.steps));
    this.#session.tell({ do: "pace", steps_per_second: stepsPerSecond(this.#pace.value, steps) });
  }

  #setRate() {
    const value = Number(this.#rate.value);
    if (value > 0) this.#session.tell({ do: "learning_rate", run: null, value });
    else this.say(`The learning rate must be a number above 0; “${this.#rate.value}” is not.`);
  }

  /** Of each run that goes on. */
  #scaleRate(factor) {
    this.#session.records.forEach(({ frame, ended, info }, run) => {
      const value = Number(((frame?.learning_rate ?? info.learning_rate) * factor).toPrecision(3));
      if (!ended) this.#session.tell({ do: "learning_rate", run, value });
    });
  }

  get #pace() {
    return within(this.#root, ".pace", HTMLSelectElement);
  }

  get #rate() {
    return within(this.#root, ".rate", HTMLInputElement);
  }

  #button(name) {
    return within(this.#root, `[data-do="${name}"]`, HTMLButtonElement);
  }
}

/** @returns {number | null} null for as many as can be had */
function stepsPerSecond(pace, steps) {
  if (pace !== "watchable") return pace === "full" ? null : Number(pace);
  const wanted = Math.max(steps / WATCHABLE_SECONDS, SLOWEST);
  return wanted > FASTEST ? null : wanted;
}
