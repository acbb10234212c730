/**
 * How values are spread: a bar for each stretch from the lowest to the highest.
 */

import { svg } from "../elements.js";
import { figure } from "./scale.js";

const [WIDTH, HEIGHT, FOOT] = [240, 74, 16];

/** One chart. */
export class Histogram {
  #svg;

  /** @param {HTMLElement} root it is appended to this @param {string} label what it shows, for those who cannot see it */
  constructor(root, label) {
    this.#svg = svg("svg", {
      class: "histogram",
      role: "img",
      "aria-label": label,
      viewBox: `0 0 ${WIDTH} ${HEIGHT + FOOT}`,
    });
    root.append(this.#svg);
  }

  /** @param {number[]} shares of the values in each stretch @param {number} low where the first begins @param {number} high where the last ends */
  show(shares, low, high) {
    const most = Math.max(...shares) || 1;
    const wide = WIDTH / shares.length;
    // By square roots: beside the many zeros of a ReLU the rest would not be seen.
    const height = (share) => HEIGHT * Math.sqrt(share / most);
    const zero = low < 0 && high > 0 ? (WIDTH * -low) / (high - low) : null;
    this.#svg.replaceChildren(
      ...shares.map((share, i) =>
        svg("rect", { x: i * wide, y: HEIGHT - height(share), width: wide - 1, height: height(share) }),
      ),
      svg("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }),
      ...(zero === null ? [] : [svg("line", { class: "zero", x1: zero, x2: zero, y1: 0, y2: HEIGHT })]),
      svg("text", { class: "tick", x: 0, y: HEIGHT + FOOT - 3, "text-anchor": "start" }, figure(low)),
      svg("text", { class: "tick", x: WIDTH, y: HEIGHT + FOOT - 3, "text-anchor": "end" }, figure(high)),
    );
  }
}
