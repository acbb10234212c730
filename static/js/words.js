/**
 * What the page says, in words. Pure: readings and errors in, text out.
 */

/** A second guess is named from this probability on. */
const WORTH_NAMING = 0.1;

/** Nothing is ever fully certain, so no number says so. */
const NEARLY_ONE = 0.999;

/** @param {import("./api.js").Reading} reading @returns {string} "that’s a 7", "probably 7, maybe 1", ... */
export function verdictWords(reading) {
  if (reading.verdict === "blank") return "draw something";
  if (reading.verdict === "not_a_digit") return "not a digit";
  if (reading.verdict === "uncertain") return `probably ${reading.digit}${maybeWords(reading.alternatives)}`;
  return `that’s ${reading.digit === 8 ? "an" : "a"} ${reading.digit}`;
}

const NAMES = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** @param {import("./api.js").NumberReading} number @returns {{verdict: string, detail: string}} */
export function numberWords({ text, digits }) {
  const isSure = digits.every(({ verdict }) => verdict === "digit");
  const least = Math.min(...digits.map(({ confidence }) => confidence), NEARLY_ONE);
  const count = `${NAMES[digits.length] ?? digits.length} ${digits.length === 1 ? "digit" : "digits"}`;
  const detail = `${count}, the least sure ${percent(least)}`;
  return { verdict: `${isSure ? "that’s" : "probably"} ${text.replaceAll("\n", ", ")}`, detail };
}

/** What may be done about ink that was refused or doubted, by the code of the service's hint. */
const HINTS = new Map([
  ["too_faint", "Too faint to be told from the paper: write darker, or go closer."],
  ["nothing_stands_out", "Nothing stands out from the paper."],
  ["frame_or_rules_removed", "A frame, rules or an edge were taken away: crop it to the ink."],
  ["part_of_a_larger_picture", "Only a part was read: crop it to the digit."],
]);

/** @param {import("./api.js").Reading} reading @returns {string} the line under the verdict */
export function detailWords(reading) {
  const hint = HINTS.get(reading.hint?.code ?? "");
  if (reading.verdict === "blank") return hint ?? "The answer appears while you draw.";
  if (reading.verdict === "not_a_digit") return hint ?? "It looks like none of the ten.";
  if (reading.confidence > NEARLY_ONE) return `more than ${percent(NEARLY_ONE)} sure`;
  return `${percent(reading.confidence)} sure`;
}

/** @param {import("./store.js").Outcome} outcome @returns {string} the digits that were read, if only of a part of the ink; "?" for none */
export function answerWords(outcome) {
  const reading = "reading" in outcome ? outcome.reading : undefined;
  return reading?.number?.text ?? String(reading?.digit ?? "?");
}

/** What is said of ink that is being read. */
export const READING = { verdict: "reading …", detail: "" };

/** @param {Error & {isWrong?: boolean}} error a Refused one @returns {{verdict: string, detail: string}} */
export function refusedWords({ message, isWrong }) {
  if (isWrong === undefined) return { verdict: "can’t read this", detail: message };
  const verdict = isWrong ? "the key is wrong" : "a key is wanted";
  return { verdict, detail: "Your ink is kept. It is read once there is a key." };
}

/** @param {string} kind of an Unavailable error @returns {{verdict: string, detail: string}} */
export function unavailableWords(kind) {
  const verdict = {
    away: "can’t reach the server",
    busy: "the server is busy",
    broken: "the server has a problem",
  }[kind];
  return { verdict, detail: "Your ink is kept. Trying again until it answers." };
}

/** "99.7 %", never rounded up to certainty. */
export function percent(probability) {
  const shown = Math.min(probability, 1) === 1 ? 100 : Math.floor(probability * 1000) / 10;
  return `${shown.toFixed(1)}\u2009%`;
}

function maybeWords(alternatives) {
  const [likeliest, ...others] = alternatives;
  if (likeliest === undefined) return "";
  const named = [likeliest, ...others.filter(({ probability }) => probability >= WORTH_NAMING)];
  return `, maybe ${named
    .slice(0, 2)
    .map(({ digit }) => digit)
    .join(" or ")}`;
}
