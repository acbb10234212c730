/**
 * Playing a course of steps: a button, a slider, and where it stands. With reduced motion only the slider moves it.
 */

import { html } from "../elements.js";

/** Seconds that a course takes, whatever its length. */
const SECONDS = 6;

/** One set of controls. */
export class Playback {
  #box;
  #onMoment;
  #button = html("button", { type: "button", class: "button play", click: () => this.#toggle() });
  #slider = html("input", { type: "range", min: 0, step: 1, "aria-label": "Step", input: () => this.#slide() });
  #words = html("span", { class: "quiet played" });
  #length = 0;
  #moment = 0;
  #frame = 0;
  #name;

  /**
   * @param {HTMLElement} root it is appended to this
   * @param {(moment: number) => void} onMoment in steps, also between two
   * @param {(step: number) => string} [name] what is said of a step
   */
  constructor(root, onMoment, name = (step) => `step ${step}`) {
    this.#onMoment = onMoment;
    this.#name = name;
    this.#box = html("div", { class: "playback" }, this.#button, this.#slider, this.#words);
    root.append(this.#box);
  }

  /** A new course of so many steps begins. @param {number} length */
  begin(length) {
    this.stop();
    this.#length = length;
    this.#box.hidden = length === 0;
    this.#slider.max = String(length);
    this.#button.hidden = isStill();
    this.#show(isStill() ? length : 0);
    if (!isStill()) this.#play();
  }

  /** It stands where it is. */
  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#button.textContent = "Play";
  }

  #toggle() {
    if (this.#frame) this.stop();
    else this.#play();
  }

  #play() {
    const from = this.#moment >= this.#length ? 0 : this.#moment;
    const began = performance.now();
    this.#button.textContent = "Pause";
    const step = (now) => {
      const moment = from + (Math.max(0, now - began) / 1000 / SECONDS) * this.#length;
      this.#show(Math.min(moment, this.#length));
      if (moment >= this.#length) this.stop();
      else this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  #slide() {
    this.stop();
    this.#show(Number(this.#slider.value));
  }

  #show(moment) {
    this.#moment = moment;
    const step = Math.floor(moment);
    if (this.#slider.value !== String(step)) this.#slider.value = String(step);
    this.#words.textContent = this.#name(step);
    this.#slider.setAttribute("aria-valuetext", this.#words.textContent);
    this.#onMoment(moment);
  }
}

function isStill() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
