/**
 * From ink to answer as one movement: the ink shrinks into the grid of 28x28 and runs through the layers, half a second
 * long, over an answer that is there already.
 */

import { contextOf, part } from "./dom.js";

/** In milliseconds; the share of it in which the ink shrinks. */
const LENGTH = 500;
const SHRINKING = 0.4;

/** Radius of a unit in CSS pixels. */
const UNIT = 4;

let isAdded = false;

/** Play it for each answer from now on, as long as it is wanted. @param {import("./store.js").Store} store */
export function addMovement(store) {
  if (isAdded) return;
  isAdded = true;
  let stop = () => {};
  store.follow(["outcome", "isOpen"], ({ outcome, isOpen, watched }) => {
    stop();
    if (watched && outcome.kind === "read" && !isOpen && !isStill()) stop = play(outcome.reading);
  });
}

function isStill() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** @param {import("./api.js").Reading} reading @returns {() => void} ends it at once */
function play({ inside, number }) {
  const pad = part("pad", HTMLCanvasElement);
  const [from, grid, answer] = [pad, part("seen", HTMLCanvasElement), part("answer", HTMLElement)].map(box);
  const columns = number || !inside ? [] : columnsOf(inside.layers, grid, answer);
  const canvas = overlay();
  const context = contextOf(canvas);
  const start = performance.now();
  let frame = 0;
  const stop = () => {
    cancelAnimationFrame(frame);
    canvas.remove();
  };
  const draw = (now) => {
    const time = (now - start) / LENGTH;
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (time >= 1) return stop();
    if (time < SHRINKING) drawInk(context, pad, between(from, grid, eased(Math.max(0, time) / SHRINKING)));
    else drawColumns(context, columns, (time - SHRINKING) / (1 - SHRINKING));
    frame = requestAnimationFrame(draw);
  };
  frame = requestAnimationFrame(draw);
  return stop;
}

/** A canvas over all that is seen of the page. */
function overlay() {
  const canvas = Object.assign(document.createElement("canvas"), { className: "movement" });
  canvas.setAttribute("aria-hidden", "true");
  document.body.append(canvas);
  const ratio = window.devicePixelRatio;
  [canvas.width, canvas.height] = [window.innerWidth * ratio, window.innerHeight * ratio];
  const context = contextOf(canvas);
  context.scale(ratio, ratio);
  context.fillStyle = context.strokeStyle = getComputedStyle(canvas).color;
  return canvas;
}

/** Each layer's loudest units in a column, as [x, y, how much it puts out]. */
function columnsOf(layers, grid, answer) {
  const [first, last] = [grid, answer].map(([left, , width]) => left + width / 2);
  return layers.map(({ shown }, i) => {
    const most = Math.max(...shown.map(({ activation }) => Math.abs(activation))) || 1;
    const x = first + ((last - first) * (i + 1)) / (layers.length + 1);
    return shown.map(({ activation }, j) => [
      x,
      grid[1] + (grid[3] * (j + 0.5)) / shown.length,
      Math.abs(activation) / most,
    ]);
  });
}

function drawInk(context, pad, [left, top, width, height]) {
  context.drawImage(pad, left, top, width, height);
}

/** A wave that passes from column to column. @param {number} time 0 to 1 */
function drawColumns(context, columns, time) {
  columns.forEach((column, i) => {
    const loud = Math.max(0, 1 - Math.abs(time * (columns.length + 1) - (i + 1)));
    for (const [x, y, amount] of column) {
      context.globalAlpha = loud * amount;
      context.beginPath();
      context.arc(x, y, UNIT, 0, 2 * Math.PI);
      context.fill();
      for (const [toX, toY, other] of columns[i + 1] ?? []) {
        context.globalAlpha = 0.3 * loud * amount * other;
        context.beginPath();
        context.moveTo(x, y);
        context.lineTo(toX, toY);
        context.stroke();
      }
    }
  });
}

function box(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left, top, width, height];
}

function between(from, to, share) {
  return from.map((side, i) => side + share * (to[i] - side));
}

/** Slow, fast, slow. */
function eased(share) {
  return share * share * (3 - 2 * share);
}
