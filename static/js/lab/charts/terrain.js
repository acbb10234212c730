/**
 * A loss surface as a landscape, its height the loss: turned by dragging and by arrow keys, with paths over it.
 *
 * Far tiles are drawn before near ones (painter's algorithm), which on a grid needs no sorting.
 */

import { Palette } from "./palette.js";
import { ChartSheet } from "./sheet.js";
import { drawTracks } from "./tracks.js";

/** Tiles on a side at most: of a finer grid every second place, or third. */
const MOST = 48;

/** Of a height of 1, in half widths. */
const TALL = 0.95;

/** In radians: where it begins, what a key press turns, and what a drag over the whole width does. */
const BEGIN = { turn: -0.65, tilt: 0.75 };
const PRESS = Math.PI / 24;
const DRAG = Math.PI;
const TILTS = [0.15, Math.PI / 2];

/** Where the light comes from, along x, along y and from above, and what lies in the shade has of it. */
const LIGHT = [-0.5, -0.45, 0.74];
const SHADE = 0.7;

const TURNS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** One chart. */
export class TerrainChart {
  #sheet;
  #turn = BEGIN.turn;
  #tilt = BEGIN.tilt;
  /** @type {{surface: import("./contours.js").Surface, tracks: readonly import("./tracks.js").Track[], tiles: Tiles} | null} */
  #shown = null;
  #moment = Number.POSITIVE_INFINITY;
  #isDue = false;
  /** Where a pointer drags from. */
  #held = [0, 0];

