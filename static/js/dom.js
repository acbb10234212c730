/**
 * Parts of the page that its templates promise: found, or told to be missing by name.
 */

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind such as HTMLCanvasElement
 * @returns {T}
 */
export function part(id, kind) {
  return within(document, `#${id}`, kind);
}

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T} the first that is found
 */
export function within(root, selector, kind) {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new TypeError(`The page has no ${selector} that is a ${kind.name}.`);
  return element;
}

/** @param {HTMLCanvasElement} canvas @returns {CanvasRenderingContext2D} */
export function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (context === null) throw new TypeError("The browser draws on no canvas.");
  return context;
}
