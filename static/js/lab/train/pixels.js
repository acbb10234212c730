/**
 * Pictures that come as base64, on canvases.
 */

import { contextOf } from "../../dom.js";
import { drawGreys, inRows } from "../../pictures.js";

/** Of an image. */
const SIDE = 28;

/** Between pictures that share a canvas. */
const GAP = 1;

/** @param {string} text base64 @returns {Uint8Array<ArrayBuffer>} */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** An image of the data. Nothing is drawn where it is there already. @param {HTMLCanvasElement} canvas @param {string} image base64 of its greys */
export function drawImage(canvas, image) {
  if (canvas.dataset.image === image) return;
  canvas.dataset.image = image;
  drawGreys(canvas, inRows([...bytesOf(image)], SIDE));
}

/**
 * Weights of several units beside each other: above zero in one colour, below in the other, the further the stronger.
 *
 * @param {HTMLCanvasElement} canvas its CSS `--for` and `--against` are the colours
 * @param {Int8Array} weights picture after picture
 * @param {number} side of a picture
 * @param {number} columns pictures in a line
 */
export function drawWeights(canvas, weights, side, columns) {
  const count = weights.length / side ** 2;
  const lines = Math.ceil(count / columns);
  canvas.width = columns * (side + GAP) - GAP;
  canvas.height = lines * (side + GAP) - GAP;
  const context = contextOf(canvas);
  const [above, below] = ["--for", "--against"].map((name) =>
    channels(context, getComputedStyle(canvas).getPropertyValue(name)),
  );
  const picture = context.createImageData(canvas.width, canvas.height);
  weights.forEach((weight, i) => {
    const [unit, cell] = [Math.floor(i / side ** 2), i % side ** 2];
    const x = (unit % columns) * (side + GAP) + (cell % side);
    const y = Math.floor(unit / columns) * (side + GAP) + Math.floor(cell / side);
    const strength = 255 * (Math.abs(weight) / 127) ** 0.8;
    picture.data.set([...(weight > 0 ? above : below), strength], 4 * (y * canvas.width + x));
  });
  context.putImageData(picture, 0, 0);
}

/** Red, green and blue of any colour of CSS, which the canvas writes as #rrggbb. */
function channels(context, colour) {
  context.fillStyle = colour.trim();
  const digits = Number.parseInt(String(context.fillStyle).slice(1), 16);
  return [digits >> 16, (digits >> 8) & 255, digits & 255];
}
