/**
 * The pad: what mouse, finger and pen do on the canvas becomes strokes, and strokes become a picture.
 */

import { Ink } from "./ink.js";
import { SIDE } from "./strokes.js";

/** Lets one pointer at a time draw on a canvas, and keeps the picture true to the drawing. */
export class Pad {
  #canvas;
  #drawing;
  #ink;
  #onInk;
  #pointer = null;
  #frame = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./strokes.js").Drawing} drawing where the strokes go
   * @param {() => void} onInk called whenever the pen has added ink
   */
  constructor(canvas, drawing, onInk) {
    this.#canvas = canvas;
    this.#drawing = drawing;
    this.#ink = new Ink(canvas);
    this.#onInk = onInk;
    this.#listen();
    this.#followSize();
    this.#followTheme();
  }

  /** Let go of the pen, as undo and clear do: what it draws until it is lifted and set down again is no ink. */
  release() {
    this.#pointer = null;
  }

  /** Draw the strokes anew, once for all that happens before the next frame. */
  redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#ink.draw(this.#drawing.strokes);
    });
  }

  #listen() {
    const on = (type, listener) => this.#canvas.addEventListener(type, listener);
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#up(event));
    on("lostpointercapture", (event) => this.#up(event));
    on("contextmenu", (event) => this.#pointer !== null && event.preventDefault());
  }

  /** Only the first finger, and only the main button, and never two pointers at once. */
  #down(event) {
    if (this.#pointer !== null || !event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#drawing.begin(...this.#place(event, this.#canvas.getBoundingClientRect()));
    this.#changed();
  }

  /** Browsers hand over one event a frame; the points in between are in its coalesced events. */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const box = this.#canvas.getBoundingClientRect();
    const between = event.getCoalescedEvents?.() ?? [];
    for (const moment of between.length > 0 ? between : [event]) {
      this.#drawing.extend(...this.#place(moment, box));
    }
    this.#changed();
  }

  #up(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#drawing.finish();
  }

  #changed() {
    this.redraw();
    this.#onInk();
  }

  /** From the window's pixels to the drawing's units. */
  #place(event, box) {
    return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
  }

  /** Resized, rotated, zoomed or moved to another screen: a new bitmap, the same ink. */
  #followSize() {
    const fit = (pixels) => {
      if (this.#ink.resize(pixels)) this.#ink.draw(this.#drawing.strokes);
    };
    const measure = () => fit(this.#canvas.clientWidth * window.devicePixelRatio);
    const followRatio = () => {
      const ratio = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
      ratio.addEventListener("change", () => (measure(), followRatio()), { once: true });
    };
    new ResizeObserver(measure).observe(this.#canvas);
    followRatio();
    measure();
  }

  /** The ink's colour is the theme's. */
  #followTheme() {
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      window.matchMedia(query).addEventListener("change", () => this.redraw());
    }
  }
}
