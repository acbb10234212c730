/**
 * "Wrong? It was a ...": what the drawing on the pad really is, kept with it in this tab and taken along with it.
 * A service with a store for such corrections would be told of them from the page's own, where they are `kept`.
 */

/** The choices for one digit, and the field for a number. */
export class Wrong {
  #root;
  #form;
  #said;
  #store;
  #sheet;

  /**
   * @param {HTMLDetailsElement} root
   * @param {import("../store.js").Store} store
   * @param {import("../sheet.js").Sheet} sheet
   */
  constructor(root, store, sheet) {
    this.#root = root;
    this.#store = store;
    this.#sheet = sheet;
    this.#form = root.querySelector("form");
    this.#said = root.querySelector(".wrong-said");
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#keep(event.submitter?.value || this.#form.elements.number.value);
    });
    root.addEventListener("keydown", (event) => event.key === "Escape" && root.open && this.#close(event));
    root.addEventListener("toggle", () => this.#offer());
    store.follow(["ink"], () => (root.open = false));
    this.#offer();
  }

  /** For one digit a button each; for a number a field to write it in. */
  #offer() {
    this.#said.textContent = "";
    const { outcome } = this.#store.now;
    const isNumber = outcome.kind === "read" && Boolean(outcome.reading.number);
    this.#form.querySelector("label").hidden = !isNumber;
    this.#form.querySelector("fieldset").hidden = isNumber;
    this.#form.elements.number.value = "";
  }

  #keep(label) {
    this.#sheet.keep(label);
    this.#said.textContent = `Kept as ${label === "?" ? "no digit" : label}, in this tab.`;
  }

  #close(event) {
    event.stopPropagation(); // it would clear the pad
    this.#root.open = false;
    this.#root.querySelector("summary").focus();
  }
}
