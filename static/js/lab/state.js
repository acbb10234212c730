/**
 * The knobs of up to three runs as text in the page's fragment, and back. Pure; the table of kinds drives both ways.
 *
 * @typedef {object} Knob as `GET /lab/about` has it
 * @property {string} key
 * @property {string} group
 * @property {string} label
 * @property {string} about
 * @property {string} formula
 * @property {"units" | "choice" | "number" | "whole" | "batch" | "switch"} kind
 * @property {string[]} [choices]
 * @property {number} [low]
 * @property {number} [high]
 * @property {any} default null for what the optimizer usually has, or all of what there is
 * @property {Record<string, number>} [usual] by optimizer
 *
 * @typedef {Record<string, any>} Run a value for each knob, by its key
 */

/** What the keys of the first, second and third run begin with. */
export const PREFIXES = ["", "b.", "c."];

/** In place of a value that is null. */
const USUAL = "usual";

/** @type {Record<string, {allowed: (knob: any, limits: any) => string, read: (text: string, knob: any, limits: any) => any}>} */
const KINDS = {
  units: {
    allowed: ({ low, high }, { layers }) => `up to ${layers} whole numbers from ${low} to ${high}, such as 64,32`,
    read: (text, knob, { layers }) => {
      const parts = text.trim() === "none" ? [] : text.split(/[\s,]+/).filter((one) => one !== "");
      const units = parts.map((part) => whole(part, knob));
      return units.length <= layers && !units.includes(null) ? units : null;
    },
  },
  choice: {
    allowed: ({ choices }) => choices.join(", "),
    read: (text, { choices }) => (choices.includes(text) ? text : null),
  },
  number: { allowed: (knob) => `a number ${within(knob)}`, read: number },
  whole: { allowed: (knob) => `a whole number ${within(knob)}`, read: whole },
  batch: {
    allowed: (knob) => `a whole number ${within(knob)}, or full`,
    read: (text, knob) => (text.trim() === "full" ? "full" : whole(text, knob)),
  },
  switch: { allowed: () => "true or false", read: (text) => ({ true: true, false: false })[text] ?? null },
};

/** The runs begin with these. @param {Knob[]} knobs @returns {Run} */
export function defaults(knobs) {
  return Object.fromEntries(knobs.map((knob) => [knob.key, knob.default]));
}

/**
 * @param {Knob} knob
 * @param {string} text
 * @param {{layers: number}} limits
 * @returns {any} its value
 * @throws {RangeError} says what is wrong and what is allowed
 */
export function readKnob(knob, text, limits) {
  if (knob.default === null && [USUAL, ""].includes(text.trim())) return null;
  const { read, allowed } = KINDS[knob.kind];
  const value = read(text, knob, limits);
  if (value === null) throw new RangeError(`${knob.label} must be ${allowed(knob, limits)}; “${text}” is not.`);
  return value;
}

/** @param {any} value @returns {string} as `readKnob` takes it */
export function writeKnob(value) {
  return value === null ? USUAL : String(value);
}

/** @param {any} value @param {any} other of the same knob */
export function isSame(value, other) {
  return writeKnob(value) === writeKnob(other);
}

/** The knobs of a run that differ from those of another. @param {Run} run @param {Run} other @returns {string[]} keys */
export function differing(run, other) {
  return Object.keys(run).filter((key) => !isSame(run[key], other[key]));
}

/**
 * @param {URLSearchParams} fragment
 * @param {Knob[]} knobs
 * @param {{layers: number, runs: number}} limits
 * @returns {{runs: Run[], complaints: string[]}} what is no value of its knob is left as it was, and complained of
 */
export function readRuns(fragment, knobs, limits) {
  const complaints = [];
  const runs = [];
  for (const prefix of PREFIXES.slice(0, limits.runs)) {
    const given = knobs.filter(({ key }) => fragment.has(prefix + key));
    if (prefix !== "" && given.length === 0) continue;
    const run = { ...(runs[0] ?? defaults(knobs)) };
    for (const knob of given) {
      try {
        run[knob.key] = readKnob(knob, fragment.get(prefix + knob.key) ?? "", limits);
      } catch (error) {
        complaints.push(/** @type {RangeError} */ (error).message);
      }
    }
    runs.push(run);
  }
  return { runs, complaints };
}

/**
 * @param {Run[]} runs
 * @param {Knob[]} knobs
 * @returns {Record<string, string | null>} what of the fragment they set; null for keys that are not in it
 */
export function writeRuns(runs, knobs) {
  const entries = {};
  for (const [i, prefix] of PREFIXES.entries()) {
    const [run, base] = [runs[i], i === 0 ? defaults(knobs) : runs[0]];
    const changed = run ? differing(run, base) : [];
    // A run that is the same as the first is there as well.
    const named = run && i > 0 && changed.length === 0 ? [knobs[0].key] : changed;
    for (const { key } of knobs) entries[prefix + key] = named.includes(key) ? writeKnob(run[key]) : null;
  }
  return entries;
}

/** What the service is told of a run: what is not as usual. @param {Run} run @param {Knob[]} knobs @returns {Run} */
export function asJob(run, knobs) {
  return Object.fromEntries(differing(run, defaults(knobs)).map((key) => [key, run[key]]));
}

function within({ low, high }) {
  return high === null ? `of at least ${low}` : `from ${low} to ${high}`;
}

function number(text, { low, high }) {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && (low ?? -Infinity) <= value && value <= (high ?? Infinity) ? value : null;
}

function whole(text, knob) {
  const value = number(text, knob);
  return Number.isInteger(value) ? value : null;
}
