/**
 * Choosing a place on a chart by keys: arrows move a cross, Enter takes it. What it is over is said.
 */

import { html } from "../elements.js";
import { figure } from "./scale.js";

/** Of the width or height, at one press; and with Shift. */
const STEP = 1 / 40;
const FINE = 1 / 400;

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** The cross of one chart. */
export class Aim {
  /** Where it is; null while the chart has no focus from keys. @type {[number, number] | null} */
  place = null;
  /** @type {[number[], number[]] | null} */
  #axes = null;
  #words = html("p", { class: "visually-hidden", "aria-live": "polite" });
  #onMove;
  #onPlace;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLElement} root what is said is appended to this
   * @param {() => void} onMove
   * @param {(place: [number, number]) => void} onPlace
   */
  constructor(canvas, root, onMove, onPlace) {
    this.#onMove = onMove;
    this.#onPlace = onPlace;
    root.append(this.#words);
    canvas.addEventListener("keydown", (event) => this.#press(event));
    canvas.addEventListener("blur", () => this.#move(null));
  }

  /** @param {{x: number[], y: number[]}} surface */
  over({ x, y }) {
    this.#axes = [x, y];
    this.place = null;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (!this.#axes || event.ctrlKey || event.altKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move) {
      const from = this.place ?? this.#axes.map((axis) => (axis[0] + axis[axis.length - 1]) / 2);
      const size = event.shiftKey ? FINE : STEP;
      const [x, y] = this.#axes.map((axis, i) => {
        const [low, high] = [axis[0], axis[axis.length - 1]];
        return Math.min(high, Math.max(low, from[i] + move[i] * size * (high - low)));
      });
      this.#move([x, y]);
    } else if ((event.key === "Enter" || event.key === " ") && this.place) {
      this.#onPlace(this.place);
    } else {
      return;
    }
    event.preventDefault();
  }

  #move(place) {
    this.place = place;
    this.#words.textContent = place ? `x ${figure(place[0])}, y ${figure(place[1])}` : "";
    this.#onMove();
  }
}
