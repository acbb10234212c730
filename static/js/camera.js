/**
 * The live picture of a camera, in a dialog, and one still of it. The camera is on only as long as that is open.
 */

import { mustBeTrue, NoPicture, still } from "./picture.js";

const ASKED = "Allow the camera, if the browser asks.";
const LIVE = "Hold up a digit so that it fills the picture.";
const GONE = "The camera is gone. Connect it again, or choose a picture instead.";
const NOISE =
  "This browser lets no page take a picture of what a camera shows. Take a photo and choose it with Picture.";

/** What to do, by the name of the error. */
const TROUBLE = new Map([
  [
    "NotAllowedError",
    "The camera is blocked for this page. Allow it in the browser, beside the address, and try again.",
  ],
  ["NotFoundError", "There is no camera. Connect one and try again, or choose a picture instead."],
  ["NotReadableError", "The camera is in use by another program. Close that and try again."],
]);
const OTHER = "The camera does not start. Try again, or choose a picture instead.";

/** The dialog. */
export class Camera {
  #dialog = made("dialog", "camera");
  #video = made("video", "camera-picture", { muted: true, playsInline: true });
  #words = made("p", "camera-words");
  #main = made("button", "button", { type: "button", autofocus: true });
  #onStill;
  /** Of the camera, from when it is asked for until it is let go. */
  #use = new AbortController();

  /** @param {(picture: Blob) => void} onStill */
  constructor(onStill) {
    this.#onStill = onStill;
    const close = made("button", "button", { type: "button", textContent: "Close" });
    this.#dialog.setAttribute("aria-label", "Camera");
    this.#video.setAttribute("aria-label", "What the camera shows");
    this.#words.setAttribute("aria-live", "polite");
    this.#dialog.append(this.#video, this.#words, this.#main, close);
    document.body.append(this.#dialog);

    this.#main.addEventListener("click", () => this.#press());
    close.addEventListener("click", () => this.#close());
    this.#dialog.addEventListener("close", () => this.#stop());
    window.addEventListener("pagehide", () => this.#close());
    document.addEventListener("visibilitychange", () => document.hidden && this.#close());
  }

  /** Show the dialog and start the camera. */
  open() {
    if (this.#dialog.open) return;
    this.#dialog.showModal();
    this.#start();
  }

  async #start() {
    this.#show("asked", ASKED);
    this.#use = new AbortController();
    const { signal } = this.#use;
    try {
      mustBeTrue(NOISE);
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: 1280 } });
      const [track] = stream.getVideoTracks();
      if (signal.aborted) return track.stop(); // let go while the browser asked
      signal.addEventListener("abort", () => track.stop());
      track.addEventListener("ended", () => this.#fail(GONE));
      this.#video.srcObject = stream;
      await this.#video.play();
      this.#show("live", LIVE);
    } catch (error) {
      if (!signal.aborted)
        this.#fail(
          error instanceof NoPicture ? error.message : (TROUBLE.get(/** @type {Error} */ (error).name) ?? OTHER),
        );
    }
  }

  #press() {
    const { state } = this.#dialog.dataset;
    if (state === "live") this.#take();
    if (state === "failed") this.#start();
  }

  async #take() {
    this.#show("taken", "");
    const picture = await still(this.#video);
    this.#close();
    this.#onStill(picture);
  }

  /** Not only by the dialog's event, for which a page that is left has no time. */
  #close() {
    this.#stop();
    this.#dialog.close();
  }

  #fail(words) {
    this.#stop();
    this.#show("failed", words);
  }

  #show(state, words) {
    this.#dialog.dataset.state = state;
    this.#words.textContent = words;
    this.#main.textContent = state === "failed" ? "Try again" : "Take picture";
    this.#main.setAttribute("aria-disabled", String(state === "asked" || state === "taken"));
  }

  /** The camera's light goes out. */
  #stop() {
    this.#use.abort();
    this.#video.srcObject = null;
  }
}

function made(tag, className, properties = {}) {
  return Object.assign(document.createElement(tag), { className, ...properties });
}
