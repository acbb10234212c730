/**
 * Numbers in rows as pictures of cells. Ink is drawn as black of some opacity: the theme decides what is light.
 */

import { contextOf } from "./dom.js";

/** No ink at all. */
const BLANK = Array.from({ length: 28 }, () => Array(28).fill(0));

/**
 * Grey levels as ink.
 *
 * @param {HTMLCanvasElement} canvas takes on the picture's size
 * @param {number[][] | null} rows 0 paper to 255 ink; null for a blank picture
 */
export function drawGreys(canvas, rows) {
  paint(canvas, rows ?? BLANK, (grey) => [0, 0, 0, grey]);
}

/**
 * Numbers above and below zero in two colours, the further from zero the stronger.
 *
 * @param {HTMLCanvasElement} canvas its CSS `--for` and `--against` are the colours
 * @param {number[][] | null} rows
 */
export function drawSigned(canvas, rows) {
  const colours = ["--for", "--against"].map((name) => rgb(getComputedStyle(canvas).getPropertyValue(name)));
  const most = Math.max(...(rows ?? BLANK).flat().map(Math.abs)) || 1;
  paint(canvas, rows ?? BLANK, (value) => [...colours[value > 0 ? 0 : 1], 255 * (Math.abs(value) / most) ** 0.7]);
}

/** The rows between the first and the last with ink in them, and so the columns: the ink's own box. */
export function cropped(rows) {
  const inked = rows.map((row) => row.some((grey) => grey > 0));
  const columns = rows[0].map((_, column) => rows.some((row) => row[column] > 0));
  const within = (flags) => [flags.indexOf(true), flags.lastIndexOf(true) + 1];
  return rows.slice(...within(inked)).map((row) => row.slice(...within(columns)));
}

/** A list cut into rows of this length. */
export function inRows(values, length) {
  return Array.from({ length: Math.ceil(values.length / length) }, (_, row) =>
    values.slice(row * length, (row + 1) * length),
  );
}

function paint(canvas, rows, colour) {
  canvas.width = rows[0].length;
  canvas.height = rows.length;
  const context = contextOf(canvas);
  const picture = context.createImageData(canvas.width, canvas.height);
  for (const [cell, value] of rows.flat().entries()) picture.data.set(colour(value), 4 * cell);
  context.putImageData(picture, 0, 0);
}

/** The channels of a colour as CSS writes it: #rrggbb. */
function rgb(colour) {
  const digits = Number.parseInt(colour.trim().slice(1), 16);
  return [digits >> 16, (digits >> 8) & 255, digits & 255];
}
