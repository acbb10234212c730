/**
 * Your drawings: this visit's, to open again, to correct, to delete, and to take away in several forms.
 */

import { ROOT } from "../api.js";
import { Ink } from "../ink.js";
import { heldKey } from "../key.js";
import { toFragment } from "../share.js";
import { toCurl, toJsonLines } from "./exports.js";

/** Pixels along the side of a thumbnail, and of a drawing saved as a picture. */
const THUMBNAIL = 112;
const SAVED = 560;

/** What a drawing may be called. */
const LABELS = [..."0123456789"];

/** The panel of this visit's drawings. */
export class Yours {
  #collection;
  #page;
  #list;
  #said;
  #empty;

  /**
   * @param {HTMLElement} root
   * @param {import("../collection.js").Collection} collection
   * @param {{ink: () => import("../api.js").Submission | null, answer: () => string, open: (strokes: number[][][]) => void}} page
   *     the ink on the pad with its answer, and a way to put other ink there
   */
  constructor(root, collection, page) {
    this.#collection = collection;
    this.#page = page;
    this.#list = root.querySelector(".kept");
    this.#said = root.querySelector(".said");
    this.#empty = root.querySelector(".kept-none");
    const on = (name, act) => root.querySelector(`[data-do="${name}"]`).addEventListener("click", act);
    on("link", () => this.#copyLink());
    on("curl", () => this.#copyCurl());
    on("png", () => this.#savePicture());
    on("lines", () => this.#saveLines());
    this.show();
  }

  /** The drawings as they are now. */
  show() {
    this.#list.replaceChildren(...this.#collection.drawings.map((one) => this.#item(one)));
    this.#empty.hidden = this.#collection.drawings.length > 0;
  }

  #item(kept) {
    const item = document.createElement("li");
    const open = button("kept-open", `Open the drawing that was read as ${kept.answer}`, () => this.#page.open(kept.strokes));
    const canvas = document.createElement("canvas");
    open.append(canvas);
    const remove = button("kept-remove", `Delete the drawing that was read as ${kept.answer}`, () => {
      this.#collection.remove(kept.id);
      this.show();
    });
    remove.textContent = "×";
    item.append(open, this.#label(kept), remove);
    requestAnimationFrame(() => draw(canvas, kept.strokes, THUMBNAIL));
    return item;
  }

  #label(kept) {
    const select = document.createElement("select");
    select.setAttribute("aria-label", `What it is; it was read as ${kept.answer}`);
    const labels = new Set([kept.label, kept.answer, ...LABELS, "?"]);
    select.append(...[...labels].map((label) => new Option(label === "?" ? "none" : label, label, false, label === kept.label)));
    select.addEventListener("change", () => this.#collection.relabel(kept.id, select.value));
    return select;
  }

  #copyLink() {
    const ink = this.#page.ink();
    if (!ink?.strokes) return this.#say("Draw something first: a link carries strokes.");
    const link = new URL(toFragment(ink.strokes), window.location.href);
    return this.#copy(link.href, "The link is copied. It carries the drawing itself.");
  }

  #copyCurl() {
    const ink = this.#page.ink();
    if (!ink) return this.#say("Draw something first.");
    return this.#copy(toCurl(window.location.origin + ROOT, ink, heldKey() !== null), "The command is copied. Paste it into a terminal.");
  }

  #savePicture() {
    const ink = this.#page.ink();
    if (!ink?.strokes) return this.#say("Draw something first.");
    const canvas = document.createElement("canvas");
    draw(canvas, ink.strokes, SAVED, "white");
    return canvas.toBlob((blob) => save(blob, `digit-${this.#page.answer()}.png`));
  }

  #saveLines() {
    const drawings = this.#everything();
    if (drawings.length === 0) return this.#say("Draw something first.");
    const none = (label) => (label === "?" ? "#" : label);
    const lines = toJsonLines(drawings.map(({ label, strokes }) => ({ label: none(label), strokes })));
    return save(new Blob([lines], { type: "application/jsonl" }), "digits.jsonl");
  }

  /** Kept drawings, and the one on the pad if it isn't one of them. */
  #everything() {
    const ink = this.#page.ink();
    const kept = this.#collection.drawings;
    const isKept = kept.some(({ strokes }) => JSON.stringify(strokes) === JSON.stringify(ink?.strokes));
    return ink?.strokes && !isKept ? [{ label: this.#page.answer(), strokes: ink.strokes }, ...kept] : kept;
  }

  async #copy(text, done) {
    try {
      await navigator.clipboard.writeText(text);
      this.#say(done);
    } catch {
      this.#say(text); // an insecure origin or a refusal: there it can be copied by hand
    }
  }

  #say(text) {
    this.#said.textContent = text;
  }
}

function button(name, label, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = name;
  element.setAttribute("aria-label", label);
  element.addEventListener("click", act);
  return element;
}

function draw(canvas, strokes, side, paper = null) {
  const ink = new Ink(canvas);
  ink.resize(side);
  if (paper) canvas.style.color = "black";
  ink.draw(strokes);
  if (!paper) return;
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "destination-over";
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = paper;
  context.fillRect(0, 0, side, side);
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
