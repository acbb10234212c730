/**
 * What the network saw: the ink on its way to 28x28, each step as a picture.
 */

import { fitted, Ink } from "../ink.js";
import { cropped, drawGreys } from "../pictures.js";
import { boxOf, SIDE } from "../strokes.js";

/** Device pixels along the side of the first two pictures. */
const PIXELS = 336;

/** The panel of the steps. */
export class Steps {
  /** The parts of a reading that it shows. */
  static parts = ["input", "trace"];

  #root;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /**
   * @param {import("../api.js").Reading} reading
   * @param {{strokes?: number[][][], bitmap?: ImageBitmap}} drawn
   */
  show({ input, trace }, drawn) {
    this.#root.toggleAttribute("data-blank", trace.box === null);
    if (trace.box === null) return;
    const sheet = drawn.bitmap ? sheetBox(drawn.bitmap, trace.box) : boxOf(drawn.strokes);
    this.#drawSheet("drawn", drawn, null, sheet);
    this.#drawSheet("cropped", drawn, sheet, null);
    drawGreys(this.#canvas("scaled"), inBox(cropped(input)));
    drawGreys(this.#canvas("centred"), input);
    const [down, right] = trace.shift;
    this.#root.querySelector(".shift").textContent = `${right} to the right and ${down} down`;
  }

  #canvas(name) {
    return this.#root.querySelector(`canvas[data-step="${name}"]`);
  }

  /** The sheet as it is, or a part of it enlarged; with a box around the ink, or without. */
  #drawSheet(name, { strokes, bitmap }, part, box) {
    const canvas = this.#canvas(name);
    const ink = new Ink(canvas);
    ink.resize(PIXELS);
    ink.draw(moved(strokes ?? [], part), part ? null : bitmap);
    if (part && bitmap) drawPart(canvas, bitmap, part);
    if (box) frame(canvas, box);
  }
}

/** The ink's box in an image, as it lies on the sheet. */
function sheetBox(bitmap, box) {
  const [left, top, width] = fitted(bitmap);
  const scale = width / bitmap.width;
  return box.map((side, i) => side * scale + (i % 2 ? top : left));
}

/** Strokes so that this part of the sheet fills it, but for a rim for the pen. */
function moved(strokes, part) {
  if (!part) return strokes;
  const rim = SIDE * 0.06;
  const scale = (SIDE - 2 * rim) / (Math.max(part[2] - part[0], part[3] - part[1]) || 1);
  const [left, top] = corner(part, scale, SIDE);
  return strokes.map((stroke) => stroke.map(([x, y]) => [left + (x - part[0]) * scale, top + (y - part[1]) * scale]));
}

function drawPart(canvas, bitmap, part) {
  const [sheetLeft, sheetTop, width] = fitted(bitmap);
  const pixels = bitmap.width / width;
  const scale = canvas.width / Math.max(part[2] - part[0], part[3] - part[1]);
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  const source = [(part[0] - sheetLeft) * pixels, (part[1] - sheetTop) * pixels];
  const size = [part[2] - part[0], part[3] - part[1]];
  context.drawImage(bitmap, ...source, ...size.map((side) => side * pixels), ...corner(part, scale, canvas.width), ...size.map((side) => side * scale));
}

/** Where the enlarged part begins, so that it lies in the middle. */
function corner(part, scale, side) {
  return [(side - (part[2] - part[0]) * scale) / 2, (side - (part[3] - part[1]) * scale) / 2];
}

function frame(canvas, [left, top, right, bottom]) {
  const context = canvas.getContext("2d");
  context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--pencil");
  context.lineWidth = 2;
  context.setLineDash([6, 4]);
  context.strokeRect(left, top, right - left, bottom - top);
}

/** The scaled ink in the middle of its box of 20x20. */
function inBox(rows) {
  const box = Array.from({ length: 20 }, () => Array(20).fill(0));
  const [down, right] = [20 - rows.length, 20 - rows[0].length].map((free) => Math.max(0, Math.floor(free / 2)));
  rows.forEach((row, y) => row.forEach((grey, x) => box[down + y] && (box[down + y][right + x] = grey)));
  return box;
}
