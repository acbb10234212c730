/**
 * The lessons: each a link that sets the lab, a text, a question, and the answer once one wants it.
 *
 * @typedef {{slug: string, title: string, text: string[], state: string, question: string, answer: string, command: string[], picture: string, notice: string}} Lesson
 */

import { within } from "../dom.js";
import { html } from "./elements.js";

/** The list, and the lesson that is taken. */
export class Lessons {
  #lessons;
  #list;
  #taken;
  #slug = "";

  /** @param {HTMLElement} root @param {Lesson[]} lessons */
  constructor(root, lessons) {
    this.#lessons = lessons;
    this.#list = within(root, "details", HTMLDetailsElement);
    this.#taken = within(root, ".lesson", HTMLElement);
    this.#list.append(
      html(
        "ol",
        {},
        ...lessons.map((lesson) => html("li", {}, html("a", { class: "link", href: link(lesson) }, lesson.title))),
      ),
    );
  }

  /** @param {string | null} slug of the lesson that the page's fragment names */
  show(slug) {
    if (slug === this.#slug) return;
    this.#slug = slug ?? "";
    const at = this.#lessons.findIndex((lesson) => lesson.slug === slug);
    this.#taken.hidden = at < 0;
    // What a view is in general is not said again.
    document.body.toggleAttribute("data-lesson", at >= 0);
    if (at < 0) return;
    this.#list.open = false;
    this.#taken.replaceChildren(...this.#content(at));
    this.#taken.focus({ preventScroll: true });
    this.#taken.scrollIntoView({ block: "nearest" });
  }

  /** @param {string | null} slug @returns {Lesson | undefined} */
  named(slug) {
    return this.#lessons.find((lesson) => lesson.slug === slug);
  }

  #content(at) {
    const { title, text, question, answer, command, picture, notice } = this.#lessons[at];
    const told = html(
      "div",
      {},
      html("p", { class: "quiet" }, `Lesson ${at + 1} of ${this.#lessons.length}`),
      html("h2", {}, title),
      ...text.map((paragraph) => html("p", {}, paragraph)),
    );
    const asked = html(
      "div",
      {},
      html("p", { class: "question" }, question),
      folded("Show the answer", html("p", {}, answer)),
      folded("The same from the command line", commands(command), html("p", {}, picture), html("p", {}, notice)),
      this.#ways(at),
    );
    return [told, asked];
  }

  #ways(at) {
    const [before, after] = [this.#lessons[at - 1], this.#lessons[at + 1]];
    return html(
      "p",
      { class: "lesson-ways" },
      ...(before ? [html("a", { class: "link", href: link(before), rel: "prev" }, `← ${before.title}`)] : []),
      ...(after ? [html("a", { class: "link", href: link(after), rel: "next" }, `${after.title} →`)] : []),
    );
  }
}

/** @param {Lesson} lesson @returns {string} the page's fragment that sets it */
export function link({ state, slug }) {
  return `#${state}&lesson=${slug}`;
}

function folded(title, ...content) {
  return html("details", {}, html("summary", {}, title), ...content);
}

function commands(lines) {
  return html("pre", { class: "scroller command", tabindex: 0 }, html("code", {}, lines.join("\n")));
}
