/**
 * Calls to the service: ink out, reading in, or an error that says whether asking again can help.
 *
 * @typedef {{strokes: number[][][], picture?: undefined} | {picture: Blob, strokes?: undefined}} Submission ink as it is sent
 *
 * @typedef {object} Reading what POST /predict replies
 * @property {number | null} digit null where the verdict is "blank" or "not_a_digit"
 * @property {number[]} probabilities ten, that sum to 1
 * @property {number} confidence
 * @property {"digit" | "uncertain" | "not_a_digit" | "blank"} verdict
 * @property {{digit: number, probability: number}[]} alternatives
 * @property {number[][]} input 28 rows of 28 greys, 255 is ink
 * @property {NumberReading | null} number the digits side by side; null where the ink is one digit or none
 * @property {{code: string, text: string}} [hint] why the verdict is not "digit", if that can be told
 * @property {any} [trace] these as /docs has them, where they were asked for
 * @property {any} [activations]
 * @property {any} [inside]
 * @property {any} [occlusion]
 * @property {any} [without_stroke]
 *
 * @typedef {object} NumberReading
 * @property {string} text
 * @property {{sign: string, box: number[], line: number, place: number}[]} signs
 * @property {{digit: number | null, confidence: number, verdict: string, probabilities: number[], box: number[], input: number[][]}[]} digits
 */

import { heldKey } from "./key.js";

/** The service's path at a proxy. */
export const ROOT = document.documentElement.dataset.root ?? "";

/** What the page shows of every answer. */
export const PARTS = ["input", "number"];

/** A reply that takes longer than this, in milliseconds, is no live answer: the server counts as away. */
const PATIENCE = 10_000;

/** What can pass if one asks again: no server, an overloaded one, a broken one. */
const PASSING = new Set([408, 425, 429]);

/** The service understood and said no: asking the same again is of no use. */
export class Refused extends Error {}

/** The service reads for those who have a key. `isWrong` says whether one was sent. */
export class KeyWanted extends Refused {
  isWrong = heldKey() !== null;
}

/** No answer for now. `kind` is "away", "busy" or "broken"; `wait` is what the server asked for, in milliseconds. */
export class Unavailable extends Error {
  constructor(kind, wait = 0) {
    super(kind);
    this.kind = kind;
    this.wait = wait;
  }
}

/**
 * Ask what digit the ink is, or which number, with the picture the network saw.
 *
 * @param {Submission} ink
 * @param {AbortSignal} signal ends the request when nobody wants its answer any more
 * @param {string[]} [include] optional parts of the reply
 * @param {number | null} [digit] the one that is explained, if not the likeliest
 * @returns {Promise<Reading>}
 * @throws {Refused | Unavailable}
 */
export async function predict(ink, signal, include = PARTS, digit = null) {
  const query = new URLSearchParams({ include: include.join(",") });
  if (digit !== null) query.set("digit", String(digit));
  const reply = await ask(`/predict?${query}`, posted(ink), signal);
  return promised(reply.probabilities?.length === 10 && reply);
}

/**
 * Ask for the weights of a unit.
 *
 * @returns {Promise<{bias: number, weights: number[]}>}
 * @throws {Refused | Unavailable}
 */
export async function weightsOf(layer, unit, signal) {
  return ask(`/model/layers/${layer}/units/${unit}`, {}, signal);
}

function posted(ink) {
  const [type, body] = ink.picture
    ? [ink.picture.type, ink.picture]
    : ["application/json", JSON.stringify({ strokes: ink.strokes })];
  const key = heldKey();
  return { method: "POST", headers: { "Content-Type": type, ...(key && { "X-API-Key": key }) }, body };
}

async function ask(address, options, signal) {
  const response = await fetched(address, { ...options, signal: withTimeout(signal) });
  if (response.ok) return promised(await response.json().catch(() => null));
  if (response.status >= 500 || PASSING.has(response.status)) {
    throw new Unavailable(isBusy(response.status) ? "busy" : "broken", retryAfter(response));
  }
  throw new (response.status === 401 ? KeyWanted : Refused)(await problem(response));
}

async function fetched(address, options) {
  try {
    return await fetch(ROOT + address, options);
  } catch {
    throw new Unavailable("away");
  }
}

/** Whichever comes first; a browser without AbortSignal.any goes without the time limit. */
function withTimeout(signal) {
  return AbortSignal.any ? AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) : signal;
}

/** A proxy's page in place of a reply, or one cut short, is no answer either. */
function promised(reply) {
  if (!reply) throw new Unavailable("broken");
  return reply;
}

/** @returns {Promise<string>} the detail of an RFC 9457 problem document, or the bare status */
async function problem(response) {
  const { detail, title } = await response.json().catch(() => ({}));
  return detail || title || `The service refused the ink (${response.status}).`;
}

function isBusy(status) {
  return status === 429 || status === 503;
}

function retryAfter(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : 0;
}
