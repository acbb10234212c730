/**
 * Pictures of digits from elsewhere, as something to show and something to send: the file itself, unless the service
 * would not read it. What passes a canvas is smaller, and noise in browsers that resist fingerprinting.
 */

import { contextOf } from "./dom.js";

/** What the service reads as it is, with the most pixels that it takes. */
const READABLE = new Map([
  ["image/png", 2 ** 24],
  ["image/jpeg", 2 ** 24], // five times as many, but not of progressive ones, which look alike from here
  ["image/webp", 6 * 2 ** 20],
]);

/** The most bytes that the service takes. */
const LARGE = 4 * 2 ** 20;

/** Pixels along the longer side of a picture that was made smaller; more would not be looked at. */
const SMALLER = 1024;

/** A file that cannot be shown as a picture, or not be sent. Its message is for people. */
export class NoPicture extends Error {}

/**
 * A file as a picture to show and as bytes to send.
 *
 * @param {Blob} file
 * @returns {Promise<{bitmap: ImageBitmap, blob: Blob}>}
 * @throws {NoPicture}
 */
export async function load(file) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new NoPicture("This is no picture that the browser can show. Try a PNG, JPEG or WebP.");
  });
  const fits = file.size <= LARGE && bitmap.width * bitmap.height <= (READABLE.get(file.type) ?? 0);
  if (fits) return { bitmap, blob: file };
  mustBeTrue(
    "This browser lets no page make a picture smaller. Choose a PNG or JPEG of up to 4 MB and 16 megapixels.",
  );
  return smaller(bitmap);
}

/**
 * The middle square of what a video shows, as the bytes of a picture.
 *
 * @param {HTMLVideoElement} video
 * @returns {Promise<Blob>}
 */
export async function still(video) {
  const { videoWidth: width, videoHeight: height } = video;
  const side = Math.min(width, height);
  const size = Math.min(side, SMALLER);
  const from = [(width - side) / 2, (height - side) / 2, side, side];
  const canvas = drawn(size, size, (context) => context.drawImage(video, ...from, 0, 0, size, size));
  return bytesOf(canvas, "image/jpeg");
}

/** Nothing where what passes a canvas stays what it is. @param {string} words for people @throws {NoPicture} where it is noise */
export function mustBeTrue(words) {
  if (!isTrue(drawn(16, 16, shades))) throw new NoPicture(words);
}

/** As a PNG of its own, with the bitmap that the places in the reply are of. */
async function smaller(bitmap) {
  const scale = Math.min(1, SMALLER / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = drawn(width, height, (context) => context.drawImage(bitmap, 0, 0, width, height));
  return { bitmap: await createImageBitmap(canvas), blob: await bytesOf(canvas, "image/png") };
}

function bytesOf(canvas, type) {
  return new Promise((resolve) => canvas.toBlob(resolve, type));
}

function drawn(width, height, draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  draw(contextOf(canvas));
  return canvas;
}

/** A picture whose every pixel is known: from black, lighter from column to column. */
function shades(context) {
  for (let column = 0; column < 16; column += 1) {
    context.fillStyle = `rgb(${15 * column} ${15 * column} ${15 * column})`;
    context.fillRect(column, 0, 1, 16);
  }
}

/** Whether what is read back of it is what was drawn, but for a trace that some browsers leave to know it by. */
function isTrue(canvas) {
  const { data } = contextOf(canvas).getImageData(0, 0, 16, 16);
  return data.every((value, i) => i % 4 === 3 || Math.abs(value - 15 * (Math.floor(i / 4) % 16)) < 16);
}
