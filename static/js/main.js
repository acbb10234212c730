/**
 * The page: ink from the sheet goes to the predictor, what comes back goes to the view and to the panels.
 */

import { KeyWanted, predict } from "./api.js";
import { Collection } from "./collection.js";
import { KeyboardPen } from "./keyboard.js";
import { module, style } from "./lazy.js";
import { Pad } from "./pad.js";
import { Panel } from "./panel.js";
import { Predictor } from "./predictor.js";
import { Sheet } from "./sheet.js";
import { length } from "./strokes.js";
import { Tools } from "./tools.js";
import { listen } from "./upload.js";
import { View } from "./view.js";

/** A first stroke shorter than this, in the drawing's units, is read when the pen rests on it for so many milliseconds. */
const BEGUN = 24;
const REST = 400;

const part = (id) => document.getElementById(id);

const sheet = new Sheet();
const { drawing } = sheet;
const view = new View(document);
const collection = new Collection(() => sessionStorage);
const predictor = new Predictor(predict, {
  reading: () => view.showPending(),
  soFar: (reading) => view.showSoFar(reading, sheet.bitmap),
  reply: show,
  refused: refuse,
  unavailable: (error) => view.showUnavailable(error),
});
const lifted = () => predictor.urge();
const pad = new Pad(part("pad"), drawing, { ink: inked, lifted, pen: () => (part("fingers").hidden = false) });
const keyboardPen = new KeyboardPen(part("pad"), part("cursor"), drawing, {
  ink: () => (pad.redraw(), inked()),
  lifted,
  moved: (words) => (part("cursor-words").textContent = words),
});
const tools = new Tools(document, {
  undo: () => drawing.canUndo && change(() => drawing.undo()),
  redo: () => drawing.canRedo && change(() => drawing.redo()),
  clear: () => sheet.isClean || replace(() => sheet.clear()),
  pen: (width) => (pad.penWidth = width),
});
/** What explains the ink in the panels that are open. It comes with the first of them. */
let explainer = null;
/** The digit that it explains, if not the likeliest. */
let explained = null;
const panels = [
  explaining("steps", "Steps", ["panels/choices", "panels/steps"]),
  explaining("why", "Why", ["panels/choices", "panels/why"], explainDigit),
  explaining("inside", "Inside", ["tables", "panels/inside"]),
];
/** This visit's drawings. */
const yours = new Panel(part("yours"), (element) =>
  built("yours", "Yours", ["panels/yours"], element, collection, { ink: () => sheet.submission, answer: () => answer, open }),
);

/** The form for the key of a service that asks for one. */
let keyForm = null;

/** What was last read of the ink on the pad. */
let answer = "?";

/** A panel about the ink on the pad. */
function explaining(id, name, sheets, ...more) {
  const load = async (element) => {
    const [{ Explainer }] = await Promise.all([module("explainer"), module(`panels/${id}`)]);
    if (explainer === null) {
      explainer = new Explainer(panels, predict);
      explain();
      explainer.explainDigit(explained);
    }
    return built(id, name, sheets, element, ...more);
  };
  return new Panel(part(id), load, () => explainer.explain());
}

/** An object of the class in a panel's module, once its styles are there too. */
async function built(id, name, sheets, ...more) {
  const [panel] = await Promise.all([module(`panels/${id}`), ...sheets.map(style)]);
  return new panel[name](...more);
}

/** The panels follow the ink. */
function explain() {
  const ink = sheet.submission;
  explainer?.follow(ink && { sent: ink, drawn: { strokes: ink.strokes, bitmap: sheet.bitmap } });
}

function explainDigit(digit) {
  explained = digit;
  explainer?.explainDigit(digit);
}

function show(reading) {
  answer = reading.number?.text ?? String(reading.digit ?? "?");
  view.showReading(reading, sheet.bitmap);
}

function refuse(error) {
  view.showRefused(error);
  if (error instanceof KeyWanted) askForKey((form) => form.ask(error.isWrong));
}

/** If the form cannot be had for now, the next refusal asks for it again. */
async function askForKey(ask) {
  const { KeyForm } = await module("keyform").catch(() => ({}));
  if (!KeyForm) return;
  keyForm ??= new KeyForm(part("key"), follow);
  ask?.(keyForm);
}

/** The pen has added ink. */
function inked() {
  pad.picture = sheet.bitmap;
  follow();
}

/** Other ink than before lies on the sheet: it is read anew, if there is any. */
function follow() {
  const ink = sheet.submission;
  tools.show(sheet);
  part("paper").toggleAttribute("data-empty", sheet.isClean);
  explained = null;
  explain();
  answer = "?";
  if (ink) {
    predictor.ask(ink, hasBegun() ? 0 : REST);
    if (!drawing.isOpen) predictor.urge();
  } else {
    predictor.forget();
    view.showBlank();
  }
}

/** Whether there is more to read than the first dot. */
function hasBegun() {
  return !drawing.isOpen || drawing.strokes.length > 1 || length(drawing.strokes[0]) > BEGUN;
}

/** Not the pen changes the ink: replies to what was are stale, and the pen has to be set down anew. */
function change(act) {
  act();
  pad.release();
  pad.picture = sheet.bitmap;
  keyboardPen.refresh();
  follow();
}

/** Other ink takes the place of what is on the sheet, which is kept. */
function replace(act) {
  keep();
  change(act);
}

function keep() {
  if (drawing.isEmpty) return;
  collection.add(drawing.toJSON(), answer);
  yours.view?.show();
}

function open(strokes) {
  replace(() => sheet.load(strokes));
}

async function openPicture(file) {
  try {
    const { load } = await module("picture");
    const picture = await load(file);
    replace(() => sheet.put(picture));
  } catch (error) {
    refuse(error);
  }
}

/** What is on the pad when the page is left is there again after a reload. */
function leave() {
  keep();
  collection.onPad = drawing.toJSON();
}

/** Open the drawing that a link carries in its fragment, or else what is given instead. */
async function openLink(fragment, instead = null) {
  try {
    const link = fragment ? await module("share") : null;
    const strokes = link?.fromFragment(fragment);
    if (strokes ?? instead) open(strokes ?? instead);
    if (!strokes && link?.hasInk(fragment)) view.showRefused(new Error("The drawing in this link is damaged."));
  } catch (error) {
    refuse(error);
  }
}

/** Whoever puts the pen away draws on by finger. */
part("fingers").addEventListener("click", ({ currentTarget }) => {
  pad.fingersDraw = !pad.fingersDraw;
  currentTarget.setAttribute("aria-pressed", String(pad.fingersDraw));
});

/** A bar asks why its digit: on hover and focus where the reasons are open, by a click anyway. */
for (const bar of document.querySelectorAll(".bar")) {
  const ask = () => part("why").open && explainDigit(Number(bar.dataset.digit));
  bar.addEventListener("pointerenter", ask);
  bar.addEventListener("focusin", ask);
  bar.addEventListener("click", () => {
    part("why").open = true;
    ask();
  });
}

/** A drawing to try is a link to it, which works as often as it is followed. */
document.querySelector(".tries").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  openLink(link.hash);
});

listen(document, [part("upload"), part("camera")], openPicture);
window.addEventListener("hashchange", () => openLink(window.location.hash));
window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => (collection.onPad = drawing.toJSON())); // phones end tabs without a word
window.addEventListener("online", () => predictor.hurry());
if (part("key")) askForKey();
openLink(window.location.hash, collection.onPad);
