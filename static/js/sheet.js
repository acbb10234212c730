/**
 * What lies on the pad, strokes or a picture in their place, and all that is done with it but drawing.
 */

import { Drawing } from "./strokes.js";
import { answerWords } from "./words.js";

/** One sheet of paper. The store is told of all that changes on it. */
export class Sheet {
  /** The ink, and the way back to what it was. */
  drawing = new Drawing();
  #store;
  #collection;

  /** @param {import("./store.js").Store} store @param {import("./collection.js").Collection} collection where ink goes that is replaced */
  constructor(store, collection) {
    this.#store = store;
    this.#collection = collection;
  }

  /** True until there is ink of any kind. */
  get isClean() {
    return this.drawing.isEmpty && this.drawing.picture === null;
  }

  /** Other ink than before lies here. */
  changed() {
    const { picture } = this.drawing;
    const strokes = this.drawing.isEmpty ? null : { strokes: this.drawing.toJSON() };
    const ink = picture ? { picture: picture.blob } : strokes;
    this.#store.set({ ink, isOpen: this.drawing.isOpen, bitmap: picture?.bitmap ?? null, explained: null });
  }

  /** The pen was lifted. */
  lifted() {
    this.#store.set({ isOpen: this.drawing.isOpen });
  }

  /** Take back the last step. */
  undo() {
    if (!this.drawing.canUndo) return;
    this.drawing.undo();
    this.changed();
  }

  /** Bring back the last step that was taken back. */
  redo() {
    if (!this.drawing.canRedo) return;
    this.drawing.redo();
    this.changed();
  }

  /** Nothing. */
  clear() {
    if (!this.isClean) this.#replace(() => this.drawing.clear());
  }

  /** These strokes and nothing else. @param {readonly import("./strokes.js").Stroke[]} strokes */
  open(strokes) {
    this.#replace(() => this.drawing.load(strokes));
  }

  /** A picture and nothing else. @param {import("./strokes.js").Picture} picture */
  put(picture) {
    this.#replace(() => this.drawing.put(picture));
  }

  /** Keep the drawing, with what it was read as and what it is. @param {string} [label] the answer, unless someone says otherwise */
  keep(label) {
    if (!this.drawing.isEmpty)
      this.#collection.add(this.drawing.toJSON(), answerWords(this.#store.now.outcome), label);
  }

  /** For the page after a reload. */
  remember() {
    this.#collection.onPad = this.drawing.toJSON();
  }

  #replace(act) {
    this.keep();
    this.#store.set({ outcome: { kind: "blank" } }); // what was read is none of the new ink's
    act();
    this.changed();
  }
}
