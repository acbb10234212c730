/**
 * The ink as data: strokes of points in a fixed square, and nothing else.
 *
 * Everything the page knows of a drawing is here; the canvas is only its picture, so undo, a resize or a
 * rotation are a redraw. No DOM and no fetch: this module also runs in a worker or in a test.
 *
 * @typedef {[number, number]} Point x to the right, y down, both within 0 and SIDE
 * @typedef {readonly Point[]} Stroke pen-down to pen-up; one point is a dot
 */

/** The side of the square the points live in: ten units to each of the network's 28 cells. */
export const SIDE = 280;

/** Points nearer to the last one than this, in the same units, are the pixels' jitter and say nothing new. */
const NEAR = 1.5;

/** A drawing in the making: finished strokes, and at most one that the pen is still drawing. */
export class Drawing {
  /** @type {Point[][]} */
  #strokes = [];
  /** @type {Point[][]} what undo took back, the last of it last */
  #undone = [];
  #open = false;

  /** True until the first ink. */
  get isEmpty() {
    return this.#strokes.length === 0;
  }

  /** True between pen-down and pen-up. */
  get isOpen() {
    return this.#open;
  }

  /** True while there is something that undo took back and nothing new was drawn since. */
  get canRedo() {
    return this.#undone.length > 0;
  }

  /** @returns {readonly Stroke[]} the strokes in the order they were drawn, the open one last */
  get strokes() {
    return this.#strokes;
  }

  /** Pen down: start a stroke, which is a dot until it is extended. */
  begin(x, y) {
    this.#strokes.push([inside(x, y)]);
    this.#undone = [];
    this.#open = true;
  }

  /** Pen moved: add a point to the open stroke; without one, or where it adds nothing, do nothing. */
  extend(x, y) {
    if (!this.#open) return;
    const stroke = this.#strokes.at(-1);
    const point = inside(x, y);
    if (distance(stroke.at(-1), point) >= NEAR) stroke.push(point);
  }

  /** Pen up. */
  finish() {
    this.#open = false;
  }

  /** The open stroke was none: a hand that came down by mistake, or the first of two fingers. */
  abandon() {
    if (this.#open) this.#strokes.pop();
    this.#open = false;
  }

  /** Take back the last stroke, also one that is still being drawn. */
  undo() {
    const stroke = this.#strokes.pop();
    if (stroke) this.#undone.push(stroke);
    this.#open = false;
  }

  /** Bring back the last stroke that undo took. */
  redo() {
    const stroke = this.#undone.pop();
    if (stroke) this.#strokes.push(stroke);
    this.#open = false;
  }

  /** A clean sheet. */
  clear() {
    this.load([]);
  }

  /** These strokes and nothing else. @param {readonly Stroke[]} strokes */
  load(strokes) {
    this.#strokes = strokes.filter(({ length }) => length > 0).map((stroke) => stroke.map(([x, y]) => inside(x, y)));
    this.#undone = [];
    this.#open = false;
  }

  /** @returns {Point[][]} a copy for the wire, to a tenth of a unit */
  toJSON() {
    return this.#strokes.map((stroke) => stroke.map(([x, y]) => [tenth(x), tenth(y)]));
  }
}

/** How long a stroke is, from point to point. @param {Stroke} stroke */
export function length(stroke) {
  return stroke.slice(1).reduce((sum, point, i) => sum + distance(stroke[i], point), 0);
}

/** The box of the ink: [left, top, right, bottom]. @param {readonly Stroke[]} strokes with at least one point */
export function boxOf(strokes) {
  const [xs, ys] = [0, 1].map((axis) => strokes.flatMap((stroke) => stroke.map((point) => point[axis])));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** A pen that leaves the sheet draws along its edge: what is seen is what is sent. */
function inside(x, y) {
  return [Math.min(Math.max(x, 0), SIDE), Math.min(Math.max(y, 0), SIDE)];
}

function distance([ax, ay], [bx, by]) {
  return Math.hypot(bx - ax, by - ay);
}

function tenth(value) {
  return Math.round(value * 10) / 10;
}
