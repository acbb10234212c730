/**
 * Points of two classes in a plane: circles and crosses, thick where many lie over each other.
 */

import { Palette } from "./palette.js";
import { figure, ticks } from "./scale.js";
import { ChartSheet } from "./sheet.js";

const MARGIN = { top: 8, right: 10, bottom: 36, left: 48 };
const SIZE = 4;

/** One chart. */
export class CloudChart {
  #sheet;
  /** @type {{points: [number, number, number][], axes: [string, string]} | null} */
  #shown = null;

  /** @param {HTMLElement} root it is appended to this @param {string} label what it shows */
  constructor(root, label) {
    this.#sheet = new ChartSheet(root, { class: "cloud", role: "img", "aria-label": label }, () => this.#draw());
  }

  /** @param {[number, number, number][]} points x, y and 0 or 1 for the class @param {[string, string]} axes */
  show(points, axes) {
    this.#shown = { points, axes };
    this.#draw();
  }

  #draw() {
    const { context, width, height } = this.#sheet;
    if (!this.#shown || width === 0) return;
    const { points, axes } = this.#shown;
    const palette = new Palette(this.#sheet.canvas);
    const reach = 1.12 * points.reduce((most, [x, y]) => Math.max(most, Math.abs(x), Math.abs(y)), 0) || 1;
    const wide = width - MARGIN.left - MARGIN.right;
    const high = height - MARGIN.top - MARGIN.bottom;
    const across = (x) => MARGIN.left + ((x + reach) / (2 * reach)) * wide;
    const down = (y) => MARGIN.top + (1 - (y + reach) / (2 * reach)) * high;
    this.#sheet.clear();
    context.strokeStyle = palette.colour("rule");
    context.lineWidth = 1;
    context.strokeRect(MARGIN.left, MARGIN.top, wide, high);
    line(context, [across(0), MARGIN.top], [across(0), MARGIN.top + high]);
    line(context, [MARGIN.left, down(0)], [MARGIN.left + wide, down(0)]);
    this.#words(context, palette, axes, reach, across, down);
    context.globalAlpha = 0.55;
    context.lineWidth = 1.6;
    for (const [x, y, label] of points) {
      context.strokeStyle = palette.series(label === 0 ? 1 : 2);
      mark(context, across(x), down(y), label);
    }
    context.globalAlpha = 1;
  }

  #words(context, palette, axes, reach, across, down) {
    const { width, height } = this.#sheet;
    context.fillStyle = palette.colour("muted");
    context.font = `12px ${palette.colour("sans")}`;
    context.textAlign = "center";
    for (const x of ticks(-reach, reach, 4)) context.fillText(figure(x), across(x), height - MARGIN.bottom + 15);
    context.fillText(axes[0], (MARGIN.left + width) / 2, height - 5);
    context.textAlign = "right";
    for (const y of ticks(-reach, reach, 4)) context.fillText(figure(y), MARGIN.left - 6, down(y) + 4);
    context.textAlign = "center";
    context.save();
    context.translate(11, (height - MARGIN.bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(axes[1], 0, 0);
    context.restore();
  }
}

function line(context, from, to) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

function mark(context, x, y, label) {
  if (label === 0) {
    context.beginPath();
    context.arc(x, y, SIZE, 0, 2 * Math.PI);
    context.stroke();
  } else {
    line(context, [x - SIZE, y - SIZE], [x + SIZE, y + SIZE]);
    line(context, [x - SIZE, y + SIZE], [x + SIZE, y - SIZE]);
  }
}
