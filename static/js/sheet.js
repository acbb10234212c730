/**
 * What lies on the pad: strokes, or a picture in their place.
 */

import { Drawing } from "./strokes.js";

/** One sheet of paper. */
export class Sheet {
  /** The ink, and the way back to what it was. */
  drawing = new Drawing();

  /** True until there is ink of any kind. */
  get isClean() {
    return this.drawing.isEmpty && this.bitmap === null;
  }

  /** The picture to show under the ink, if there is one. @returns {ImageBitmap | null} */
  get bitmap() {
    return this.drawing.picture?.bitmap ?? null;
  }

  /** The ink as it is sent; null for a clean sheet. @returns {import("./api.js").Submission | null} */
  get submission() {
    if (this.drawing.picture) return { picture: this.drawing.picture.blob };
    return this.drawing.isEmpty ? null : { strokes: this.drawing.toJSON() };
  }

  /** Strokes and nothing else. */
  load(strokes) {
    this.drawing.load(strokes);
  }

  /** A picture and nothing else. @param {{bitmap: ImageBitmap, blob: Blob}} picture */
  put(picture) {
    this.drawing.put(picture);
  }

  /** Nothing. */
  clear() {
    this.drawing.clear();
  }
}
