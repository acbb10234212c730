/**
 * The state of the page, in one place: who changes a part of it sets it here, and who shows that part follows it.
 *
 * @typedef {import("./api.js").Submission} Submission
 * @typedef {import("./api.js").Reading} Reading
 *
 * @typedef {{kind: "blank"} | {kind: "reading", reading?: Reading} | {kind: "soFar", reading: Reading} | {kind: "read", reading: Reading}
 *     | {kind: "refused", error: Error} | {kind: "unavailable", error: import("./api.js").Unavailable}} Outcome what came of the ink: "soFar" is of less ink than there is, and so is the reading that is there while another is awaited
 *
 * @typedef {object} State
 * @property {Submission | null} ink on the sheet, as it is sent; null for a clean one
 * @property {boolean} isOpen whether the pen is still at it
 * @property {ImageBitmap | null} bitmap the picture on the sheet, if that is what the ink is
 * @property {Outcome} outcome
 * @property {number | null} explained the digit that the panels are about; null for the likeliest
 * @property {boolean} watched whether drawings are to be seen on their way to the answer
 * @property {readonly import("./collection.js").Kept[]} kept drawings of this visit, the newest first
 */

/** @type {State} */
const FIRST = {
  ink: null,
  isOpen: false,
  bitmap: null,
  outcome: { kind: "blank" },
  explained: null,
  watched: false,
  kept: [],
};

/** Holds the state and tells of changes. */
export class Store {
  #now = FIRST;
  /** @type {{names: (keyof State)[], show: (now: State) => void}[]} */
  #followers = [];

  /** @returns {Readonly<State>} */
  get now() {
    return this.#now;
  }

  /** Change some of it. Whoever follows one of these parts is told, unless they are what they were. @param {Partial<State>} parts */
  set(parts) {
    const before = this.#now;
    this.#now = { ...before, ...parts };
    for (const { names, show } of this.#followers) {
      if (names.some((name) => name in parts && parts[name] !== before[name])) show(this.#now);
    }
  }

  /** Be told whenever one of these parts has changed. @param {(keyof State)[]} names @param {(now: State) => void} show */
  follow(names, show) {
    this.#followers.push({ names, show });
  }
}
