/**
 * A canvas that is as sharp as the screen, and drawn anew when its size or the theme is another.
 */

import { contextOf } from "../../dom.js";
import { html } from "../elements.js";

/** One such canvas. */
export class ChartSheet {
  #draw;

  /**
   * @param {HTMLElement} root it is appended to this
   * @param {Record<string, any>} attributes of the canvas
   * @param {(isNew: boolean) => void} draw isNew: all that was drawn is gone, and colours may be others
   */
  constructor(root, attributes, draw) {
    this.canvas = html("canvas", attributes);
    this.context = contextOf(this.canvas);
    this.width = 0;
    this.height = 0;
    this.ratio = 1;
    this.#draw = draw;
    root.append(this.canvas);
    new ResizeObserver(() => this.#fit()).observe(this.canvas);
    for (const theme of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      window.matchMedia(theme).addEventListener("change", () => this.#fit());
    }
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.ratio = Math.min(window.devicePixelRatio || 1, 2);
    [this.width, this.height] = [width, height];
    [this.canvas.width, this.canvas.height] = [Math.round(width * this.ratio), Math.round(height * this.ratio)];
    this.#draw(true);
  }

  /** Begin a picture: empty, and in CSS pixels. */
  clear() {
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.context.clearRect(0, 0, this.width, this.height);
  }
}
