/**
 * The drawings of this visit, the newest first. They stay in this tab; nothing of them is sent anywhere to be kept.
 *
 * @typedef {object} Kept
 * @property {number} id
 * @property {number[][][]} strokes
 * @property {string} answer what was read
 * @property {string} label what it is: the answer, until someone says otherwise
 */

/** The oldest go when there are more. */
const MOST = 60;

const KEY = "digits.drawings";

/** Drawings with their answers, in a storage that outlives a reload. */
export class Collection {
  #storage;
  /** @type {Kept[]} */
  #drawings;

  /** @param {() => Pick<Storage, "getItem" | "setItem">} storage such as sessionStorage */
  constructor(storage) {
    this.#storage = storage;
    this.#drawings = read(storage);
  }

  /** @returns {readonly Kept[]} */
  get drawings() {
    return this.#drawings;
  }

  /** Keep a drawing, unless the newest is the same one. */
  add(strokes, answer) {
    if (JSON.stringify(this.#drawings[0]?.strokes) === JSON.stringify(strokes)) return;
    const id = 1 + Math.max(0, ...this.#drawings.map((one) => one.id));
    this.#drawings = [{ id, strokes, answer, label: answer }, ...this.#drawings].slice(0, MOST);
    this.#save();
  }

  /** Say what a drawing really is. */
  relabel(id, label) {
    this.#drawings = this.#drawings.map((one) => (one.id === id ? { ...one, label } : one));
    this.#save();
  }

  /** Forget a drawing. */
  remove(id) {
    this.#drawings = this.#drawings.filter((one) => one.id !== id);
    this.#save();
  }

  /** Private windows, sandboxes and full disks refuse: drawings then last as long as the page. */
  #save() {
    try {
      this.#storage().setItem(KEY, JSON.stringify(this.#drawings));
    } catch {
      // said above
    }
  }
}

function read(storage) {
  try {
    const drawings = JSON.parse(storage().getItem(KEY) ?? "[]");
    return drawings.filter(({ strokes, label }) => Array.isArray(strokes) && typeof label === "string");
  } catch {
    return [];
  }
}
