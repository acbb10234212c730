/**
 * How one run ended, what may be changed, and how it is had again: as a file of weights, or by a command.
 */

import { heldKey } from "../../key.js";
import { weightsAddress, weightsOf } from "../client.js";
import { html } from "../elements.js";
import { endWords, plain, sentence } from "./words.js";

/** The end of a run, shown once it has come. */
export class EndingPart {
  #root;
  #shown = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    root.hidden = true;
  }

  /** @param {any} ended as the service tells it, null until then @param {string} id of the job */
  show(ended, id) {
    if (ended === this.#shown) return;
    this.#shown = ended;
    this.#root.hidden = ended === null;
    if (ended === null) return;
    const { advice, command, weights, run } = ended;
    this.#root.replaceChildren(
      html("h4", {}, "How it ended"),
      html("p", { "data-testid": "ending" }, endWords(ended)),
      ...(advice.length > 0
        ? [html("ul", { class: "advice" }, ...advice.map((one) => html("li", {}, sentence(plain(one)))))]
        : []),
      ...(command ? commandLine(command) : []),
      html("p", { class: "taking" }, ...(weights ? [save(id, run)] : []), ...(command ? [copy(command)] : [])),
    );
  }
}

/** A link; where a key is wanted, what it fetches itself, as a link can send none. */
function save(id, run) {
  const link = html("a", { class: "button", href: weightsAddress(id, run), download: "lab.npz" }, "Save the weights");
  link.addEventListener("click", async (event) => {
    if (heldKey() === null || link.href.startsWith("blob:")) return;
    event.preventDefault();
    const file = await weightsOf(id, run).catch(() => null);
    if (file === null) {
      link.textContent = "These weights are gone";
      return;
    }
    link.href = URL.createObjectURL(file);
    link.click();
  });
  return link;
}

function commandLine(command) {
  return [
    html("p", { class: "quiet" }, "The command line that repeats it, bit for bit:"),
    html("code", { tabindex: 0, class: "scroller command" }, command),
  ];
}

function copy(command) {
  const button = html("button", { type: "button", class: "button" }, "Copy the command");
  button.addEventListener("click", async () => {
    const isCopied = await copied(command);
    const code = button.closest(".ending")?.querySelector(".command");
    if (!isCopied && code) window.getSelection()?.selectAllChildren(code);
    button.textContent = isCopied ? "Copied" : "Selected";
  });
  return button;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
