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
const PAD_KEY = "digits.pad";

/** Drawings with their answers, in a storage that outlives a reload. */
export class Collection {
  #storage;
  #onChange;
  /** @type {Kept[]} */
  #drawings;

  /**
   * @param {() => Pick<Storage, "getItem" | "setItem">} storage such as sessionStorage
   * @param {(drawings: readonly Kept[]) => void} [onChange] told of them at first and after each change
   */
  constructor(storage, onChange = () => {}) {
    this.#storage = storage;
    this.#onChange = onChange;
    this.#drawings = read(storage);
    onChange(this.#drawings);
  }

  /** @returns {readonly Kept[]} */
  get drawings() {
    return this.#drawings;
  }

  /**
   * Keep a drawing, or say what it is if the newest is the same one.
   *
   * @param {number[][][]} strokes
   * @param {string} answer
   * @param {string} [label]
   */
  add(strokes, answer, label) {
    const newest = this.#drawings[0];
    if (JSON.stringify(newest?.strokes) === JSON.stringify(strokes)) {
      if (label !== undefined) this.relabel(newest.id, label);
      return;
    }
    const id = 1 + Math.max(0, ...this.#drawings.map((one) => one.id));
    this.#drawings = [{ id, strokes, answer, label: label ?? answer }, ...this.#drawings].slice(0, MOST);
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

  /** The strokes that were left on the pad, for the page after a reload. @returns {number[][][]} */
  get onPad() {
    const strokes = parsed(this.#storage, PAD_KEY);
    const isNumber = (value) => Number.isFinite(value);
    const isStroke = (stroke) =>
      Array.isArray(stroke) && stroke.every((point) => point?.length === 2 && point.every?.(isNumber));
    return strokes.every(isStroke) ? strokes : [];
  }

  set onPad(strokes) {
    this.#write(PAD_KEY, strokes);
  }

  #save() {
    this.#write(KEY, this.#drawings);
    this.#onChange(this.#drawings);
  }

  /** Private windows, sandboxes and full disks refuse: drawings then last as long as the page. */
  #write(key, value) {
    try {
      this.#storage().setItem(key, JSON.stringify(value));
    } catch {
      // said above
    }
  }
}

function read(storage) {
  return parsed(storage, KEY).filter((one) => Array.isArray(one?.strokes) && typeof one.label === "string");
}

/** The list under a key; none where there is none, or no storage, or rubbish in it. */
function parsed(storage, key) {
  try {
    const list = JSON.parse(storage().getItem(key) ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
