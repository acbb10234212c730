/**
 * Lines over steps: each a series of its colour and dash, with its name at its end.
 *
 * @typedef {object} Series
 * @property {string} name
 * @property {number} colour from 1 to 6
 * @property {"strong" | "dashed" | "faint"} look
 * @property {string} [mark] a letter at the line's end
 * @property {readonly import("./scale.js").Place[]} points in the order of x
 *
 * @typedef {{name: string, isLog?: boolean, low?: number, high?: number, write?: (value: number) => string}} Axis
 */

import { svg } from "../elements.js";
import { figure, logTicks, quantile, thinned, ticks } from "./scale.js";

const HEIGHT = 230;
/** How high a letter is. */
const LETTER = 13;
const MARGIN = { top: 12, right: 22, bottom: 38, left: 46 };

/** One chart. */
export class LineChart {
  #svg;
  /** @type {{series: Series[], x: Axis, y: Axis} | null} */
  #shown = null;

  /** @param {HTMLElement} root it is appended to this @param {string} label what it shows, for those who cannot see it */
  constructor(root, label) {
    this.#svg = svg("svg", { class: "lines", role: "img", "aria-label": label });
    root.append(this.#svg);
    new ResizeObserver(() => this.#draw()).observe(this.#svg);
  }

  /** @param {Series[]} series @param {Axis} x @param {Axis} y */
  show(series, x, y) {
    this.#shown = { series, x, y };
    this.#draw();
  }

  #draw() {
    const width = Math.round(this.#svg.clientWidth);
    if (!this.#shown || width === 0) return;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const { series, x, y } = this.#shown;
    const frame = new Frame(width, series, x, y);
    this.#svg.replaceChildren(...frame.axes(), ...series.flatMap((one) => frame.line(one)));
  }
}

/** Where things lie for the figures of now. */
class Frame {
  #width;
  #x;
  #y;
  #ends;
  /** @type {number[]} heights that have a letter */
  #marked = [];

  constructor(width, series, x, y) {
    this.#width = width;
    this.#x = x;
    this.#y = y;
    this.#ends = [
      x.high ?? Math.max(1e-9, ...series.flatMap(({ points }) => points.at(-1)?.[0] ?? 0)),
      ...range(series, y),
    ];
  }

  /** @returns {SVGElement[]} */
  axes() {
    const [far, low, high] = this.#ends;
    const right = this.#width - MARGIN.right;
    const bottom = HEIGHT - MARGIN.bottom;
    const heights = this.#y.isLog ? logTicks(low, high) : ticks(low, high, 4);
    const write = this.#y.write ?? figure;
    return [
      ...heights.flatMap((value) => [
        svg("line", { class: "grid", x1: MARGIN.left, x2: right, y1: this.#down(value), y2: this.#down(value) }),
        text(MARGIN.left - 6, this.#down(value) + 4, write(value), "end"),
      ]),
      ...ticks(0, far, this.#width < 420 ? 3 : 6).map((value) =>
        text(this.#across(value), bottom + 16, (this.#x.write ?? figure)(value), "middle"),
      ),
      text((MARGIN.left + right) / 2, HEIGHT - 4, this.#x.name, "middle"),
    ];
  }

  /** @param {Series} one @returns {SVGElement[]} */
  line({ points, colour, look, mark }) {
    const places = thinned(points, this.#width / 2);
    const line = svg("path", { class: `line series-${colour} ${look}`, d: this.#path(places) });
    const end = places.findLast(([, y]) => y !== null);
    if (!mark || !end) return [line];
    const height = this.#free(this.#down(end[1]) + 4);
    return [line, text(this.#across(end[0]) + 5, height, mark, "start", `mark series-${colour}`)];
  }

  #path(places) {
    let isOpen = false;
    return places
      .map(([x, y]) => {
        const command = isOpen ? "L" : "M";
        isOpen = y !== null;
        return y === null ? "" : `${command}${this.#across(x).toFixed(1)} ${this.#down(y).toFixed(1)}`;
      })
      .join("");
  }

  /** A letter does not lie over another. */
  #free(height) {
    const way = height > HEIGHT / 2 ? -LETTER : LETTER;
    let free = height;
    while (this.#marked.some((other) => Math.abs(other - free) < LETTER)) free += way;
    this.#marked.push(free);
    return free;
  }

  #across(value) {
    return MARGIN.left + ((this.#width - MARGIN.left - MARGIN.right) * value) / this.#ends[0];
  }

  #down(value) {
    const [, low, high] = this.#ends;
    const inside = Math.min(Math.max(value, low), high);
    const share = this.#y.isLog ? Math.log(inside / low) / Math.log(high / low) : (inside - low) / (high - low);
    return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  }
}

/** From the lowest to the highest; batches far above the others are cut, but not how a line ends. */
function range(series, { isLog, low, high }) {
  const figures = (looks) =>
    series
      .filter(({ look }) => looks.includes(look))
      .flatMap(({ points }) => points.map(([, y]) => y))
      .filter((y) => y !== null && (!isLog || y > 0));
  const [lines, batches] = [figures(["strong", "dashed"]), figures(["faint"])];
  const all = [...lines, ...batches];
  if (all.length === 0) return [low ?? (isLog ? 0.1 : 0), high ?? 1];
  const ends = series.map(({ points }) => points.findLast(([, y]) => y !== null)?.[1] ?? 0);
  const most = high ?? 1.06 * Math.max(quantile(all, 0.92), maximum(ends), maximum(lines));
  const least = low ?? (isLog ? quantile(all, 0.01) / 1.2 : 0);
  return [least, most > least ? most : least + 1];
}

/** Of lists too long for arguments. */
function maximum(figures) {
  return figures.reduce((most, one) => Math.max(most, one), 0);
}

function text(x, y, words, anchor, name = "tick") {
  return svg("text", { x, y, class: name, "text-anchor": anchor }, words);
}
