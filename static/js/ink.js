/**
 * The picture of a drawing: strokes to a canvas, sharp at any size and pixel ratio.
 */

import { contextOf } from "./dom.js";
import { SIDE } from "./strokes.js";

/** Widths of the pen in the drawing's units. Medium is MNIST's pen when the digit fills the sheet. */
export const PENS = { fine: 8, medium: 14, broad: 22 };

/** A canvas draws no line without length, so a dot gets this much, in the same units. */
const DOT = 0.01;

/** Draws strokes on one canvas, whose bitmap follows the device's pixels. */
export class Ink {
  #canvas;
  #context;

  /** In the drawing's units. It is how the ink looks; the network draws the strokes with a pen of its own. */
  penWidth = PENS.medium;

  /** @param {HTMLCanvasElement} canvas its CSS `color` is the ink's colour */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = contextOf(canvas);
  }

  /** Give the bitmap this many device pixels a side. Says whether that changed anything (and so emptied it). */
  resize(pixels) {
    const side = Math.max(1, Math.round(pixels));
    if (this.#canvas.width === side && this.#canvas.height === side) return false;
    this.#canvas.width = side;
    this.#canvas.height = side;
    return true;
  }

  /**
   * Draw these strokes and nothing else, on a picture if there is one.
   *
   * @param {readonly import("./strokes.js").Stroke[]} strokes
   * @param {ImageBitmap | null} [picture]
   */
  draw(strokes, picture = null) {
    const context = this.#context;
    const scale = this.#canvas.width / SIDE;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    if (picture) context.drawImage(picture, ...fitted(picture));
    context.strokeStyle = getComputedStyle(this.#canvas).color;
    context.lineWidth = this.penWidth;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    for (const stroke of strokes) trace(context, steady(stroke, this.penWidth));
    context.stroke();
  }
}

/** Where a picture lies on the sheet so that all of it is seen: left, top, width and height in the drawing's units. */
export function fitted({ width, height }) {
  const scale = SIDE / Math.max(width, height);
  return [(SIDE - width * scale) / 2, (SIDE - height * scale) / 2, width * scale, height * scale];
}

/**
 * The stroke without the stair-steps of whole pixels: each point is drawn a little to its neighbours, where
 * they are nearer than the pen is wide. Points of a fast hand stay where they are.
 */
function steady(stroke, penWidth) {
  return stroke.map((point, i) => {
    const [before, after] = [stroke[i - 1], stroke[i + 1]];
    const isClose = before && after && Math.max(distance(before, point), distance(point, after)) < penWidth;
    return isClose ? [0, 1].map((axis) => (before[axis] + 2 * point[axis] + after[axis]) / 4) : point;
  });
}

/**
 * A smooth line through every point of a stroke: a cubic curve from point to point that leaves and arrives
 * in the direction of the neighbours. It cuts no corners, so what is seen is what is sent.
 */
function trace(context, stroke) {
  const [startX, startY] = stroke[0];
  context.moveTo(startX, startY);
  if (stroke.length === 1) context.lineTo(startX + DOT, startY);
  for (let i = 1; i < stroke.length; i += 1) {
    const [fromX, fromY] = stroke[i - 1];
    const [toX, toY] = stroke[i];
    const reach = distance(stroke[i - 1], stroke[i]) / 3;
    const [leaveX, leaveY] = direction(stroke, i - 1);
    const [arriveX, arriveY] = direction(stroke, i);
    context.bezierCurveTo(
      fromX + reach * leaveX,
      fromY + reach * leaveY,
      toX - reach * arriveX,
      toY - reach * arriveY,
      toX,
      toY,
    );
  }
}

/** Where the stroke heads at a point: from the one before to the one after, shorter the sharper the turn. */
function direction(stroke, i) {
  const before = stroke[i - 1] ?? stroke[i];
  const after = stroke[i + 1] ?? stroke[i];
  const way = distance(before, stroke[i]) + distance(stroke[i], after) || 1;
  return [(after[0] - before[0]) / way, (after[1] - before[1]) / way];
}

function distance([ax, ay], [bx, by]) {
  return Math.hypot(bx - ax, by - ay);
}
