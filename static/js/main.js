/**
 * The page: ink from the sheet goes to the predictor, what comes back goes to the view and to the panels.
 */

import { KeyWanted, predict } from "./api.js";
import { Collection } from "./collection.js";
import { Explainer } from "./explainer.js";
import { KeyboardPen } from "./keyboard.js";
import { Pad } from "./pad.js";
import { listen, load } from "./picture.js";
import { Predictor } from "./predictor.js";
import { Sheet } from "./sheet.js";
import { length } from "./strokes.js";
import { Tools } from "./tools.js";
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
const panels = [
  panel("steps", "Steps", ["panels/choices", "panels/steps"]),
  panel("why", "Why", ["panels/choices", "panels/why"], (digit) => explainer.explainDigit(digit)),
  panel("inside", "Inside", ["tables", "panels/inside"]),
];
const explainer = new Explainer(panels, predict);

/** The form for the key of a service that asks for one. */
const keyForm = part("key") && import("./keyform.js").then(({ KeyForm }) => new KeyForm(part("key"), follow));

/** What was last read of the ink on the pad. */
let answer = "?";
/** The stylesheets of the panels that were opened, each resolved once it is there. */
const styles = new Map();
/** The panel of this visit's drawings, once it was opened. */
let yours = null;

/** A section of the page whose module comes when it is first opened. */
function panel(id, name, sheets, ...more) {
  const element = part(id);
  return { element, load: () => loaded(id, name, sheets, element, ...more) };
}

/** An object of the class in a panel's module, once its styles are there too. */
async function loaded(id, name, sheets, ...more) {
  const [module] = await Promise.all([import(`./panels/${id}.js`), ...sheets.map(style)]);
  return new module[name](...more);
}

function style(name) {
  if (!styles.has(name)) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL(`../css/${name}.css`, import.meta.url) });
    styles.set(name, new Promise((resolve) => Object.assign(link, { onload: resolve, onerror: resolve })));
    document.head.append(link);
  }
  return styles.get(name);
}

function show(reading) {
  answer = reading.number?.text ?? String(reading.digit ?? "?");
  view.showReading(reading, sheet.bitmap);
}

function refuse(error) {
  view.showRefused(error);
  if (error instanceof KeyWanted) keyForm?.then((form) => form.ask(error.isWrong));
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
  explainer.follow(ink && { sent: ink, drawn: { strokes: ink.strokes, bitmap: sheet.bitmap } });
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
  yours?.show();
}

function open(strokes) {
  replace(() => sheet.load(strokes));
}

async function openPicture(file) {
  try {
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
  const link = fragment ? await import("./share.js") : null;
  const strokes = link?.fromFragment(fragment);
  if (strokes ?? instead) open(strokes ?? instead);
  if (!strokes && link?.hasInk(fragment)) view.showRefused(new Error("The drawing in this link is damaged."));
}

/** Whoever puts the pen away draws on by finger. */
part("fingers").addEventListener("click", ({ currentTarget }) => {
  pad.fingersDraw = !pad.fingersDraw;
  currentTarget.setAttribute("aria-pressed", String(pad.fingersDraw));
});

/** A bar asks why its digit: on hover and focus where the reasons are open, by a click anyway. */
for (const bar of document.querySelectorAll(".bar")) {
  const explain = () => part("why").open && explainer.explainDigit(Number(bar.dataset.digit));
  bar.addEventListener("pointerenter", explain);
  bar.addEventListener("focusin", explain);
  bar.addEventListener("click", () => {
    part("why").open = true;
    explain();
  });
}

part("yours").addEventListener("toggle", async () => {
  if (yours) return;
  yours = await loaded("yours", "Yours", ["panels/yours"], part("yours"), collection, { ink: () => sheet.submission, answer: () => answer, open });
});

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
openLink(window.location.hash, collection.onPad);
