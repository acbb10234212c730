/**
 * The page's colours for canvases, and the dashes by which lines are told apart as well.
 */

/** Of the first to the sixth line, in pixels. */
export const DASHES = [[], [9, 4], [2, 4], [12, 4, 2, 4], [5, 3], [16, 5]];

/** How many colours lead from the lowest to the highest. */
const DEPTHS = 4;

/** Colours as they are now: another theme has others. */
export class Palette {
  #style;
  #depths;
  #shade;

  /** @param {Element} element whose they are */
  constructor(element) {
    this.#style = getComputedStyle(element);
    this.#shade = channels(this.colour("depth-shade"));
    this.#depths = Array.from({ length: DEPTHS }, (_, i) => channels(this.colour(`depth-${i + 1}`)));
  }

  /** @param {string} name of a custom property, without its dashes */
  colour(name) {
    return this.#style.getPropertyValue(`--${name}`).trim();
  }

  /** @param {number} number from 1 to 6 */
  series(number) {
    return this.colour(`series-${number}`);
  }

  /** @param {number} height 0 to 1 @param {number} [light] 1 as it is, less for what lies in the shade @returns {number[]} red, green, blue */
  depth(height, light = 1) {
    const place = Math.min(Math.max(height, 0), 1) * (DEPTHS - 1);
    const lower = Math.min(Math.floor(place), DEPTHS - 2);
    return this.#depths[lower].map((from, i) => {
      const lit = from + (place - lower) * (this.#depths[lower + 1][i] - from);
      return light * lit + (1 - light) * this.#shade[i];
    });
  }
}

/** @param {string} hex such as #1f5fd6 */
function channels(hex) {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16) || 0);
}