  /** @param {HTMLElement} root it is appended to this @param {string} label what it shows */
  constructor(root, label) {
    const attributes = {
      class: "terrain",
      role: "application",
      tabindex: 0,
      "aria-label": `${label}. Arrow keys turn it.`,
    };
    this.#sheet = new ChartSheet(root, attributes, () => this.#draw());
    const { canvas } = this.#sheet;
    canvas.addEventListener("keydown", (event) => this.#press(event));
    canvas.addEventListener("pointerdown", (event) => this.#hold(event));
    canvas.addEventListener("pointermove", (event) => this.#drag(event));
  }

  /** @param {import("./contours.js").Surface} surface @param {readonly import("./tracks.js").Track[]} tracks */
  show(surface, tracks) {
    this.#shown = { surface, tracks, tiles: new Tiles(surface) };
    this.#draw();
  }

  /** @param {number} moment in steps: so far the paths are seen */
  at(moment) {
    this.#moment = moment;
    this.#draw();
  }

  #press(event) {
    const turn = TURNS[event.key];
    if (!turn || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#rotate(turn[0] * PRESS, turn[1] * PRESS);
  }

  #hold({ pointerId, clientX, clientY }) {
    this.#sheet.canvas.setPointerCapture(pointerId);
    this.#held = [clientX, clientY];
  }

  #drag({ pointerId, clientX, clientY }) {
    if (!this.#sheet.canvas.hasPointerCapture(pointerId)) return;
    const [x, y] = this.#held;
    this.#held = [clientX, clientY];
    this.#rotate(((clientX - x) / this.#sheet.width) * DRAG, ((clientY - y) / this.#sheet.height) * DRAG);
  }

  #rotate(turn, tilt) {
    this.#turn += turn;
    this.#tilt = Math.min(TILTS[1], Math.max(TILTS[0], this.#tilt + tilt));
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw() {
    if (!this.#shown || this.#sheet.width === 0) return;
    const { surface, tracks, tiles } = this.#shown;
    const { context } = this.#sheet;
    const palette = new Palette(this.#sheet.canvas);
    const place = this.#projection();
    this.#sheet.clear();
    tiles.draw(context, palette, place, this.#turn);
    const inside = tracks.map((track) => onGround(track, surface));
    drawTracks(context, palette, inside, this.#moment, ({ path, losses }, i) => {
      const [x, y] = tiles.ground(path[i]);
      return place(x, y, surface.heights.of(losses[i]));
    });
  }

  /** From x and y between -1 and 1 and a height from 0 to 1 to the canvas. @returns {(x: number, y: number, height: number) => [number, number]} */
  #projection() {
    const { width, height } = this.#sheet;
    const [sine, cosine] = [Math.sin(this.#turn), Math.cos(this.#turn)];
    const [steep, flat] = [Math.sin(this.#tilt), Math.cos(this.#tilt)];
    const size = Math.min(width, 1.15 * height) / 3;
    return (x, y, tall) => {
      const [across, away] = [x * cosine - y * sine, x * sine + y * cosine];
      return [width / 2 + size * across, height / 2 - size * (away * steep + (tall - 0.5) * TALL * flat)];
    };
  }
}

/** The surface in tiles. */
class Tiles {
  #x;
  #y;
  #heights;
  #bounds;

  /** @param {import("./contours.js").Surface} surface */
  constructor({ x, y, losses, heights }) {
    const every = Math.ceil((Math.max(x.length, y.length) - 1) / MOST);
    const kept = (_, i, all) => i % every === 0 || i === all.length - 1;
    this.#bounds = [x[0], x[x.length - 1], y[0], y[y.length - 1]];
    this.#x = x.filter(kept).map((one) => this.ground([one, y[0]])[0]);
    this.#y = y.filter(kept).map((one) => this.ground([x[0], one])[1]);
    this.#heights = losses.filter(kept).map((row) => row.filter(kept).map((loss) => heights.of(loss)));
  }

  /** @param {readonly number[]} place @returns {[number, number]} from -1 to 1 */
  ground([x, y]) {
    const [left, right, low, high] = this.#bounds;
    return [(2 * (x - left)) / (right - left) - 1, (2 * (y - low)) / (high - low) - 1];
  }

  /** From the farthest to the nearest. */
  draw(context, palette, place, turn) {
    const points = this.#heights.map((row, j) => row.map((height, i) => place(this.#x[i], this.#y[j], height)));
    const rows = order(this.#y.length - 1, Math.cos(turn) > 0);
    const columns = order(this.#x.length - 1, Math.sin(turn) > 0);
    context.strokeStyle = palette.colour("tile-line");
    context.lineWidth = 0.6;
    context.lineJoin = "round";
    for (const j of rows) {
      for (const i of columns) {
        const channels = palette.depth(this.#middle(i, j), this.#light(i, j)).map(Math.round);
        context.fillStyle = `rgb(${channels.join(" ")})`;
        context.beginPath();
        context.moveTo(...points[j][i]);
        context.lineTo(...points[j][i + 1]);
        context.lineTo(...points[j + 1][i + 1]);
        context.lineTo(...points[j + 1][i]);
        context.closePath();
        context.fill();
        context.stroke();
      }
    }
  }

  #middle(i, j) {
    const [lower, upper] = [this.#heights[j], this.#heights[j + 1]];
    return (lower[i] + lower[i + 1] + upper[i] + upper[i + 1]) / 4;
  }

  /** How much light falls on a tile. */
  #light(i, j) {
    const [lower, upper] = [this.#heights[j], this.#heights[j + 1]];
    const along = (TALL * (lower[i + 1] + upper[i + 1] - lower[i] - upper[i])) / (2 * (this.#x[i + 1] - this.#x[i]));
    const up = (TALL * (upper[i] + upper[i + 1] - lower[i] - lower[i + 1])) / (2 * (this.#y[j + 1] - this.#y[j]));
    const shine = (LIGHT[2] - along * LIGHT[0] - up * LIGHT[1]) / Math.hypot(1, along, up);
    return SHADE + (1 - SHADE) * Math.max(0, Math.min(1, shine));
  }
}

/** A path as far as it is over the surface: what has left it has no ground to stand on. */
function onGround(track, { x, y }) {
  const isOver = ([atX, atY]) => x[0] <= atX && atX <= x[x.length - 1] && y[0] <= atY && atY <= y[y.length - 1];
  const leaves = track.path.findIndex((place) => !isOver(place));
  return leaves < 0 ? track : { ...track, path: track.path.slice(0, leaves) };
}

/** Tiles from 0, or from the last. */
function order(count, isBackwards) {
  return Array.from({ length: count }, (_, i) => (isBackwards ? count - 1 - i : i));
}
