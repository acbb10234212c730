/**
 * One training from the press of the button to its end: what the service tells of it, and what it is told to do.
 *
 * @typedef {"idle" | "asking" | "waiting" | "training" | "paused" | "ended" | "closed" | "refused"} Phase
 */

import { command, LabError } from "../client.js";
import { Record } from "./record.js";
import { refusalWords, sentence, waitingWords } from "./words.js";

/** Follows it. Without the page's elements: it calls back when something has changed. */
export class Session {
  /** @type {Phase} */
  phase = "idle";
  /** What there is to say beside the phase. */
  words = "";
  /** The service's name of it. */
  id = "";
  /** @type {Record[]} a run each */
  records = [];
  /** How many images are held out, one of which is watched. */
  validation = 0;
  #jobs;
  #on;
  #abort = new AbortController();
  /** In which it begins. @type {Phase} */
  #first = "training";

  /**
   * @param {import("../client.js").Jobs} jobs
   * @param {{begun: () => void, changed: () => void, frame: () => void, keyWanted: () => void}} on the runs are known;
   *     the phase or the words are others; a run is further; the service wants a key
   */
  constructor(jobs, on) {
    this.#jobs = jobs;
    this.#on = on;
  }

  /** Whether the service can be told of it what to do. */
  get isThere() {
    return ["training", "paused", "ended"].includes(this.phase);
  }

  /** @param {{paused?: boolean}} job as the service takes it */
  async start(job) {
    this.#first = job.paused ? "paused" : "training";
    await this.#take((handlers, signal) => this.#jobs.run(job, handlers, signal));
  }

  /** One that was started from the command line. @param {string} id */
  async follow(id) {
    this.#first = "training";
    await this.#take((handlers, signal) => this.#jobs.follow(id, handlers, signal));
  }

  /** @param {object} what a command @returns {Promise<any>} the reply; null where the service has none */
  async tell(what) {
    try {
      return await command(this.id, what);
    } catch (error) {
      const { message, status } = /** @type {LabError} */ (error);
      if (status === 404) this.#become("closed", "The service no longer has this network: train again.");
      else this.#become(this.phase, sentence(message));
      return null;
    }
  }

  /** Watch another of the held-out digits. @param {number} step so many further */
  watch(step) {
    const number = this.records[0].frame?.watched.number ?? 0;
    this.tell({ do: "watch", number: (number + step + this.validation) % this.validation });
  }

  /** Leave it, and forget all. */
  reset() {
    this.#abort.abort();
    this.id = "";
    this.records = [];
    this.#become("idle", "");
  }

  async #take(follow) {
    this.reset();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#become("asking", "");
    try {
      await follow(this.#handlers(), signal);
      if (!["closed", "refused"].includes(this.phase))
        this.#become("closed", "The service has let go of this network.");
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof LabError)) {
        this.#become(
          "closed",
          "Another view of the lab is at work now, and the service keeps one network a visitor.",
        );
        return;
      }
      this.#become(this.records.length > 0 ? "closed" : "refused", refusalWords(error));
      if (error.status === 401) this.#on.keyWanted();
    }
  }

  /** @returns {import("../client.js").Handlers} */
  #handlers() {
    return {
      waiting: (data) => this.#become("waiting", waitingWords(data)),
      begun: (data) => this.#begin(data),
      state: ({ state }) => this.phase !== "ended" && this.#become(state, ""),
      course: (course) => this.records[course.run].catchUp(course),
      frame: (frame) => {
        this.records[frame.run].add(frame);
        this.#on.frame();
      },
      watched: ({ run, watched }) => {
        const record = this.records[run];
        if (record.frame) record.frame = { ...record.frame, watched };
        this.#on.frame();
      },
      ended: (data) => {
        this.records[data.run].end(data);
        const isOver = this.records.every(({ ended }) => ended !== null);
        this.#become(isOver ? "ended" : this.phase, "");
        this.#on.frame();
      },
      closed: ({ why }) => this.#become("closed", sentence(why)),
    };
  }

  #begin({ id, runs, validation }) {
    this.id = id;
    this.validation = validation;
    this.records = runs.map((info) => new Record(info));
    this.#on.begun();
    this.#become(this.#first, "");
  }

  #become(phase, words) {
    this.phase = phase;
    this.words = words;
    this.#on.changed();
  }
}
