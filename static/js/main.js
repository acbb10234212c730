/**
 * The page: what is done to the sheet changes the ink in the store, the predictor has it read, and the parts follow.
 */

import { KeyWanted, PARTS, predict } from "./api.js";
import { Collection } from "./collection.js";
import { part, within } from "./dom.js";
import { KeyboardPen } from "./keyboard.js";
import { module, style } from "./lazy.js";
import { Notice } from "./notice.js";
import { Pad } from "./pad.js";
import { addPanels } from "./panels.js";
import { PenButton } from "./pen.js";
import { Predictor } from "./predictor.js";
import { fromFragment, hasInk } from "./share.js";
import { share } from "./sharing.js";
import { Sheet } from "./sheet.js";
import { Store } from "./store.js";
import { length } from "./strokes.js";
import { Tools } from "./tools.js";
import { hasCamera, listen } from "./upload.js";
import { View } from "./view.js";

/** A first stroke shorter than this, in the drawing's units, is read when the pen rests on it for so many milliseconds. */
const BEGUN = 24;
const REST = 400;

const store = new Store();
const collection = new Collection(
  () => sessionStorage,
  (kept) => store.set({ kept }),
);
const sheet = new Sheet(store, collection);
const { drawing } = sheet;
const view = new View();

const come = (outcome) => store.set({ outcome });
const lastReading = () => ("reading" in store.now.outcome ? store.now.outcome.reading : undefined);
const refuse = (error) => come({ kind: "refused", error });
const parts = () => (store.now.watched ? [...PARTS, "inside"] : PARTS);
const predictor = new Predictor((ink, signal) => predict(ink, signal, parts()), {
  reading: () => come({ kind: "reading", reading: lastReading() }),
  soFar: (reading) => come({ kind: "soFar", reading }),
  reply: (reading) => come({ kind: "read", reading }),
  refused: refuse,
  unavailable: (error) => come({ kind: "unavailable", error }),
});

const lifted = () => sheet.lifted();
const ink = () => sheet.changed();
const fingers = part("fingers", HTMLElement);
const pad = new Pad(part("pad", HTMLCanvasElement), drawing, { ink, lifted, pen: () => (fingers.hidden = false) });
const keyboardPen = new KeyboardPen(part("pad", HTMLElement), part("cursor", HTMLElement), drawing, {
  ink,
  lifted,
  moved: (words) => (part("cursor-words", HTMLElement).textContent = words),
});
const notice = new Notice(part("told", HTMLElement));
const tools = new Tools(document, {
  undo: () => sheet.undo(),
  redo: () => sheet.redo(),
  clear: () => sheet.clear(),
  share: () => drawing.isEmpty || share(drawing.toJSON(), notice),
});
new PenButton(part("pen", HTMLElement), {
  width: (width) => (pad.penWidth = width),
  words: (words) => (part("cursor-words", HTMLElement).textContent = words),
});

store.follow(["outcome"], (now) => view.show(now));
store.follow(["outcome"], ({ outcome }) => {
  if (outcome.kind === "refused" && outcome.error instanceof KeyWanted) askForKey(outcome.error);
});
store.follow(["ink"], (now) => {
  pad.show(now);
  keyboardPen.refresh();
  tools.show(sheet);
  part("paper", HTMLElement).toggleAttribute("data-empty", now.ink === null);
  read(now);
});
store.follow(["ink", "isOpen"], ({ isOpen }) => isOpen || predictor.urge());
/** What is kept are strokes: only of those can be said what they were. */
store.follow(
  ["outcome"],
  ({ ink, outcome }) => (part("wrong", HTMLElement).hidden = outcome.kind !== "read" || !ink?.strokes),
);
addPanels(store, sheet, collection);

/** Have the ink read, if there is any. */
function read({ ink }) {
  if (ink) {
    predictor.ask(ink, hasBegun() ? 0 : REST);
  } else {
    predictor.forget();
    come({ kind: "blank" });
  }
}

/** Whether there is more to read than the first dot. */
function hasBegun() {
  return !drawing.isOpen || drawing.strokes.length > 1 || length(drawing.strokes[0]) > BEGUN;
}

/** The form for the key of a service that asks for one. If it cannot be had for now, the next refusal asks for it again. @type {any} */
let keyForm = null;

/** @param {KeyWanted} [refusal] */
async function askForKey(refusal) {
  const { KeyForm } = await module("keyform").catch(() => ({}));
  if (!KeyForm) return;
  keyForm ??= new KeyForm(part("key", HTMLFormElement), () => sheet.changed());
  if (refusal) keyForm.ask(refusal.isWrong);
}

async function openPicture(file) {
  try {
    const { load } = await module("picture");
    sheet.put(await load(file));
  } catch (error) {
    refuse(error);
  }
}

/** What shows the camera's picture, once it was wanted. @type {any} */
let camera = null;

/** The live picture of a camera, of which a still is opened. */
async function openCamera() {
  try {
    const [{ Camera }] = await Promise.all([module("camera"), style("camera")]);
    camera ??= new Camera(openPicture);
    camera.open();
  } catch (error) {
    notice.say(/** @type {Error} */ (error).message);
  }
}

/** Open the drawing that a link carries in its fragment, or else what is given instead. */
function openLink(fragment, instead = []) {
  const strokes = fromFragment(fragment) ?? instead;
  if (strokes.length > 0) sheet.open(strokes);
  if (strokes === instead && hasInk(fragment)) refuse(new Error("The drawing in this link is damaged."));
}

/** Whoever puts the pen away draws on by finger. */
fingers.addEventListener("click", () => {
  pad.fingersDraw = !pad.fingersDraw;
  fingers.setAttribute("aria-pressed", String(pad.fingersDraw));
});

/** A bar asks why its digit: on hover and focus where the reasons are open, by a click anyway. */
const why = part("why", HTMLDetailsElement);
for (const bar of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".bar"))) {
  const ask = () => why.open && store.set({ explained: Number(bar.dataset.digit) });
  bar.addEventListener("pointerenter", ask);
  bar.addEventListener("focusin", ask);
  bar.addEventListener("click", () => {
    why.open = true;
    ask();
  });
}

/** Inside is one step away from the answer, and so is a drawing's way there as a movement. */
part("to-inside", HTMLElement).addEventListener("click", () => (part("inside", HTMLDetailsElement).open = true));
const watch = part("watch", HTMLElement);
watch.addEventListener("click", async () => {
  const watched = !store.now.watched;
  const { addMovement } = await module("movement").catch(() => ({}));
  if (!addMovement) return;
  addMovement(store);
  watch.setAttribute("aria-pressed", String(watched));
  store.set({ watched });
  if (watched && store.now.ink) sheet.changed();
});

/** A drawing to try is a link to it, which works as often as it is followed. */
within(document, ".tries", HTMLElement).addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  openLink(link.hash);
});

const live = part("live", HTMLElement);
live.hidden = !hasCamera();
live.addEventListener("click", openCamera);
listen(document, [part("upload", HTMLInputElement), part("camera", HTMLInputElement)], openPicture);
window.addEventListener("hashchange", () => openLink(window.location.hash));
window.addEventListener("pagehide", () => {
  sheet.keep();
  sheet.remember();
});
document.addEventListener("visibilitychange", () => sheet.remember()); // phones end tabs without a word
window.addEventListener("online", () => predictor.hurry());
if (document.getElementById("key")) askForKey();
openLink(window.location.hash, collection.onPad);
