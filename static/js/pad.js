/**
 * The pad: what mouse, finger and pen do on the canvas becomes strokes, and strokes become a picture.
 */

import { Ink } from "./ink.js";
import { boxInWindow } from "./place.js";
import { TwoFingerScroll } from "./scrolling.js";
import { length, SIDE } from "./strokes.js";

/** A finger's stroke shorter than this, in the drawing's units, may still be the first of two that scroll. */
const TOUCH_SLOP = 24;

/** Lets one pointer at a time draw on a canvas, and keeps the picture true to the drawing. */
export class Pad {
  #canvas;
  #drawing;
  #ink;
  #on;
  /** @type {ImageBitmap | null} */
  #picture = null;
  /** @type {number | null} */
  #pointer = null;
  #isTouch = false;
  #penSeen = false;
  #scroll = new TwoFingerScroll();
  #frame = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./strokes.js").Drawing} drawing where the strokes go
   * @param {{ink: () => void, lifted: () => void, pen: () => void}} on the pen has added ink; it was lifted; a real
   *     pen was seen for the first time: from then on fingers draw nothing
   */
  constructor(canvas, drawing, on) {
    this.#canvas = canvas;
    this.#drawing = drawing;
    this.#ink = new Ink(canvas);
    this.#on = on;
    this.#listen();
    this.#followSize();
    this.#followTheme();
  }

  /** Whether fingers draw although a pen was seen: nobody can tell them from the hand that holds it. */
  fingersDraw = false;

  /** @param {number} width of the pen in the drawing's units */
  set penWidth(width) {
    this.#ink.penWidth = width;
    this.#redraw();
  }

  /**
   * Other ink lies here. If it is not from the pen, that has to be set down anew.
   *
   * @param {import("./store.js").State} now with the picture under the ink, if there is one
   */
  show({ bitmap }) {
    if (!this.#drawing.isOpen) this.#pointer = null;
    this.#picture = bitmap;
    this.#redraw();
  }

  /** Draw the strokes anew, once for all that happens before the next frame. */
  #redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw() {
    this.#ink.draw(this.#drawing.strokes, this.#picture);
  }

  #listen() {
    const on = (type, listener) => this.#canvas.addEventListener(type, listener);
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "lostpointercapture"]) on(end, (event) => this.#up(event));
    on("pointercancel", (event) => this.#cancelled(event));
    on("contextmenu", (event) => this.#pointer !== null && event.preventDefault());
  }

  /** Only the main button or a pen's other end, and one pointer at a time; a pen comes before the hand that holds it. */
  #down(event) {
    const erases = isEraser(event);
    if (event.button !== 0 && !erases) return;
    if (event.pointerType === "pen") this.#takeUpPen();
    if (event.pointerType === "touch") this.#scroll.down(event);
    if (this.#scroll.fingers === 2) this.#mayScroll();
    if (this.#pointer !== null || this.#scroll.fingers > 1 || this.#isPalm(event)) return;
    event.preventDefault();
    this.#canvas.focus({ preventScroll: true, focusVisible: false });
    this.#pointer = event.pointerId;
    this.#isTouch = event.pointerType === "touch";
    this.#capture(event);
    const isChanged = this.#drawing.begin(...this.#place(event, boxInWindow(this.#canvas)), erases);
    if (isChanged) this.#on.ink();
  }

  /** Strokes go on beyond the pad's edge. */
  #capture({ pointerId }) {
    try {
      this.#canvas.setPointerCapture(pointerId);
    } catch {
      // Lifted again before the page came to know of it: what is left of it is a dot.
    }
  }

  #isPalm(event) {
    return this.#penSeen && !this.fingersDraw && event.pointerType === "touch";
  }

  /** What a hand has drawn while it was laid down is no ink once the pen is there. */
  #takeUpPen() {
    if (!this.#penSeen) this.#on.pen();
    this.#penSeen = true;
    if (this.#pointer !== null && this.#isTouch) this.#giveUpStroke();
  }

  /** A second finger: both scroll, unless the first is well on its way with a stroke. */
  #mayScroll() {
    const isDrawing = this.#pointer !== null;
    if (isDrawing && (!this.#isTouch || length(this.#drawing.strokes.at(-1)) > TOUCH_SLOP)) return;
    if (isDrawing) this.#giveUpStroke();
    this.#scroll.begin();
  }

  #giveUpStroke() {
    this.#drawing.abandon();
    this.#on.ink();
  }

  /** Browsers hand over one event a frame; the points in between are in its coalesced events. */
  #move(event) {
    this.#scroll.move(event);
    if (event.pointerId !== this.#pointer) return;
    const box = boxInWindow(this.#canvas);
    const between = event.getCoalescedEvents?.() ?? [];
    let isChanged = false;
    for (const moment of between.length > 0 ? between : [event]) {
      isChanged = this.#drawing.extend(...this.#place(moment, box)) || isChanged;
    }
    if (isChanged) this.#on.ink();
  }

  #up(event) {
    this.#scroll.up(event);
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#drawing.finish();
    this.#on.lifted();
  }

  /** The system took the finger for something else, such as a palm or a swipe from the edge: it has drawn nothing. */
  #cancelled(event) {
    const isOurs = event.pointerId === this.#pointer && this.#isTouch;
    this.#scroll.up(event);
    if (isOurs) this.#giveUpStroke();
    else this.#up(event);
  }

  /** From the window's pixels to the drawing's units. */
  #place(event, box) {
    return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
  }

  /** Resized, rotated, zoomed or moved to another screen: a new bitmap, the same ink. */
  #followSize() {
    const fit = (pixels) => {
      if (this.#ink.resize(pixels)) this.#draw();
    };
    const measure = () => fit(this.#canvas.clientWidth * window.devicePixelRatio);
    const followRatio = () => {
      const ratio = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
      ratio.addEventListener("change", followRatio, { once: true });
      measure();
    };
    new ResizeObserver(measure).observe(this.#canvas);
    followRatio();
  }

  /** The ink's colour is the theme's. */
  #followTheme() {
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      window.matchMedia(query).addEventListener("change", () => this.#redraw());
    }
  }
}

/** The other end of a pen, as Pointer Events have it: button 5 went down, or is held (32) where another did. */
function isEraser({ pointerType, button, buttons }) {
  return pointerType === "pen" && (button === 5 || (buttons & 32) !== 0);
}
