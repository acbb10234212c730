/**
 * Asks the person for the key of a service that wants one, and tries it before it is used.
 */

import { KeyWanted, predict } from "./api.js";
import { part, within } from "./dom.js";
import { heldKey, holdKey } from "./key.js";

const WRONG = "That is not one of this service’s keys.";
const AWAY = "The server doesn’t answer. Try again in a moment.";

/** What a header can carry. */
const A_KEY = /^[\x20-\x7e]+$/;

/** The form, which is there as long as a key is wanted. */
export class KeyForm {
  #form;
  #field;
  #said;
  #onKey;

  /** @param {HTMLFormElement} form @param {() => void} onKey called once there is a key that opens the service */
  constructor(form, onKey) {
    this.#form = form;
    this.#field = within(form, "input", HTMLInputElement);
    this.#said = within(form, "[aria-live]", HTMLElement);
    this.#onKey = onKey;
    // Enter clicks the button, too. A sandboxed frame may allow no forms to be submitted, and then tells of none.
    within(form, "button", HTMLButtonElement).addEventListener("click", (event) => {
      event.preventDefault();
      if (form.reportValidity()) this.#try(this.#field.value.trim());
    });
    if (heldKey() === null) this.ask(false);
  }

  /** Show the form. @param {boolean} isWrong whether there is a key, but none of the service's */
  ask(isWrong) {
    this.#form.hidden = false;
    if (isWrong) this.#refuse(WRONG);
  }

  async #try(key) {
    holdKey(key);
    const problem = A_KEY.test(key) ? await problemWith() : WRONG;
    if (problem) {
      holdKey(null);
      this.#refuse(problem);
      this.#field.select();
      return;
    }
    // Before the form goes with the focus in it.
    part("pad", HTMLElement).focus({ preventScroll: true });
    this.#form.hidden = true;
    this.#refuse("");
    this.#field.value = "";
    this.#onKey();
  }

  #refuse(words) {
    this.#said.textContent = words;
    this.#field.setAttribute("aria-invalid", String(words !== ""));
  }
}

/** What keeps the key that is held from being used; empty for nothing. A sheet without ink is asked about. */
async function problemWith() {
  try {
    await predict({ strokes: [] }, new AbortController().signal, []);
    return "";
  } catch (error) {
    return error instanceof KeyWanted ? WRONG : AWAY;
  }
}
