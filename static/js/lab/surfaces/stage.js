/**
 * A surface from above and as a landscape, its paths played over both, and what belongs beside them.
 */

import { ContourChart } from "../charts/contours.js";
import { Figures } from "../charts/figures.js";
import { Heights } from "../charts/heights.js";
import { figure } from "../charts/scale.js";
import { TerrainChart } from "../charts/terrain.js";
import { html } from "../elements.js";
import { Playback } from "./playback.js";
import { NAMES } from "./racing.js";

/** Places on a side of the table of a surface. */
const TABLE = 9;

/** Heights whose losses are told beside the colours. */
const SCALE = [0, 0.25, 0.5, 0.75, 1];

/** One such pair of charts. */
export class SurfaceStage {
  #contours;
  #terrain;
  #playback;
  #scale = html("ol", { class: "depth-scale" });
  /** @type {Figures[]} */
  #figures = [];
  /** @type {(() => {heads: string[], rows: (string | number)[][]})[]} */
  #tables = [];
  /** @type {number[][]} */
  #steps = [];

  /**
   * @param {HTMLElement} root
   * @param {string} label what is seen
   * @param {string} marks what the map's signs stand for
   * @param {((place: [number, number]) => void) | null} [onPlace] a start was chosen
   */
  constructor(root, label, marks, onPlace = null) {
    const [above, beside] = [`From above: ${marks}`, "As a landscape: drag it, or press arrow keys, to turn it"].map(
      (words) => html("figure", { class: "surface-chart" }, html("figcaption", {}, words)),
    );
    root.append(html("div", { class: "surface-charts" }, above, beside));
    this.#contours = new ContourChart(above, `${label}, from above`, onPlace);
    this.#terrain = new TerrainChart(beside, `${label}, as a landscape`);
    this.#playback = new Playback(
      root,
      (moment) => this.#at(moment),
      (step) => `step ${this.#stepOf(step)}`,
    );
    above.append(html("div", { class: "depth-legend" }, html("span", {}, "Loss"), this.#scale));
  }

  /** What is seen as tables. @param {HTMLElement} root they are appended to this */
  addFigures(root) {
    this.#figures = ["the paths, step by step", "the losses of the surface"].map((title) => new Figures(root, title));
    this.#fillFigures();
  }

  /**
   * @param {any} result of a job
   * @param {[string, string]} axes
   * @param {(course: any) => number} colour of a course, from 1 to 6
   */
  show(result, axes, colour) {
    const { x, y, losses, minima, courses } = result;
    const heights = new Heights(
      losses,
      minima.map(({ loss }) => loss),
    );
    const surface = { x, y, losses, minima, axes, heights };
    const tracks = courses.map((course) => ({
      name: NAMES[course.optimizer] ?? course.optimizer,
      colour: colour(course),
      path: course.path,
      losses: course.losses,
    }));
    this.#steps = courses.map(({ path, steps }) => steps ?? path.map((_, i) => i));
    this.#contours.show(surface, tracks);
    this.#terrain.show(surface, tracks);
    this.#tables = [() => courseTable(tracks, this.#steps), () => surfaceTable(surface)];
    this.#fillFigures();
    this.#scale.replaceChildren(...SCALE.map((height) => html("li", {}, figure(heights.loss(height)))));
    this.#playback.begin(Math.max(0, ...tracks.map(({ path }) => path.length - 1)));
  }

  /** It is not seen any more. */
  hide() {
    this.#playback.stop();
  }

  #fillFigures() {
    for (const [i, table] of this.#tables.entries()) this.#figures[i]?.show(table);
  }

  #at(moment) {
    this.#contours.at(moment);
    this.#terrain.at(moment);
  }

  #stepOf(index) {
    const longest = this.#steps.reduce((most, one) => (one.length > most.length ? one : most), []);
    return longest[Math.min(index, longest.length - 1)] ?? 0;
  }
}

/** A row for each step at which anybody has a place. */
function courseTable(tracks, steps) {
  const all = [...new Set(steps.flat())].sort((one, other) => one - other);
  const row = (step) =>
    tracks.flatMap(({ path, losses }, i) => {
      const at = steps[i].indexOf(step);
      return at < 0 || !path[at] ? ["–", "–", "–"] : [...path[at], losses[at]].map(figure);
    });
  return {
    heads: ["step", ...tracks.flatMap(({ name }) => [`${name}: x`, "y", "loss"])],
    rows: all.map((step) => [step, ...row(step)]),
  };
}

function surfaceTable({ x, y, losses }) {
  const some = (axis) => Array.from({ length: TABLE }, (_, i) => Math.round((i * (axis.length - 1)) / (TABLE - 1)));
  return {
    heads: ["y \\ x", ...some(x).map((i) => figure(x[i]))],
    rows: some(y).map((j) => [figure(y[j]), ...some(x).map((i) => figure(losses[j][i]))]),
  };
}
