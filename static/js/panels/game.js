/**
 * Against the clock: write 0 to 9, each as soon as the one before is read. The card at the end names the digit that the
 * network found hardest to read.
 */

import { part, within } from "../dom.js";
import { Ink } from "../ink.js";
import { percent } from "../words.js";

/** How long an answer stands before it counts, in milliseconds: a 5 may still get its roof. */
const STANDING = 350;

/** Device pixels along the side of a digit on the card. */
const THUMBNAIL = 112;

/**
 * @typedef {object} Round
 * @property {number} digit
 * @property {number[][][]} strokes
 * @property {number} seconds
 * @property {number} confidence 0 where it was passed over
 */

/** One game after the other. */
export class Game {
  #root;
  #strip;
  #card;
  #sheet;
  /** @type {Round[]} */
  #rounds = [];
  #isRunning = false;
  /** When the pen came down for the first time, and when the digit before was read. */
  #begun = 0;
  #last = 0;
  #standing = 0;
  #ticking = 0;

  /**
   * @param {HTMLDetailsElement} root
   * @param {import("../store.js").Store} store
   * @param {import("../sheet.js").Sheet} sheet
   */
  constructor(root, store, sheet) {
    this.#root = root;
    this.#strip = root.querySelector(".game-strip");
    this.#card = root.querySelector(".game-card");
    this.#sheet = sheet;
    const on = (name, act) => within(root, `[data-do="${name}"]`, HTMLButtonElement).addEventListener("click", act);
    on("start", () => this.#start());
    on("pass", () => this.#next(0));
    on("stop", () => this.#stop());
    root.addEventListener("toggle", () => !root.open && this.#stop());
    store.follow(["ink"], ({ ink }) => this.#isRunning && ink && this.#draw());
    store.follow(["outcome", "isOpen"], (now) => this.#isRunning && this.#read(now));
  }

  #start() {
    this.#sheet.clear();
    this.#rounds = [];
    this.#isRunning = true;
    this.#begun = 0;
    this.#card.hidden = true;
    this.#strip.hidden = false;
    this.#ask();
    const pad = part("pad", HTMLElement);
    pad.scrollIntoView({ block: "center" });
    pad.focus({ preventScroll: true });
  }

  /** The clock starts with the first ink. */
  #draw() {
    clearTimeout(this.#standing);
    if (this.#begun > 0) return;
    this.#begun = this.#last = performance.now();
    this.#ticking = setInterval(() => this.#tick(), 100);
  }

  #read({ outcome, isOpen }) {
    clearTimeout(this.#standing);
    if (isOpen || outcome.kind !== "read" || outcome.reading.digit !== this.#rounds.length) return;
    this.#standing = setTimeout(() => this.#next(outcome.reading.confidence), STANDING);
  }

  /** On to the next digit, and after the last to the card. */
  #next(confidence) {
    clearTimeout(this.#standing);
    const digit = this.#rounds.length;
    const now = performance.now();
    const seconds = this.#begun > 0 ? (now - this.#last) / 1000 : 0;
    this.#rounds = [...this.#rounds, { digit, strokes: this.#sheet.drawing.toJSON(), seconds, confidence }];
    this.#last = now;
    this.#sheet.keep(String(digit));
    this.#sheet.clear();
    if (this.#rounds.length < 10) this.#ask();
    else this.#end();
  }

  #ask() {
    this.#strip.querySelector(".game-digit").textContent = this.#rounds.length;
    this.#tick();
  }

  #tick() {
    const seconds = this.#begun > 0 ? (performance.now() - this.#begun) / 1000 : 0;
    this.#strip.querySelector(".game-clock").textContent = `${seconds.toFixed(1)} s`;
  }

  #stop() {
    clearTimeout(this.#standing);
    clearInterval(this.#ticking);
    this.#isRunning = false;
    this.#strip.hidden = true;
  }

  #end() {
    this.#stop();
    const seconds = (this.#last - this.#begun) / 1000;
    const hardest = this.#rounds.reduce((least, one) => (one.confidence < least.confidence ? one : least));
    this.#card.querySelector(".game-time").textContent = `${seconds.toFixed(1)} seconds`;
    this.#card.querySelector(".game-hardest").textContent = hardestWords(hardest);
    this.#card
      .querySelector(".game-rounds")
      .replaceChildren(...this.#rounds.map((one) => item(one, one === hardest)));
    this.#card.hidden = false;
    this.#root.scrollIntoView({ block: "start" });
    this.#card.querySelector("h3").focus({ preventScroll: true });
  }
}

function hardestWords({ digit, confidence }) {
  if (confidence === 0) return `Hardest to read was your ${digit}: it was passed over.`;
  return `Hardest to read was your ${digit}: the network was ${percent(confidence)} sure.`;
}

function item({ digit, strokes, seconds, confidence }, isHardest) {
  const element = document.createElement("li");
  element.toggleAttribute("data-hardest", isHardest);
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const words = document.createElement("p");
  words.textContent = `${digit}: ${seconds.toFixed(1)} s, ${confidence === 0 ? "passed" : percent(confidence)}`;
  element.append(canvas, words);
  requestAnimationFrame(() => {
    const ink = new Ink(canvas);
    ink.resize(THUMBNAIL);
    ink.draw(strokes);
  });
  return element;
}
