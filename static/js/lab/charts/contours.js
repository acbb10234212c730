/**
 * A loss surface from above: bands of heights with lines between them, its minima, and paths over it.
 *
 * @typedef {object} Surface
 * @property {number[]} x
 * @property {number[]} y
 * @property {(number | null)[][]} losses a row for each y; null where they are no number
 * @property {{at: [number, number], is_global: boolean}[]} minima
 * @property {[string, string]} axes
 * @property {import("./heights.js").Heights} heights
 */

import { contextOf } from "../../dom.js";
import { boxInWindow } from "../../place.js";
import { Aim } from "./aim.js";
import { isolines } from "./isolines.js";
import { Palette } from "./palette.js";
import { figure, ticks } from "./scale.js";
import { ChartSheet } from "./sheet.js";
import { drawTracks } from "./tracks.js";

const BANDS = 18;
const MARGIN = { top: 8, right: 10, bottom: 36, left: 48 };

/** One chart. */
export class ContourChart {
  #sheet;
  #ground = document.createElement("canvas");
  #aim;
  /** @type {{surface: Surface, tracks: readonly import("./tracks.js").Track[]} | null} */
  #shown = null;
  #moment = Number.POSITIVE_INFINITY;

  /**
   * @param {HTMLElement} root it is appended to this
   * @param {string} label what it shows, for those who cannot see it
   * @param {((place: [number, number]) => void) | null} [onPlace] a place was chosen by pointer or keys
   */
  constructor(root, label, onPlace = null) {
    const attributes = onPlace
      ? { role: "application", tabindex: 0, "aria-label": `${label}. Arrow keys aim, Enter places the start.` }
      : { role: "img", "aria-label": label };
    this.#sheet = new ChartSheet(root, { class: "contours", ...attributes }, () => this.#redraw());
    this.#aim = onPlace ? new Aim(this.#sheet.canvas, root, () => this.#draw(), onPlace) : null;
    if (onPlace) this.#sheet.canvas.addEventListener("click", (event) => this.#choose(event, onPlace));
  }

  /** @param {Surface} surface @param {readonly import("./tracks.js").Track[]} tracks */
  show(surface, tracks) {
    this.#shown = { surface, tracks };
    this.#aim?.over(surface);
    this.#redraw();
  }

  /** @param {number} moment in steps: so far the paths are seen */
  at(moment) {
    this.#moment = moment;
    this.#draw();
  }

  #redraw() {
    if (!this.#shown || this.#sheet.width === 0) return;
    this.#drawGround(this.#shown.surface);
    this.#draw();
  }

