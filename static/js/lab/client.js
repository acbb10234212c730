/**
 * Calls to the lab of the service. One job at a time: another ends the one before, as the service would have it wait.
 *
 * @typedef {Record<string, (data: any) => void>} Handlers what is done with each event, by its name
 */

import { ROOT } from "../api.js";
import { heldKey } from "../key.js";
import { readEvents } from "./events.js";

/** The service said no. Its message is for people; `status` is that of HTTP, 0 where there was no answer. */
export class LabError extends Error {
  /** @param {string} message @param {number} status */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const AWAY = "The server doesn’t answer. Try again in a moment.";

/** What the lab offers. @returns {Promise<any>} as `GET /lab/about` has it @throws {LabError} */
export async function about() {
  return (await asked("/lab/about")).json();
}

/** The weights of one of a job's runs, as a file. @returns {string} its address */
export function weightsAddress(id, run) {
  return `${ROOT}/lab/runs/${id}/weights/${run}`;
}

/** The same as bytes, for those who need a key to have it. @returns {Promise<Blob>} @throws {LabError} */
export async function weightsOf(id, run) {
  return (await asked(`/lab/runs/${id}/weights/${run}`)).blob();
}

/** Tell a job under way what to do. @param {string} id @param {object} what @returns {Promise<any>} @throws {LabError} */
export async function command(id, what) {
  return (await asked(`/lab/runs/${id}`, posted(what))).json();
}

/** Starts jobs, and follows them. */
export class Jobs {
  /** @type {AbortController | null} */
  #current = null;

  /**
   * Start a job and follow it to its end.
   *
   * @param {object} job
   * @param {Handlers} handlers
   * @param {AbortSignal} signal ends the job
   * @throws {LabError} refused, failed or broken off
   */
  async run(job, handlers, signal) {
    await this.#follow("/lab/runs", posted(job), handlers, signal);
  }

  /** Follow one that was started elsewhere; otherwise as `run`. */
  async follow(id, handlers, signal) {
    await this.#follow(`/lab/runs/${encodeURIComponent(id)}`, {}, handlers, signal);
  }

  async #follow(address, options, handlers, signal) {
    this.#current?.abort();
    const own = new AbortController();
    this.#current = own;
    signal.addEventListener("abort", () => own.abort());
    if (signal.aborted) own.abort();
    const response = await asked(address, { ...options, signal: own.signal });
    let failure = "";
    await readEvents(/** @type {ReadableStream<Uint8Array>} */ (response.body), ({ event, data }) => {
      if (own.signal.aborted) return;
      if (event === "failed") failure = data.detail;
      handlers[event]?.(data);
    }).catch((error) => {
      throw own.signal.aborted ? error : new LabError("The connection to the server broke off.", 0);
    });
    if (failure) throw new LabError(failure, 0);
  }
}

function posted(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** @returns {Promise<Response>} @throws {LabError | DOMException} the latter where it was aborted */
async function asked(address, options = /** @type {RequestInit} */ ({})) {
  const key = heldKey();
  const headers = { ...options.headers, ...(key && { "X-API-Key": key }) };
  const response = await fetch(ROOT + address, { ...options, headers }).catch((error) => {
    throw error.name === "AbortError" ? error : new LabError(AWAY, 0);
  });
  if (response.ok) return response;
  const { detail, title } = await response.json().catch(() => ({}));
  throw new LabError(detail || title || `The service refused it (${response.status}).`, response.status);
}
