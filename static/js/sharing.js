/**
 * Hands a drawing on as a link that carries it. Not loaded lazily: browsers let a page share and copy only in answer to
 * a press, and some no longer after a load.
 */

import { toFragment } from "./share.js";

/**
 * Share the link where there is a system's sheet for that and a finger to use it, else copy it.
 *
 * @param {number[][][]} strokes
 * @param {import("./notice.js").Notice} notice says what became of it
 */
export async function share(strokes, notice) {
  const url = new URL(toFragment(strokes), window.location.href).href;
  if (window.matchMedia("(hover: none) and (pointer: coarse)").matches && navigator.share) {
    const error = await navigator.share({ url }).catch((reason) => reason);
    if (!error || error.name === "AbortError") return;
  }
  try {
    await navigator.clipboard.writeText(url);
    notice.say("The link is copied. It carries the drawing itself.");
  } catch {
    notice.offer("Copy this link, which carries the drawing:", url); // no secure origin, or a refusal
  }
}