  #draw() {
    if (!this.#shown || this.#sheet.width === 0) return;
    const { context, width, height } = this.#sheet;
    const { surface, tracks } = this.#shown;
    const palette = new Palette(this.#sheet.canvas);
    this.#sheet.clear();
    context.drawImage(this.#ground, 0, 0, width, height);
    const [left, top, wide, high] = this.#plot();
    context.save();
    context.beginPath();
    context.rect(left, top, wide, high);
    context.clip();
    drawTracks(context, palette, tracks, this.#moment, ({ path }, i) => this.#onCanvas(surface, path[i]));
    if (this.#aim?.place) drawCross(context, palette, this.#onCanvas(surface, this.#aim.place));
    context.restore();
  }

  /** What stays while paths grow. */
  #drawGround(surface) {
    const { width, height, ratio } = this.#sheet;
    const palette = new Palette(this.#sheet.canvas);
    [this.#ground.width, this.#ground.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const context = contextOf(this.#ground);
    const heights = surface.losses.map((row) => row.map((loss) => surface.heights.of(loss)));
    const plot = this.#plot();
    context.putImageData(bands(heights, palette, plot[2] * ratio, plot[3] * ratio), plot[0] * ratio, plot[1] * ratio);
    context.scale(ratio, ratio);
    drawLines(context, palette, heights, plot);
    drawMinima(context, palette, surface.minima, (place) => this.#onCanvas(surface, place), plot);
    this.#drawAxes(context, palette, surface);
  }

  #drawAxes(context, palette, surface) {
    const [left, top, wide, high] = this.#plot();
    context.strokeStyle = palette.colour("edge");
    context.strokeRect(left, top, wide, high);
    context.fillStyle = palette.colour("muted");
    context.font = `12px ${palette.colour("sans")}`;
    context.textAlign = "center";
    for (const x of ticks(surface.x[0], surface.x[surface.x.length - 1], wide < 250 ? 3 : 5)) {
      context.fillText(figure(x), this.#onCanvas(surface, [x, 0])[0], top + high + 15);
    }
    context.fillText(surface.axes[0], left + wide / 2, top + high + 31);
    context.textAlign = "right";
    for (const y of ticks(surface.y[0], surface.y[surface.y.length - 1], 5)) {
      context.fillText(figure(y), left - 6, this.#onCanvas(surface, [0, y])[1] + 4);
    }
    context.textAlign = "center";
    context.translate(11, top + high / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(surface.axes[1], 0, 0);
  }

  /** @returns {[number, number, number, number]} left, top, width, height in CSS pixels */
  #plot() {
    const { width, height } = this.#sheet;
    return [MARGIN.left, MARGIN.top, width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
  }

  /** @returns {[number, number]} */
  #onCanvas({ x, y }, [atX, atY]) {
    const [left, top, wide, high] = this.#plot();
    const across = (atX - x[0]) / (x[x.length - 1] - x[0]);
    const up = (atY - y[0]) / (y[y.length - 1] - y[0]);
    return [left + across * wide, top + (1 - up) * high];
  }

  #choose({ clientX, clientY }, onPlace) {
    if (!this.#shown) return;
    const { x, y } = this.#shown.surface;
    const box = boxInWindow(this.#sheet.canvas);
    const [left, top, wide, high] = this.#plot();
    const across = (((clientX - box.left) / box.width) * this.#sheet.width - left) / wide;
    const up = 1 - (((clientY - box.top) / box.height) * this.#sheet.height - top) / high;
    if (across < 0 || across > 1 || up < 0 || up > 1) return;
    onPlace([x[0] + across * (x[x.length - 1] - x[0]), y[0] + up * (y[y.length - 1] - y[0])]);
  }
}

/** Each pixel in the colour of its band, between the grid's places by the nearest four. */
function bands(heights, palette, wide, high) {
  const [columns, rows] = [Math.round(wide), Math.round(high)];
  const image = new ImageData(columns, rows);
  const colours = Array.from({ length: BANDS }, (_, i) => palette.depth(i / (BANDS - 1)));
  const [lastColumn, lastRow] = [heights[0].length - 1, heights.length - 1];
  for (let j = 0; j < rows; j += 1) {
    const y = (1 - j / Math.max(1, rows - 1)) * lastRow;
    const row = Math.min(Math.floor(y), lastRow - 1);
    const [lower, upper] = [heights[row], heights[row + 1]];
    for (let i = 0; i < columns; i += 1) {
      const x = (i / Math.max(1, columns - 1)) * lastColumn;
      const column = Math.min(Math.floor(x), lastColumn - 1);
      const [across, up] = [x - column, y - row];
      const below = lower[column] + across * (lower[column + 1] - lower[column]);
      const above = upper[column] + across * (upper[column + 1] - upper[column]);
      const band = Math.min(BANDS - 1, Math.floor((below + up * (above - below)) * BANDS));
      const [red, green, blue] = colours[band];
      image.data.set([red, green, blue, 255], 4 * (j * columns + i));
    }
  }
  return image;
}

function drawLines(context, palette, heights, [left, top, wide, high]) {
  const [across, down] = [wide / (heights[0].length - 1), high / (heights.length - 1)];
  context.strokeStyle = palette.colour("depth-line");
  context.lineWidth = 0.7;
  context.beginPath();
  for (let band = 1; band < BANDS; band += 1) {
    for (const [x, y, toX, toY] of isolines(heights, band / BANDS)) {
      context.moveTo(left + x * across, top + high - y * down);
      context.lineTo(left + toX * across, top + high - toY * down);
    }
  }
  context.stroke();
}

/** A star where it is lowest of all, a triangle where only its surroundings are higher. */
function drawMinima(context, palette, minima, place, [left, top, wide, high]) {
  context.fillStyle = palette.colour("ink");
  for (const { at, is_global: isGlobal } of minima) {
    const [x, y] = place(at);
    if (x < left || x > left + wide || y < top || y > top + high) continue;
    const corners = isGlobal ? 10 : 3;
    context.beginPath();
    for (let i = 0; i < corners; i += 1) {
      const radius = !isGlobal ? 4 : i % 2 === 0 ? 11 : 4.6;
      const turn = (isGlobal ? -Math.PI / 2 : Math.PI / 2) + (2 * Math.PI * i) / corners;
      context.lineTo(x + radius * Math.cos(turn), y + radius * Math.sin(turn));
    }
    context.fill();
  }
}

function drawCross(context, palette, [x, y]) {
  context.strokeStyle = palette.colour("pencil");
  context.lineWidth = 2;
  context.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    context.moveTo(x + 4 * dx, y + 4 * dy);
    context.lineTo(x + 13 * dx, y + 13 * dy);
  }
  context.stroke();
}
