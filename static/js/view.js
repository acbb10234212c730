/**
 * Shows what came of the ink: the answer, the words, the ten bars, the picture the network saw, and boxes over a number.
 */

import { Announcer } from "./announcer.js";
import { part, within } from "./dom.js";
import { Boxes } from "./number.js";
import { drawGreys } from "./pictures.js";
import { detailWords, numberWords, percent, READING, refusedWords, unavailableWords, verdictWords } from "./words.js";

/** What stands for the answer where there is none. */
const NO_ANSWER = "?";

/** How long an older answer may stand while newer ink is read, and one that came while it was drawn, in milliseconds. */
const NOTICED = 100;
const FOLLOWED = 250;

/** What is shown before there is ink, and again after the last of it is gone. */
const BLANK = {
  digit: null,
  verdict: "blank",
  probabilities: null,
  alternatives: [],
  input: null,
};

/** The part of the page that answers. */
export class View {
  #reading;
  #answer;
  #verdict;
  #detail;
  #seen;
  #seenWords;
  #read;
  #chances;
  #bars;
  #boxes;
  #announcer;
  #timer = 0;

  constructor() {
    this.#reading = part("reading", HTMLElement);
    this.#answer = part("answer", HTMLElement);
    this.#verdict = part("verdict", HTMLElement);
    this.#detail = part("detail", HTMLElement);
    this.#seen = part("seen", HTMLCanvasElement);
    this.#seenWords = part("seen-words", HTMLElement);
    this.#chances = part("chances-title", HTMLElement);
    this.#read = part("read", HTMLElement);
    this.#bars = [...document.querySelectorAll(".bar")].map((row) => ({
      row,
      meter: within(row, "meter", HTMLMeterElement),
      percent: within(row, ".bar-percent", HTMLElement),
    }));
    this.#boxes = new Boxes(part("boxes", HTMLElement));
    this.#announcer = new Announcer(part("announcement", HTMLElement));
  }

  /** @param {import("./store.js").State} now */
  show({ outcome, bitmap }) {
    if (outcome.kind === "blank") this.#showReading(BLANK, null);
    else if (outcome.kind === "reading") this.#showPending();
    else if (outcome.kind === "soFar") this.#showSoFar(outcome.reading, bitmap);
    else if (outcome.kind === "read") this.#showReading(outcome.reading, bitmap);
    else if (outcome.kind === "refused") this.#showTrouble("refused", refusedWords(outcome.error));
    else if (outcome.kind === "unavailable") this.#showTrouble("unavailable", unavailableWords(outcome.error.kind));
  }

  /** The ink is being read: seen at once, and an older answer goes if that takes longer than a moment. */
  #showPending() {
    const { state } = this.#reading.dataset;
    if (state === "reading") return;
    this.#setState("reading");
    this.#announcer.hush();
    if (state === "blank") this.#showNothing(READING);
    else this.#timer = setTimeout(() => this.#showNothing(READING), NOTICED);
  }

  /** An answer to older ink, while newer is being read. It goes unless another follows soon. */
  #showSoFar(reading, picture) {
    this.#showAnswer(reading, picture);
    this.#setState("reading");
    this.#showWords(READING);
    this.#read.textContent = "";
    this.#timer = setTimeout(() => this.#showNothing(READING), FOLLOWED);
  }

  #showReading(reading, picture) {
    const { state, text, verdict, detail } = this.#showAnswer(reading, picture);
    this.#setState(state);
    this.#showWords({ verdict, detail });
    this.#read.textContent = text ?? "";
    this.#announcer.say(state === "blank" ? "" : `${verdict}, ${detail}`);
  }

  /** The service said no, or doesn't answer. */
  #showTrouble(state, words) {
    this.#setState(state);
    this.#showNothing(words);
    this.#announcer.say(`${words.verdict}, ${words.detail}`);
  }

  /** An old answer under new ink would be a wrong one. */
  #showNothing(words) {
    this.#reading.toggleAttribute("data-number", false);
    this.#answer.textContent = NO_ANSWER;
    this.#read.textContent = "";
    this.#showWords(words);
    this.#showBars(null, null);
    this.#showSeen(null);
    this.#boxes.hide();
  }

  /** The answer with all that belongs to it but the words, which are handed back. */
  #showAnswer(reading, picture) {
    const { number } = reading;
    this.#reading.toggleAttribute("data-number", Boolean(number));
    if (number) return this.#showNumber(number, picture);
    this.#boxes.hide();
    this.#answer.textContent = reading.digit ?? NO_ANSWER;
    this.#chances.textContent = "How likely each digit is";
    this.#showBars(reading.probabilities, reading.digit);
    this.#showSeen(reading.input);
    return {
      state: reading.verdict,
      text: reading.digit,
      verdict: verdictWords(reading),
      detail: detailWords(reading),
    };
  }

  /** Several digits: the bars and the picture are those of the least sure. */
  #showNumber(number, picture) {
    const { text, digits } = number;
    const leastSure = digits.reduce((least, one) => (one.confidence < least.confidence ? one : least));
    this.#boxes.show(number, picture);
    const lines = text.split("\n");
    this.#reading.style.setProperty("--lines", lines.length);
    this.#reading.style.setProperty("--characters", Math.max(...lines.map(({ length }) => length)));
    this.#answer.textContent = text;
    this.#chances.textContent = "How likely each digit is, for the least sure of them";
    this.#showBars(leastSure.probabilities, leastSure.digit);
    this.#showSeen(leastSure.input, `What it saw of the ${leastSure.digit ?? NO_ANSWER}`);
    return {
      state: digits.every((one) => one.verdict === "digit") ? "digit" : "uncertain",
      text,
      ...numberWords(number),
    };
  }

  #setState(state) {
    clearTimeout(this.#timer);
    this.#reading.dataset.state = state;
    this.#reading.setAttribute("aria-busy", String(state === "reading"));
  }

  #showWords({ verdict, detail }) {
    this.#verdict.textContent = verdict;
    this.#detail.textContent = detail;
  }

  /** The attribute is set, not only the property, so that programs that read the page see it. */
  #showBars(probabilities, winner) {
    this.#bars.forEach(({ row, meter, percent: label }, digit) => {
      meter.setAttribute("value", probabilities?.[digit] ?? 0);
      label.textContent = probabilities ? percent(probabilities[digit]) : "–";
      row.toggleAttribute("data-winner", digit === winner);
      row.toggleAttribute("data-none", !(probabilities?.[digit] >= 0.001));
    });
  }

  /** Ink as black of that opacity: the theme decides what is light and what is dark. */
  #showSeen(rows, words = "What the network saw") {
    drawGreys(this.#seen, rows);
    this.#seenWords.textContent = words;
  }
}
