/**
 * The tools under the pad that need ink, and their keys: undo, redo, clear, share.
 */

/** Buttons that know whether there is anything for them to do. */
export class Tools {
  #buttons;

  /**
   * @param {Document} page
   * @param {{undo: () => void, redo: () => void, clear: () => void, share: () => void}} on
   */
  constructor(page, on) {
    this.#buttons = Object.fromEntries(
      ["undo", "redo", "clear", "share"].map((name) => [name, page.getElementById(name)]),
    );
    for (const [name, button] of Object.entries(this.#buttons)) button.addEventListener("click", on[name]);
    page.addEventListener("keydown", (event) => {
      const name = page.querySelector("dialog[open]") ? null : commandOf(event);
      if (name === null) return;
      event.preventDefault();
      on[name]();
    });
  }

  /** @param {import("./sheet.js").Sheet} sheet */
  show({ drawing, isClean }) {
    // Not `disabled`: a button that empties the sheet from the keyboard would lose the focus.
    const mayBeUsed = { undo: drawing.canUndo, redo: drawing.canRedo, clear: !isClean, share: !drawing.isEmpty };
    for (const [name, may] of Object.entries(mayBeUsed))
      this.#buttons[name].setAttribute("aria-disabled", String(!may));
  }
}

function commandOf({ target, key, ctrlKey, metaKey, shiftKey }) {
  if (target.closest("form, select")) return null; // there the keys are those of the field, such as to close its menu
  if (key === "Escape") return "clear";
  if (!ctrlKey && !metaKey) return null;
  const letter = key.toLowerCase();
  if (letter === "y") return "redo";
  if (letter !== "z") return null;
  return shiftKey ? "redo" : "undo";
}
