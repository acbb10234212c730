/**
 * From losses to heights between 0 and 1, by a logarithm that begins at the lowest: valleys and cliffs are both seen. Pure.
 */

/** The share of the losses that lie in the part of the scale where it is about even. */
const EVEN_SHARE = 0.04;

/** No less of the range than this is even: rounding makes no hills. */
const LEAST_EVEN = 1e-4;

/** A scale for one surface. */
export class Heights {
  #even;
  #span;

  /**
   * @param {readonly (readonly (number | null)[])[]} losses null where they are no number
   * @param {readonly number[]} [others] that are to have a height as well, such as those of minima between the grid's places
   */
  constructor(losses, others = []) {
    const known = losses.flat().filter((loss) => loss !== null);
    known.sort((one, other) => one - other);
    this.lowest = others.reduce((least, one) => Math.min(least, one), known[0] ?? 0);
    this.highest = known.at(-1) ?? this.lowest;
    const range = this.highest - this.lowest || 1;
    const even = known[Math.floor(EVEN_SHARE * known.length)] - this.lowest;
    this.#even = Math.max(even || 0, LEAST_EVEN * range);
    this.#span = Math.log1p(range / this.#even);
  }

  /** @param {number | null} loss @returns {number} 0 for the lowest, 1 for the highest, for all above and for none */
  of(loss) {
    if (loss === null) return 1;
    const height = Math.log1p(Math.max(0, loss - this.lowest) / this.#even) / this.#span;
    return Math.min(1, height);
  }

  /** @param {number} height @returns {number} the loss that has it */
  loss(height) {
    return this.lowest + this.#even * Math.expm1(height * this.#span);
  }
}
