/**
 * What a press on a tool has led to: a line over the sheet's foot, for a moment.
 */

/** How long it stands, in milliseconds. */
const STANDING = 4_000;

/** The place for one such line. */
export class Notice {
  #place;
  #words;
  /** @type {HTMLInputElement | null} */
  #field = null;
  #timer = 0;

  /** @param {HTMLElement} place with a live region in it */
  constructor(place) {
    this.#place = place;
    this.#words = place.querySelector("[aria-live]");
  }

  /** Say this, seen and heard. @param {string} words */
  say(words) {
    this.#show(words);
    this.#timer = setTimeout(() => this.#hide(), STANDING);
  }

  /** Hand over a text to be copied by hand, which stands until one turns to something else. */
  offer(words, text) {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    const field = Object.assign(document.createElement("input"), {
      className: "told-link",
      readOnly: true,
      value: text,
    });
    field.setAttribute("aria-label", words);
    field.addEventListener("blur", () => this.#hide());
    field.addEventListener("keydown", (event) => {
      event.stopPropagation(); // here the keys are the field's
      if (event.key === "Escape") before?.focus();
    });
    this.#show(words);
    this.#field = field;
    this.#place.append(field);
    field.select();
  }

  #show(words) {
    this.#hide();
    this.#words.textContent = words;
    this.#place.toggleAttribute("data-shown", true);
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#words.textContent = "";
    this.#place.toggleAttribute("data-shown", false);
    const field = this.#field;
    this.#field = null; // its blur, as it goes, comes here again
    field?.remove();
  }
}
