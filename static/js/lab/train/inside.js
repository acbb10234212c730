/**
 * What is inside of one run's network: its first weights, its layers' activations and gradients.
 */

import { BarChart } from "../charts/bars.js";
import { Figures } from "../charts/figures.js";
import { Histogram } from "../charts/histogram.js";
import { figure } from "../charts/scale.js";
import { html } from "../elements.js";
import { bytesOf, drawWeights } from "./pixels.js";
import { layerName, percent, unitWords } from "./words.js";

/** The weights of the first layer's first units, as pictures. */
export class WeightsPart {
  #canvas = html("canvas", { class: "weights pixels", role: "img", "aria-label": "No weights yet" });
  #about = html("p", { class: "quiet" });
  #figures;

  /** @param {HTMLElement} root */
  constructor(root) {
    root.append(html("h4", {}, "What the first layer looks for"), this.#canvas, this.#about);
    this.#figures = new Figures(root, "Weights of the first layer");
  }

  /** @param {any} frame */
  show({ weights: { count, side, scale, pictures }, layers }) {
    const cells = side ** 2;
    const weights = new Int8Array(bytesOf(pictures).buffer);
    const units = layers.length === 1 ? "ten digits" : `${count} of ${layers[0].units} units`;
    this.#canvas.setAttribute("aria-label", `Weights of ${units}, as pictures of ${side} by ${side}`);
    drawWeights(this.#canvas, weights, side, count === 10 ? 5 : 4);
    this.#about.textContent = `${units}; red speaks for, blue against. The strongest colour is ±${figure(scale)}.`;
    this.#figures.show(() => ({
      heads: ["Unit", "Lowest", "Highest", "Mean size"],
      rows: Array.from({ length: count }, (_, unit) => {
        const own = [...weights.subarray(unit * cells, (unit + 1) * cells)].map((one) => (one * scale) / 127);
        const size = own.reduce((sum, one) => sum + Math.abs(one), 0) / cells;
        return [unit + 1, figure(Math.min(...own)), figure(Math.max(...own)), figure(size)];
      }),
    }));
  }
}

/** The layers: how their activations are spread, which units are of no use, how long their gradients are. */
export class LayersPart {
  #list = html("div", { class: "layers-list" });
  /** @type {{histogram: Histogram, words: HTMLElement}[]} */
  #layers = [];
  #gradients;
  #figures;

  /** @param {HTMLElement} root */
  constructor(root) {
    root.append(html("h4", {}, "Activations, layer by layer"), this.#list);
    this.#figures = new Figures(root, "Activations");
    root.append(html("h4", {}, "Length of the gradient, layer by layer"));
    this.#gradients = new BarChart(root, "Length of the gradient of each layer’s weights");
  }

  /** @param {any} frame */
  show({ layers }) {
    const names = layers.map((layer, i) => layerName(layer, i === layers.length - 1 ? 0 : i + 1));
    if (this.#layers.length === 0) this.#layers = names.map((name) => this.#layer(name));
    layers.forEach((layer, i) => {
      this.#layers[i].histogram.show(layer.histogram, layer.low, layer.high);
      this.#layers[i].words.textContent = unitWords(layer);
      this.#layers[i].words.toggleAttribute("data-bad", (layer.dead ?? 0) + (layer.saturated ?? 0) > layer.units / 4);
    });
    const gradients = layers.map(({ gradient }, i) => ({
      name: i === layers.length - 1 ? "output" : `hidden ${i + 1}`,
      value: gradient ?? 0,
      words: figure(gradient),
    }));
    this.#gradients.show(gradients, Math.max(...gradients.map(({ value }) => value)));
    this.#figures.show(() => ({
      heads: ["Layer", "From", "To", "Share"],
      rows: layers.flatMap((layer, i) => stretches(layer, names[i])),
    }));
  }

  #layer(name) {
    const element = html("div", { class: "layer" }, html("h5", {}, name));
    const histogram = new Histogram(element, `How the activations are spread. ${name}`);
    const words = html("p", { class: "quiet" });
    element.append(words);
    this.#list.append(element);
    return { histogram, words };
  }
}

function stretches({ histogram, low, high }, name) {
  const wide = (high - low) / histogram.length;
  return histogram.map((share, i) => [name, figure(low + i * wide), figure(low + (i + 1) * wide), percent(share)]);
}
