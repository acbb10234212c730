/**
 * Paths on a canvas: each in its colour and dash with a halo, as far as it has come, its head in front.
 *
 * @typedef {object} Track
 * @property {string} name
 * @property {number} colour from 1 to 6
 * @property {[number, number][]} path
 * @property {number[]} losses at its places
 */

import { DASHES } from "./palette.js";

const LINE = 2;
const HALO = 4.5;

/** Of heads: the first is largest, so that of several at one place all are seen. */
const HEAD = 4;
const LARGER = 0.8;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./palette.js").Palette} palette
 * @param {readonly Track[]} tracks
 * @param {number} moment in steps
 * @param {(track: Track, i: number) => [number, number]} place of a step on the canvas
 */
export function drawTracks(context, palette, tracks, moment, place) {
  const shown = tracks
    .filter(({ path }) => path.length > 0)
    .map((track) => ({ track, line: reached(track, moment, place) }));
  context.save();
  context.lineJoin = "round";
  for (const { track, line } of shown) {
    context.setLineDash([]);
    stroke(context, line, palette.colour("paper"), HALO);
    context.setLineDash(DASHES[track.colour - 1]);
    stroke(context, line, palette.series(track.colour), LINE);
  }
  context.setLineDash([]);
  for (const [i, { track, line }] of shown.entries()) {
    const radius = HEAD + LARGER * (shown.length - 1 - i);
    dot(context, line[line.length - 1], radius, palette.series(track.colour), palette.colour("paper"));
  }
  if (moment > 0 && shown.length > 0)
    dot(context, shown[0].line[0], HEAD - 1, palette.colour("paper"), palette.colour("ink"));
  context.restore();
}

/** The places up to a moment, the last between two steps. */
function reached(track, moment, place) {
  const last = Math.min(moment, track.path.length - 1);
  const whole = Math.floor(last);
  const places = Array.from({ length: whole + 1 }, (_, i) => place(track, i));
  if (last > whole) {
    const [[x, y], [toX, toY]] = [places[whole], place(track, whole + 1)];
    places.push([x + (last - whole) * (toX - x), y + (last - whole) * (toY - y)]);
  }
  return places;
}

function stroke(context, line, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (const [x, y] of line) context.lineTo(x, y);
  context.stroke();
}

function dot(context, [x, y], radius, fill, edge) {
  context.fillStyle = fill;
  context.strokeStyle = edge;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
