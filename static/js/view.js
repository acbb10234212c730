/**
 * Shows what came of the ink: the answer, the words, the ten bars, and the picture the network saw.
 */

import { Announcer } from "./announcer.js";
import { drawGreys } from "./pictures.js";
import { detailWords, numberWords, percent, refusedWords, unavailableWords, verdictWords } from "./words.js";

/** What stands for the answer where there is none. */
const NO_ANSWER = "?";

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
  #announcer;

  /** @param {Document} page */
  constructor(page) {
    this.#reading = page.getElementById("reading");
    this.#answer = page.getElementById("answer");
    this.#verdict = page.getElementById("verdict");
    this.#detail = page.getElementById("detail");
    this.#seen = page.getElementById("seen");
    this.#seenWords = page.getElementById("seen-words");
    this.#chances = page.getElementById("chances-title");
    this.#read = page.getElementById("read");
    this.#bars = [...page.querySelectorAll(".bar")].map((row) => ({
      row,
      meter: row.querySelector("meter"),
      percent: row.querySelector(".bar-percent"),
    }));
    this.#announcer = new Announcer(page.getElementById("announcement"));
  }

  /** No ink, no question asked. */
  showBlank() {
    this.showReading(BLANK);
  }

  /** @param {import("./api.js").Reading & {number?: import("./api.js").NumberReading}} reading */
  showReading(reading) {
    if (reading.number) {
      this.#showNumber(reading.number);
      return;
    }
    this.#showSeen(reading.input);
    this.#read.textContent = reading.digit ?? "";
    this.#reading.toggleAttribute("data-number", false);
    this.#chances.textContent = "How likely each digit is";
    this.#showWords(reading.verdict, reading.digit, verdictWords(reading), detailWords(reading));
    this.#showBars(reading.probabilities, reading.digit);
  }

  /** Several digits: the bars and the picture are those of the least sure. */
  #showNumber(number) {
    const { verdict, detail } = numberWords(number);
    const leastSure = number.digits.reduce((least, one) => (one.confidence < least.confidence ? one : least));
    this.#reading.toggleAttribute("data-number", true);
    this.#reading.style.setProperty("--characters", number.text.length);
    this.#read.textContent = number.text;
    this.#chances.textContent = "How likely each digit is, for the least sure of them";
    this.#showWords(number.digits.every((one) => one.verdict === "digit") ? "digit" : "uncertain", number.text, verdict, detail);
    this.#showBars(leastSure.probabilities, leastSure.digit);
    this.#showSeen(leastSure.input, `What it saw of the ${leastSure.digit}`);
  }

  /** The service said no. @param {Error} error its message is for people */
  showRefused(error) {
    const { verdict, detail } = refusedWords(error);
    this.#showNothing("refused", verdict, detail);
  }

  /** The service doesn't answer. @param {{kind: string}} error */
  showUnavailable({ kind }) {
    const { verdict, detail } = unavailableWords(kind);
    this.#showNothing("unavailable", verdict, detail);
  }

  /** An old answer under new ink would be a wrong one. */
  #showNothing(state, verdict, detail) {
    this.#reading.toggleAttribute("data-number", false);
    this.#read.textContent = "";
    this.#showWords(state, null, verdict, detail);
    this.#showBars(null, null);
    this.#showSeen(null);
  }

  #showWords(state, digit, verdict, detail) {
    this.#reading.dataset.state = state;
    this.#answer.textContent = digit ?? NO_ANSWER;
    this.#verdict.textContent = verdict;
    this.#detail.textContent = detail;
    this.#announcer.say(state === "blank" ? "" : `${verdict}, ${detail}`);
  }

  /** The attribute is set, not only the property, so that programs that read the page see it. */
  #showBars(probabilities, winner) {
    this.#bars.forEach(({ row, meter, percent: label }, digit) => {
      meter.setAttribute("value", probabilities?.[digit] ?? 0);
      label.textContent = probabilities ? percent(probabilities[digit]) : "–";
      row.toggleAttribute("data-winner", digit === winner);
    });
  }

  /** Ink as black of that opacity: the theme decides what is light and what is dark. */
  #showSeen(rows, words = "What the network saw") {
    drawGreys(this.#seen, rows);
    this.#seenWords.textContent = words;
  }
}
