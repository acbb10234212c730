/**
 * Several digits side by side: the boxes over them.
 */

import { fitted } from "./ink.js";
import { SIDE } from "./strokes.js";

/** Between the line that the pen drew and the box around it, in the drawing's units: more than half a pen. */
const RIM = 10;

/** The boxes that lie over the pad, a digit over each. */
export class Boxes {
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {import("./api.js").NumberReading} number @param {ImageBitmap | null} picture what the boxes are of, if not of strokes */
  show({ digits, signs }, picture) {
    const [left, top, width] = picture ? fitted(picture) : [0, 0, SIDE];
    const scale = picture ? width / picture.width : 1;
    const sides = (box) => box.map((side, i) => side * scale + (i % 2 ? top : left) + (i < 2 ? -RIM : RIM));
    const marks = [
      ...digits.map(({ digit, box }) => ({ words: String(digit ?? "?"), box })),
      ...signs.map(({ sign, box }) => ({ words: sign, box })),
    ];
    this.#list.replaceChildren(
      ...marks.map(({ words, box }) => {
        const item = document.createElement("li");
        const [x0, y0, x1, y1] = sides(box).map((side) => (100 * side) / SIDE);
        Object.assign(item.style, { left: `${x0}%`, top: `${y0}%`, width: `${x1 - x0}%`, height: `${y1 - y0}%` });
        const label = document.createElement("b");
        label.textContent = words;
        item.append(label);
        return item;
      }),
    );
  }

  /** One digit or none needs no box. */
  hide() {
    this.#list.replaceChildren();
  }
}
