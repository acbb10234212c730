/**
 * Racers as text in the page's fragment, and back; how their ends are called. Pure.
 *
 * @typedef {Record<string, number | null>} Racers optimizer to learning rate, null for its usual one
 */

/** How optimizers are called. */
export const NAMES = {
  sgd: "Gradient descent",
  momentum: "Momentum",
  nesterov: "Nesterov",
  adagrad: "Adagrad",
  rmsprop: "RMSProp",
  adam: "Adam",
};

/**
 * @param {string | null} text such as "sgd:0.02,adam"
 * @param {readonly string[]} known optimizers
 * @param {readonly string[]} usual those who race where the text names nobody
 * @returns {Racers}
 */
export function readRacers(text, known, usual) {
  const named = (text ?? "").split(",").map((one) => one.trim().split(":"));
  const racers = named.filter(([name]) => known.includes(name)).map(([name, rate]) => [name, readNumber(rate, null)]);
  return racers.length > 0 ? Object.fromEntries(racers) : Object.fromEntries(usual.map((name) => [name, null]));
}

/** @param {Racers} racers @returns {string} as `readRacers` takes it */
export function writeRacers(racers) {
  return Object.entries(racers)
    .map(([name, rate]) => (rate === null ? name : `${name}:${rate}`))
    .join(",");
}

/**
 * @template T
 * @param {string | null | undefined} text
 * @param {T} usual where the text is no number above the least
 * @param {number} [least]
 * @returns {number | T}
 */
export function readNumber(text, usual, least = Number.MIN_VALUE) {
  const value = text ? Number(text) : Number.NaN;
  return Number.isFinite(value) && value >= least ? value : usual;
}

/** @param {string | null} text such as "-1.2,1" @returns {[number, number] | null} */
export function readPlace(text) {
  const [x, y, ...more] = (text ?? "").split(",").map((one) => (one.trim() === "" ? Number.NaN : Number(one)));
  return more.length === 0 && Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null;
}

const ENDINGS = {
  "global minimum": "★ global minimum",
  "local minimum": "▼ local minimum",
  "saddle or plateau": "saddle or plateau: no slope",
  moving: "still on its way",
  diverged: "diverged: beyond all bounds",
};

/** @param {string} ending as the service has it @returns {string} */
export function endingWords(ending) {
  return ENDINGS[ending] ?? ending;
}
