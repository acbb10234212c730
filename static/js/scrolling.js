/**
 * Two fingers on the pad scroll the page: the pad's `touch-action: none` keeps the browser from doing it.
 */

/** Follows the fingers on one element. */
export class TwoFingerScroll {
  /** @type {Map<number, [number, number]>} where each finger is, by its pointer */
  #fingers = new Map();
  #isOn = false;

  /** From the second finger's touch until the last one is lifted. */
  get isOn() {
    return this.#isOn;
  }

  /** How many fingers touch. */
  get fingers() {
    return this.#fingers.size;
  }

  /** @param {PointerEvent} event a finger comes down */
  down({ pointerId, clientX, clientY }) {
    this.#fingers.set(pointerId, [clientX, clientY]);
  }

  /** From now on the fingers scroll. */
  begin() {
    this.#isOn = true;
  }

  /** Each finger moves the page by its share. @param {PointerEvent} event */
  move({ pointerId, clientX, clientY }) {
    const last = this.#fingers.get(pointerId);
    if (last === undefined) return;
    this.#fingers.set(pointerId, [clientX, clientY]);
    const share = this.#fingers.size;
    if (this.#isOn) window.scrollBy((last[0] - clientX) / share, (last[1] - clientY) / share);
  }

  /** @param {PointerEvent} event a finger is lifted */
  up({ pointerId }) {
    this.#fingers.delete(pointerId);
    if (this.#fingers.size === 0) this.#isOn = false;
  }
}
