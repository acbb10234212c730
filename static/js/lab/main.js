/**
 * The lab: which view and which lesson the fragment names, and what all views share.
 */

import { part } from "../dom.js";
import { module, style } from "../lazy.js";
import { about, Jobs, LabError } from "./client.js";
import { html } from "./elements.js";
import { Lessons, link } from "./lessons.js";
import { refusalWords } from "./train/words.js";

/** Each view's class in its module. */
const VIEWS = {
  train: "TrainView",
  race: "RaceView",
  landscape: "LandscapeView",
  softmax: "SoftmaxView",
  scalings: "ScalingsView",
};

/** The stylesheet of those that share one. */
const STYLES = { race: "surfaces", landscape: "surfaces", softmax: "surfaces", scalings: "surfaces" };

/** What the views are given. */
class Lab {
  jobs = new Jobs();

  /** @param {any} about as the service has it */
  constructor(about) {
    this.about = about;
  }

  /** See `Jobs.run`. */
  run(job, handlers, signal) {
    return this.jobs.run(job, handlers, signal);
  }

  /** Write these into the page's address, without going anywhere; null takes a key out. @param {Record<string, string | null>} changes */
  set(changes) {
    const state = fragment();
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) state.delete(key);
      else state.set(key, value);
    }
    // The commas of lists are allowed there, and easier to read.
    const text = state.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
    history.replaceState(null, "", `#${text}`);
  }

  /** The form for the key of a service that asks for one. */
  async askForKey() {
    const form = document.getElementById("key");
    if (!(form instanceof HTMLFormElement)) return;
    const { KeyForm } = await module("keyform").catch(() => ({}));
    if (KeyForm) new KeyForm(form, () => {}).ask(false);
  }
}

/** Shows one view at a time. */
class Views {
  #lab;
  #lessons;
  /** @type {Map<string, any>} */
  #loaded = new Map();
  #shown = "";

  constructor(lab) {
    this.#lab = lab;
    this.#lessons = new Lessons(part("lessons", HTMLElement), lab.about.lessons);
  }

  /** As the fragment says. */
  async show() {
    const state = fragment();
    const lesson = this.#lessons.named(state.get("lesson"));
    if (lesson && [...state].length === 1) return location.replace(link(lesson)); // which sets the lab as it wants
    const name = Object.hasOwn(VIEWS, state.get("view") ?? "") ? String(state.get("view")) : "train";
    if (name !== this.#shown) this.#turnTo(name);
    this.#lessons.show(state.get("lesson"));
    try {
      const view = await this.#load(name);
      if (this.#shown === name) view.show(fragment());
    } catch (error) {
      if (this.#shown === name)
        fail(part(name, HTMLElement), /** @type {Error} */ (error).message, () => this.show());
    }
  }

  #turnTo(name) {
    this.#loaded.get(this.#shown)?.hide();
    for (const tab of tabs()) {
      const isChosen = tab.dataset.view === name;
      part(String(tab.dataset.view), HTMLElement).hidden = !isChosen;
      if (isChosen) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    this.#shown = name;
  }

  async #load(name) {
    if (!this.#loaded.has(name)) {
      const [views] = await Promise.all([module(`lab/${name}`), style(`lab/${STYLES[name] ?? name}`)]);
      // Of two that came for the same view the first has made it.
      if (!this.#loaded.has(name)) this.#loaded.set(name, new views[VIEWS[name]](part(name, HTMLElement), this.#lab));
    }
    part(name, HTMLElement).querySelector(".view-failed")?.remove();
    return this.#loaded.get(name);
  }
}

/** @returns {HTMLAnchorElement[]} */
function tabs() {
  return [...document.querySelectorAll("a[data-view]")].map((tab) => /** @type {HTMLAnchorElement} */ (tab));
}

function fragment() {
  return new URLSearchParams(window.location.hash.slice(1));
}

/** One line in place of what could not be had. */
function fail(root, words, again) {
  root.querySelector(".view-failed")?.remove();
  const button = html("button", { type: "button", class: "button", click: again }, "Try again");
  root.prepend(html("p", { class: "view-failed", role: "alert" }, `${words} `, button));
}

async function begin() {
  const notice = part("lab-notice", HTMLElement);
  try {
    const views = new Views(new Lab(await about()));
    notice.replaceChildren();
    window.addEventListener("hashchange", () => views.show());
    for (const tab of tabs()) {
      // A view that one comes back to is as it was left.
      tab.addEventListener("click", () => {
        const left = document.querySelector("a[data-view][aria-current]");
        left?.setAttribute("href", window.location.hash || "#view=train");
      });
    }
    await views.show();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    notice.replaceChildren();
    fail(notice, refusalWords(error), begin);
  }
}

begin();
