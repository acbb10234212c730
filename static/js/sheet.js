/**
 * What lies on the pad: strokes, or a picture in their place.
 */

import { Drawing } from "./strokes.js";

/** One sheet of paper. */
export class Sheet {
  /** The strokes. */
  drawing = new Drawing();

  /** @type {{bitmap: ImageBitmap, blob: Blob} | null} */
  #picture = null;

  /** True until there is ink of any kind. */
  get isClean() {
    return this.drawing.isEmpty && this.#picture === null;
  }

  /** The picture to show under the ink, if there is one. @returns {ImageBitmap | null} */
  get bitmap() {
    return this.#picture?.bitmap ?? null;
  }

  /** The ink as it is sent; null for a clean sheet. @returns {import("./api.js").Submission | null} */
  get submission() {
    if (this.#picture) return { picture: this.#picture.blob };
    return this.drawing.isEmpty ? null : { strokes: this.drawing.toJSON() };
  }

  /** Whoever draws on a picture wants a clean sheet. Says whether a picture had to go. */
  makeRoomForStrokes() {
    if (this.#picture === null || this.drawing.isEmpty) return false;
    this.#picture = null;
    return true;
  }

  /** Strokes and nothing else. */
  load(strokes) {
    this.#picture = null;
    this.drawing.load(strokes);
  }

  /** A picture and nothing else. @param {{bitmap: ImageBitmap, blob: Blob}} picture */
  put(picture) {
    this.drawing.clear();
    this.#picture = picture;
  }

  /** Nothing. */
  clear() {
    this.load([]);
  }
}
