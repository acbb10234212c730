/**
 * The ink as data: strokes of points in a fixed square, and nothing else.
 *
 * Everything the page knows of a drawing is here; the canvas is only its picture, so undo, a resize or a
 * rotation are a redraw. No DOM and no fetch: this module also runs in a worker or in a test.
 *
 * @typedef {[number, number]} Point x to the right, y down, both within 0 and SIDE
 * @typedef {readonly Point[]} Stroke pen-down to pen-up; one point is a dot
 * @typedef {{bitmap: ImageBitmap, blob: Blob}} Picture to show, and to send
 */

import { touches } from "./eraser.js";
import { History, MOST } from "./history.js";

/** The side of the square the points live in: ten units to each of the network's 28 cells. */
export const SIDE = 280;

/** Points nearer to the last one than this, in the same units, are the pixels' jitter and say nothing new. */
const NEAR = 1.5;

/** A drawing in the making: finished strokes and at most one that the pen is still drawing, or a picture in their place. */
export class Drawing {
  /** @type {History<{strokes: readonly Stroke[], picture: Picture | null}>} */
  #history = new History({ strokes: [], picture: null });
  /** @type {{mark: any, isEraser: boolean, last: Point} | null} since the pen is down */
  #open = null;

  /** True until the first ink of a pen. */
  get isEmpty() {
    return this.strokes.length === 0;
  }

  /** True between pen-down and pen-up. */
  get isOpen() {
    return this.#open !== null;
  }

  /** True while there is something to take back: a stroke, or what emptied or filled the sheet. */
  get canUndo() {
    return this.#history.canUndo;
  }

  /** True while there is something that undo took back and nothing new was drawn since. */
  get canRedo() {
    return this.#history.canRedo;
  }

  /** @returns {readonly Stroke[]} the strokes in the order they were drawn, the open one last */
  get strokes() {
    return this.#history.now.strokes;
  }

  /** What was put in the strokes' place, or null. */
  get picture() {
    return this.#history.now.picture;
  }

  /**
   * Pen down: start a stroke, which is a dot until it is extended; a picture makes room for it. Or the pen's other
   * end: what it touches until it is lifted is gone, in one step.
   *
   * @returns {boolean} whether there is other ink than before
   */
  begin(x, y, isEraser = false) {
    const point = inside(x, y);
    this.#open = { mark: this.#history.mark, isEraser, last: point };
    if (isEraser) return this.#erase(point);
    this.#history.record({ strokes: [...this.strokes, [point]], picture: null });
    return true;
  }

  /**
   * Pen moved: add a point to the open stroke; without one, or where it adds nothing, do nothing.
   *
   * @returns {boolean} whether there is other ink than before
   */
  extend(x, y) {
    if (!this.#open) return false;
    const point = inside(x, y);
    if (this.#open.isEraser) return this.#erase(point);
    const stroke = /** @type {Point[]} */ (this.strokes[this.strokes.length - 1]);
    if (distance(stroke[stroke.length - 1], point) < NEAR) return false;
    stroke.push(point);
    return true;
  }

  #erase(point) {
    if (!this.#open) return false;
    const { mark, last } = this.#open;
    const { strokes, picture } = this.#history.now;
    const left = strokes.filter((stroke) => !touches(stroke, last, point));
    this.#open.last = point;
    if (left.length === strokes.length) return false;
    this.#history.rewind(mark);
    this.#history.record({ strokes: left, picture });
    return true;
  }

  /** Pen up. */
  finish() {
    this.#open = null;
  }

  /** The open stroke was none: a hand that came down by mistake, or the first of two fingers. */
  abandon() {
    if (this.#open) this.#history.rewind(this.#open.mark);
    this.#open = null;
  }

  /** Take back the last step: a stroke, also one that is still being drawn, or what emptied or filled the sheet. */
  undo() {
    this.#history.undo();
    this.#open = null;
  }

  /** Bring back the last step that undo took. */
  redo() {
    this.#history.redo();
    this.#open = null;
  }

  /** A clean sheet. */
  clear() {
    this.load([]);
  }

  /**
   * These strokes and nothing else: one step from other ink; from a clean sheet a step a stroke, as if they were drawn.
   *
   * @param {readonly Stroke[]} strokes
   */
  load(strokes) {
    const copy = strokes.filter(({ length }) => length > 0).map((stroke) => stroke.map(([x, y]) => inside(x, y)));
    const isClean = this.isEmpty && this.picture === null;
    for (let count = isClean ? Math.max(1, copy.length - MOST) : copy.length; count <= copy.length; count += 1) {
      this.#history.record({ strokes: copy.slice(0, count), picture: null });
    }
    this.#open = null;
  }

  /** A picture and nothing else. @param {Picture} picture */
  put(picture) {
    this.#history.record({ strokes: [], picture });
    this.#open = null;
  }

  /** @returns {Point[][]} a copy for the wire, to a tenth of a unit */
  toJSON() {
    return this.strokes.map((stroke) => stroke.map(([x, y]) => [tenth(x), tenth(y)]));
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
/** @returns {Point} */
function inside(x, y) {
  return [Math.min(Math.max(x, 0), SIDE), Math.min(Math.max(y, 0), SIDE)];
}

function distance([ax, ay], [bx, by]) {
  return Math.hypot(bx - ax, by - ay);
}

function tenth(value) {
  return Math.round(value * 10) / 10;
}
