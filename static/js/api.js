/**
 * One call to the service: ink out, reading in, or an error that says whether asking again can help.
 *
 * @typedef {object} Reading what POST /predict replies
 * @property {number | null} digit null where the verdict is "blank" or "not_a_digit"
 * @property {number[]} probabilities ten, that sum to 1
 * @property {number} confidence
 * @property {"digit" | "uncertain" | "not_a_digit" | "blank"} verdict
 * @property {{digit: number, probability: number}[]} alternatives
 * @property {number[][]} input 28 rows of 28 greys, 255 is ink
 */

/** A reply that takes longer than this, in milliseconds, is no live answer: the server counts as away. */
const PATIENCE = 10_000;

/** What can pass if one asks again: no server, an overloaded one, a broken one. */
const PASSING = new Set([408, 425, 429]);

/** The service understood and said no: asking the same again is of no use. */
export class Refused extends Error {}

/** No answer for now. `kind` is "away", "busy" or "broken"; `wait` is what the server asked for, in milliseconds. */
export class Unavailable extends Error {
  constructor(kind, wait = 0) {
    super(kind);
    this.kind = kind;
    this.wait = wait;
  }
}

/**
 * Ask for a reading of the ink, with the picture the network saw.
 *
 * @param {number[][][]} strokes
 * @param {AbortSignal} signal ends the request when nobody wants its answer any more
 * @returns {Promise<Reading>}
 * @throws {Refused | Unavailable}
 */
export async function predict(strokes, signal) {
  const response = await post({ strokes }, signal);
  if (response.ok) return reading(response);
  if (response.status >= 500 || PASSING.has(response.status)) {
    throw new Unavailable(isBusy(response.status) ? "busy" : "broken", retryAfter(response));
  }
  throw new Refused(await problem(response));
}

async function post(body, signal) {
  try {
    return await fetch("/predict?include=input", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: withTimeout(signal),
    });
  } catch {
    throw new Unavailable("away");
  }
}

/** Whichever comes first; a browser without AbortSignal.any goes without the time limit. */
function withTimeout(signal) {
  return AbortSignal.any ? AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) : signal;
}

/** A proxy's page in place of a reading, or one cut short, is no answer either. */
async function reading(response) {
  try {
    const reply = await response.json();
    if (reply.probabilities.length === 10 && reply.input.length === 28) return reply;
  } catch {
    // said below
  }
  throw new Unavailable("broken");
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
