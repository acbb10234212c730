/**
 * Several digits side by side: whether the ink may be a number, and the boxes over its digits.
 */

import { fitted } from "./ink.js";
import { boxOf, SIDE } from "./strokes.js";

/** Ink wider than this, for its height, is seldom one digit. */
const WIDE = 1.15;

/** Between the line that the pen drew and the box around it, in the drawing's units: more than half a pen. */
const RIM = 10;

/**
 * Whether the ink is worth reading as a number too. What is read as one sure digit, in one piece and not wide, is not.
 *
 * @param {import("./api.js").Submission} ink
 * @param {import("./api.js").Reading} reading
 */
export function mayBeNumber(ink, reading) {
  if (reading.verdict === "blank") return false;
  if (reading.verdict !== "digit" || ink.picture) return true;
  const [left, top, right, bottom] = boxOf(ink.strokes);
  return right - left > WIDE * (bottom - top) || hasGap(ink.strokes);
}

/** Whether the reply is a number: several digits, and nothing among them that is none. */
export function isNumber({ digits }) {
  return digits.length > 1 && digits.every(({ digit }) => digit !== null);
}

/** Whether a line from top to bottom parts the strokes without touching one. */
function hasGap(strokes) {
  const spans = strokes.map((stroke) => boxOf([stroke])).sort(([left], [other]) => left - other);
  let reach = spans[0][2];
  for (const [left, , right] of spans.slice(1)) {
    if (left > reach) return true;
    reach = Math.max(reach, right);
  }
  return false;
}

/** The boxes that lie over the pad, a digit over each. */
export class Boxes {
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {import("./api.js").NumberReading} number @param {ImageBitmap | null} picture what the boxes are of, if not of strokes */
  show({ digits }, picture) {
    const [left, top, width] = picture ? fitted(picture) : [0, 0, SIDE];
    const scale = picture ? width / picture.width : 1;
    const sides = (box) => box.map((side, i) => side * scale + (i % 2 ? top : left) + (i < 2 ? -RIM : RIM));
    this.#list.replaceChildren(
      ...digits.map(({ digit, box }) => {
        const item = document.createElement("li");
        const [x0, y0, x1, y1] = sides(box).map((side) => (100 * side) / SIDE);
        Object.assign(item.style, { left: `${x0}%`, top: `${y0}%`, width: `${x1 - x0}%`, height: `${y1 - y0}%` });
        const label = document.createElement("b");
        label.textContent = digit;
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
