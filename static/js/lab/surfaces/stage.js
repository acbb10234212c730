/**
 * A surface from above and as a landscape, its paths played over both, and what belongs beside them.
 */

import { ContourChart } from "../charts/contours.js";
import { Figures } from "../charts/figures.js";
import { Heights } from "../charts/heights.js";
import { Playback } from "../charts/playback.js";
import { figure } from "../charts/scale.js";
import { TerrainChart } from "../charts/terrain.js";
import { html } from "../elements.js";
import { NAMES } from "./racing.js";

/** Places on a side of the table of a surface. */
const TABLE = 9;

/** One such pair of charts. */
export class SurfaceStage {
  #contours;
  #terrain;
  #playback;
  #courseFigures;
  #surfaceFigures;
  /** @type {number[][]} */
  #steps = [];

  /**
   * @param {HTMLElement} root
   * @param {string} label what is seen
   * @param {((place: [number, number]) => void) | null} [onPlace] a start was chosen
   */
  constructor(root, label, onPlace = null) {
    const [above, beside] = ["From above", "As a landscape: drag to turn it"].map((words) =>
      html("figure", { class: "surface-chart" }, html("figcaption", {}, words)),
    );
    root.append(html("div", { class: "surface-charts" }, above, beside));
    this.#contours = new ContourChart(above, `${label}, from above`, onPlace);
    this.#terrain = new TerrainChart(beside, `${label}, as a landscape`);
    this.#playback = new Playback(
      root,
      (moment) => this.#at(moment),
      (step) => `step ${this.#stepOf(step)}`,
    );
    this.#courseFigures = new Figures(root, "the paths, step by step");
    this.#surfaceFigures = new Figures(root, "the losses of the surface");
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
    this.#courseFigures.show(() => courseTable(tracks, this.#steps));
    this.#surfaceFigures.show(() => surfaceTable(surface));
    this.#playback.begin(Math.max(0, ...tracks.map(({ path }) => path.length - 1)));
  }

  /** It is not seen any more. */
  hide() {
    this.#playback.stop();
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
