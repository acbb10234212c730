/**
 * What the network saw: the ink on its way to 28x28, each step as a picture.
 */

import { contextOf, within } from "../dom.js";
import { fitted, Ink, PENS } from "../ink.js";
import { cropped, drawGreys } from "../pictures.js";
import { SIDE } from "../strokes.js";

/** Device pixels along the side of the first two pictures. */
const PIXELS = 336;

/** What it took to find the ink in a picture, by the names of the trace. */
const FOUND = new Map([
  ["colour", ["Told by colour.", "Where light and dark tell little, the distance from the paper’s colour does."]],
  ["paper", ["Light and shadow", "of the paper taken away: what stands out from the paper around it is left."]],
  ["sheet", ["On a sheet.", "What lies around the paper is left out."]],
  ["frame", ["In a frame.", "What lies within it is read."]],
  ["edge", ["Edges cleared", "of bars, thumbs and whatever else lies along them."]],
  ["rules", ["Rules taken away:", "what runs through the ink and is fainter, stains too."]],
  ["pieces", ["Pieces left out", "that lie too far beside it to belong to it."]],
  ["several", ["Several digits?", "Then nothing may be left out."]],
  ["too_faint", ["Too faint:", "something stands out from the paper, but no more than its noise."]],
]);

/** The panel of the steps. */
export class Steps {
  /** The parts of a reading that it shows. */
  static parts = ["input", "trace", "number"];

