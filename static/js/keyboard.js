/**
 * Drawing without pointing: a cell of the 28x28 grid that arrows move, and a pen that the space bar sets down.
 */

import { SIDE } from "./strokes.js";

const CELLS = 28;
const CELL = SIDE / CELLS;

/** Steps right and down. Home, End and the page keys are the corners of a number pad. */
const STEPS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-1, -1],
  PageUp: [1, -1],
  End: [-1, 1],
  PageDown: [1, 1],
};

/** A pen on a grid, moved by keys while the pad has the focus. */
export class KeyboardPen {
  #drawing;
  #cursor;
  #on;
  #cell = [CELLS / 2, CELLS / 4];

  /**
   * @param {HTMLElement} pad has the focus while one draws
   * @param {HTMLElement} cursor lies over the pad; shows the cell
   * @param {import("./strokes.js").Drawing} drawing
   * @param {{ink: () => void, lifted: () => void, moved: (words: string) => void}} on ink was added; the pen was lifted;
   *     the cell, for those who cannot see it
   */
  constructor(pad, cursor, drawing, on) {
    this.#drawing = drawing;
    this.#cursor = cursor;
    this.#on = on;
    pad.addEventListener("keydown", (event) => this.#press(event));
    pad.addEventListener("blur", () => this.#lift());
    this.#show();
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step) this.#move(step, event.shiftKey ? 4 : 1);
    else if (event.key === " " || event.key === "Enter") this.#toggle(event.repeat);
    else return;
    event.preventDefault();
    this.#show();
    this.#on.moved(this.#words());
  }

  #move(step, times) {
    this.#cell = this.#cell.map((place, axis) => Math.min(Math.max(place + times * step[axis], 0), CELLS - 1));
    if (!this.#drawing.isOpen) return;
    this.#drawing.extend(...this.#place());
    this.#on.ink();
  }

  #toggle(isRepeated) {
    if (isRepeated) return;
    if (this.#drawing.isOpen) {
      this.#lift();
    } else {
      this.#drawing.begin(...this.#place());
      this.#on.ink();
    }
  }

  /** The drawing changed: the pen may be up now. */
  refresh() {
    this.#show();
  }

  #lift() {
    this.#drawing.finish();
    this.#on.lifted();
    this.#show();
  }

  /** The middle of the cell, in the drawing's units. */
  #place() {
    return this.#cell.map((index) => (index + 0.5) * CELL);
  }

  #show() {
    const [left, top] = this.#cell.map((index) => `${(100 * index) / CELLS}%`);
    Object.assign(this.#cursor.style, { left, top });
    this.#cursor.toggleAttribute("data-down", this.#drawing.isOpen);
  }

  #words() {
    const [column, row] = this.#cell.map((index) => index + 1);
    return `row ${row}, column ${column}, pen ${this.#drawing.isOpen ? "down" : "up"}`;
  }
}
