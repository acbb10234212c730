/**
 * Your drawings: this visit's, to open again, to correct, to delete, and to take away in several forms.
 */

import { ROOT } from "../api.js";
import { contextOf, within } from "../dom.js";
import { Ink } from "../ink.js";
import { heldKey } from "../key.js";
import { answerWords } from "../words.js";
import { toCurl, toJsonLines } from "./exports.js";

/** Pixels along the side of a thumbnail, and of a drawing saved as a picture. */
const THUMBNAIL = 112;
const SAVED = 560;

/** What a drawing may be called. */
const LABELS = [..."0123456789"];

/** The panel of this visit's drawings. */
export class Yours {
  #store;
  #sheet;
  #collection;
  #list;
  #said;
  #empty;

  /**
   * @param {HTMLElement} root
   * @param {import("../store.js").Store} store
   * @param {import("../sheet.js").Sheet} sheet where a drawing is opened
   * @param {import("../collection.js").Collection} collection
   */
  constructor(root, store, sheet, collection) {
    this.#store = store;
    this.#sheet = sheet;
    this.#collection = collection;
    this.#list = root.querySelector(".kept");
    this.#said = root.querySelector(".said");
    this.#empty = root.querySelector(".kept-none");
    const on = (name, act) => within(root, `[data-do="${name}"]`, HTMLButtonElement).addEventListener("click", act);
    on("curl", () => this.#copyCurl());
    on("png", () => this.#savePicture());
    on("lines", () => this.#saveLines());
    store.follow(["kept"], (now) => this.#show(now));
    this.#show(store.now);
  }

  /** Drawings that are there already stay as they are: one of their menus may have the focus. */
  #show({ kept }) {
    this.#empty.hidden = kept.length > 0;
    const shown = new Map([...this.#list.children].map((item) => [Number(item.dataset.id), item]));
    const isSame = kept.length === shown.size && kept.every(({ id }) => shown.has(id));
    if (!isSame) this.#list.replaceChildren(...kept.map((one) => shown.get(one.id) ?? this.#item(one)));
    for (const { id, label } of kept) choose(shown.get(id)?.querySelector("select"), label);
  }

  #item(kept) {
    const item = document.createElement("li");
    item.dataset.id = kept.id;
    const open = button("kept-open", `Open the drawing that was read as ${kept.answer}`, () =>
      this.#sheet.open(kept.strokes),
    );
    const canvas = document.createElement("canvas");
    open.append(canvas);
    const remove = button("kept-remove", `Delete the drawing that was read as ${kept.answer}`, () =>
      this.#collection.remove(kept.id),
    );
    remove.textContent = "×";
    item.append(open, this.#label(kept), remove);
    requestAnimationFrame(() => draw(canvas, kept.strokes, THUMBNAIL));
    return item;
  }

  #label(kept) {
    const select = document.createElement("select");
    select.setAttribute("aria-label", `What it is; it was read as ${kept.answer}`);
    for (const label of new Set([kept.answer, ...LABELS, "?"])) choose(select, label);
    choose(select, kept.label);
    select.addEventListener("change", () => this.#collection.relabel(kept.id, select.value));
    return select;
  }

  #copyCurl() {
    const { ink } = this.#store.now;
    if (!ink) return this.#say("Draw something first.");
    return this.#copy(
      toCurl(window.location.origin + ROOT, ink, heldKey() !== null),
      "The command is copied. Paste it into a terminal.",
    );
  }

  #savePicture() {
    const { ink } = this.#store.now;
    if (!ink?.strokes) return this.#say("Draw something first.");
    const canvas = document.createElement("canvas");
    draw(canvas, ink.strokes, SAVED, "white");
    return canvas.toBlob((blob) => save(blob, `digit-${answerWords(this.#store.now.outcome)}.png`));
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
    const { ink, kept, outcome } = this.#store.now;
    const isKept = kept.some(({ strokes }) => JSON.stringify(strokes) === JSON.stringify(ink?.strokes));
    return ink?.strokes && !isKept ? [{ label: answerWords(outcome), strokes: ink.strokes }, ...kept] : kept;
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

/** Have the menu say so, also if it was not among its choices. */
function choose(select, label) {
  if (!select || select.value === label) return;
  if (![...select.options].some(({ value }) => value === label))
    select.add(new Option(label === "?" ? "none" : label, label));
  select.value = label;
}

function button(name, label, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = name;
  element.setAttribute("aria-label", label);
  element.addEventListener("click", act);
  return element;
}

/** @param {string | null} paper its colour; null for none */
function draw(canvas, strokes, side, paper = null) {
  const ink = new Ink(canvas);
  ink.resize(side);
  if (paper) canvas.style.color = "black";
  ink.draw(strokes);
  if (!paper) return;
  const context = contextOf(canvas);
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
