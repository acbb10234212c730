/**
 * The page: ink from the pad goes to the predictor, what comes back goes to the view.
 */

import { predict } from "./api.js";
import { Pad } from "./pad.js";
import { Predictor } from "./predictor.js";
import { Drawing } from "./strokes.js";
import { View } from "./view.js";

const paper = document.getElementById("paper");
const undoButton = document.getElementById("undo");
const clearButton = document.getElementById("clear");

const drawing = new Drawing();
const view = new View(document);
const predictor = new Predictor(predict, {
  reply: (reading) => view.showReading(reading),
  refused: (error) => view.showRefused(error),
  unavailable: (error) => view.showUnavailable(error),
});
const pad = new Pad(document.getElementById("pad"), drawing, () => {
  showTools();
  predictor.ask(drawing.toJSON());
});

/** Undo and clear change what was asked about: replies to that are stale, and the pen has to be set down anew. */
function takeBack(change) {
  if (drawing.isEmpty) return;
  change();
  pad.release();
  pad.redraw();
  showTools();
  predictor.forget();
  if (drawing.isEmpty) view.showBlank();
  else predictor.ask(drawing.toJSON());
}

function showTools() {
  paper.toggleAttribute("data-empty", drawing.isEmpty);
  // Not `disabled`: a button that empties the sheet from the keyboard would lose the focus.
  undoButton.setAttribute("aria-disabled", String(drawing.isEmpty));
  clearButton.setAttribute("aria-disabled", String(drawing.isEmpty));
}

const undo = () => takeBack(() => drawing.undo());
const clear = () => takeBack(() => drawing.clear());

undoButton.addEventListener("click", undo);
clearButton.addEventListener("click", clear);

document.addEventListener("keydown", (event) => {
  const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
  if (isUndo) {
    event.preventDefault();
    undo();
  } else if (event.key === "Escape") {
    clear();
  }
});

window.addEventListener("online", () => predictor.hurry());
