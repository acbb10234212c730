/**
 * Where an element lies in the window, as pointers see it.
 */

/**
 * The box of an element in the units of `clientX` and `clientY`, whatever `zoom` CSS gives the page.
 *
 * @param {HTMLElement} element
 * @returns {{left: number, top: number, width: number, height: number}}
 */
export function boxInWindow(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  const zoom = zoomOf(element);
  // WebKit leaves the zoom out of an element's box, but not out of a pointer's place.
  const scale = Math.abs(width - element.offsetWidth) < 1 ? zoom : 1;
  return { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
}

/** An element's own zoom times those of all that it lies in. */
function zoomOf(element) {
  const outer = element.parentElement ? zoomOf(element.parentElement) : 1;
  return outer * (Number(getComputedStyle(element).zoom) || 1);
}
