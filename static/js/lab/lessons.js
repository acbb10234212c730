/**
 * The lessons: each a link that sets the lab, a text, a question, and the answer once one wants it.
 *
 * @typedef {{slug: string, title: string, text: string[], state: string, question: string, answer: string, command: string[]}} Lesson
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
    root.hidden = lessons.length === 0;
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
    if (at < 0) return;
    this.#list.open = false;
    this.#taken.replaceChildren(...this.#content(at));
    this.#taken.focus({ preventScroll: true });
    this.#taken.scrollIntoView({ block: "nearest" });
  }

  #content(at) {
    const { title, text, question, answer, command } = this.#lessons[at];
    const [before, after] = [this.#lessons[at - 1], this.#lessons[at + 1]];
    return [
      html("p", { class: "quiet" }, `Lesson ${at + 1} of ${this.#lessons.length}`),
      html("h2", {}, title),
      ...text.map((paragraph) => html("p", {}, paragraph)),
      html("p", { class: "question" }, question),
      html(
        "details",
        { class: "answered", "data-testid": "lesson-answer" },
        html("summary", {}, "Show the answer"),
        html("p", {}, answer),
      ),
      ...(command.length > 0 ? [commands(command)] : []),
      html(
        "p",
        { class: "lesson-ways" },
        ...(before ? [html("a", { class: "link", href: link(before), rel: "prev" }, `← ${before.title}`)] : []),
        ...(after ? [html("a", { class: "link", href: link(after), rel: "next" }, `${after.title} →`)] : []),
      ),
    ];
  }
}

function link({ state, slug }) {
  return `#${state}&lesson=${slug}`;
}

function commands(lines) {
  return html(
    "details",
    {},
    html("summary", {}, "The same from the command line"),
    html("pre", { class: "scroller command", tabindex: 0 }, html("code", {}, lines.join("\n"))),
  );
}