  #root;
  #choices;
  #text = "";
  #chosen = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#choices = root.querySelector(".choices");
  }

  /**
   * @param {import("../api.js").Reading & {number?: import("../api.js").NumberReading}} reading of a number, one digit is
   *     shown at a time, whichever is chosen
   * @param {{strokes?: number[][][], bitmap?: ImageBitmap}} drawn
   */
  show({ input, trace, number }, drawn) {
    this.#root.toggleAttribute("data-blank", trace.box === null && trace.steps.length === 0);
    this.#showFound(trace.steps);
    for (const step of this.#root.querySelectorAll("li:not(.found-step)")) step.hidden = trace.box === null;
    this.#offer((number?.digits ?? []).map(({ digit }) => digit ?? "?").join(""));
    this.#choices.onchange = ({ target }) => {
      this.#chosen = Number(target.value);
      this.#showDigit(number.digits[this.#chosen], drawn);
    };
    if (number) this.#showDigit(number.digits[this.#chosen], drawn);
    else if (trace.box !== null) this.#showInk(input, trace.box, trace.shift, drawn);
  }

  /** What stood out in a picture after each step that it took, as a picture. @param {any[]} steps */
  #showFound(steps) {
    for (const old of this.#root.querySelectorAll(".found-step")) old.remove();
    const template = within(this.#root, "template", HTMLTemplateElement);
    for (const { name, pixels } of steps) {
      const item = document.importNode(template.content, true);
      const [title, words] = FOUND.get(name) ?? [name, ""];
      within(item, "b", HTMLElement).textContent = title;
      within(item, "span", HTMLElement).textContent = words;
      const canvas = within(item, "canvas", HTMLCanvasElement);
      canvas.setAttribute("aria-label", `What stood out then. ${title}`);
      drawGreys(canvas, pixels);
      template.before(item);
    }
  }

  /** A choice for each digit of the number; what was chosen stays so as long as it is there. */
  #offer(text) {
    this.#choices.hidden = text === "";
    if (text === this.#text) return;
    this.#text = text;
    if (this.#chosen >= text.length) this.#chosen = 0;
    const hadFocus = this.#choices.contains(document.activeElement);
    const labels = [...text].map((digit, place) => choice(digit, place, text.length, place === this.#chosen));
    this.#choices.replaceChildren(this.#choices.firstElementChild, ...labels);
    if (hadFocus) this.#choices.querySelector(":checked")?.focus();
  }

  #showDigit({ input, box }, drawn) {
    this.#showInk(input, box, firstInked(input), drawn);
  }

  #showInk(input, box, [down, right], drawn) {
    const sheet = drawn.bitmap ? sheetBox(drawn.bitmap, box) : box;
    this.#drawSheet("drawn", drawn, null, sheet);
    this.#drawSheet("cropped", drawn, sheet, null);
    drawGreys(this.#canvas("scaled"), inBox(cropped(input)));
    drawGreys(this.#canvas("centred"), input);
    this.#root.querySelector(".shift").textContent = `${right} to the right and ${down} down`;
  }

  #canvas(name) {
    return this.#root.querySelector(`canvas[data-step="${name}"]`);
  }

  /** The sheet as it is, or a part of it enlarged; with a box around the ink, or without. */
  #drawSheet(name, { strokes, bitmap }, part, box) {
    const canvas = this.#canvas(name);
    const ink = new Ink(canvas);
    canvas.width = PIXELS; // also takes away what it was clipped to
    canvas.height = PIXELS;
    if (part) clip(canvas, part);
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

/** How much larger a part of the sheet is drawn that fills it, but for a rim for the pen. */
function enlargement(part) {
  return (SIDE * 0.88) / (Math.max(part[2] - part[0], part[3] - part[1]) || 1);
}

/** Let nothing be drawn but the enlarged part: its neighbours are other digits. */
function clip(canvas, part) {
  const scale = enlargement(part);
  const [left, top] = corner(part, scale, SIDE);
  const rim = PENS.medium / 2 + 1;
  const context = contextOf(canvas);
  context.scale(canvas.width / SIDE, canvas.width / SIDE);
  context.beginPath();
  context.rect(left - rim, top - rim, (part[2] - part[0]) * scale + 2 * rim, (part[3] - part[1]) * scale + 2 * rim);
  context.clip();
}

/** Strokes so that this part of the sheet fills it. */
function moved(strokes, part) {
  if (!part) return strokes;
  const scale = enlargement(part);
  const [left, top] = corner(part, scale, SIDE);
  return strokes.map((stroke) => stroke.map(([x, y]) => [left + (x - part[0]) * scale, top + (y - part[1]) * scale]));
}

function drawPart(canvas, bitmap, part) {
  const [sheetLeft, sheetTop, width] = fitted(bitmap);
  const pixels = bitmap.width / width;
  const scale = canvas.width / Math.max(part[2] - part[0], part[3] - part[1]);
  const context = contextOf(canvas);
  context.setTransform(1, 0, 0, 1, 0, 0);
  const [x, y] = [(part[0] - sheetLeft) * pixels, (part[1] - sheetTop) * pixels];
  const [wide, high] = [part[2] - part[0], part[3] - part[1]];
  const [left, top] = corner(part, scale, canvas.width);
  context.drawImage(bitmap, x, y, wide * pixels, high * pixels, left, top, wide * scale, high * scale);
}

/** Where the enlarged part begins, so that it lies in the middle. */
function corner(part, scale, side) {
  return [(side - (part[2] - part[0]) * scale) / 2, (side - (part[3] - part[1]) * scale) / 2];
}

function frame(canvas, [left, top, right, bottom]) {
  const context = contextOf(canvas);
  context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--pencil");
  context.lineWidth = 2;
  context.setLineDash([6, 4]);
  context.strokeRect(left, top, right - left, bottom - top);
}

/** The rows above the ink and the columns before it: how far down and to the right it was put. @returns {any} */
function firstInked(rows) {
  return [rows, rows[0].map((_, column) => rows.map((row) => row[column]))].map((lines) =>
    lines.findIndex((line) => line.some((grey) => grey > 0)),
  );
}

function choice(digit, place, count, isChosen) {
  const label = document.createElement("label");
  label.className = "choice";
  const input = Object.assign(document.createElement("input"), {
    type: "radio",
    name: "digit-of-number",
    value: place,
    checked: isChosen,
  });
  input.className = "visually-hidden";
  input.setAttribute("aria-label", `${digit}, digit ${place + 1} of ${count}`);
  const face = document.createElement("span");
  face.textContent = digit;
  label.append(input, face);
  return label;
}

/** The scaled ink in the middle of its box of 20x20. */
function inBox(rows) {
  const box = Array.from({ length: 20 }, () => Array(20).fill(0));
  const [down, right] = [20 - rows.length, 20 - rows[0].length].map((free) => Math.max(0, Math.floor(free / 2)));
  for (const [y, row] of rows.slice(0, 20).entries()) box[down + y].splice(right, row.length, ...row);
  return box;
}
