/**
 * The layers as a picture: the ink, the hidden units that speak loudest, the ten outputs, and what joins them.
 */

const SVG = "http://www.w3.org/2000/svg";

/** The picture's own units. */
const [WIDTH, HEIGHT] = [920, 520];
const CELL = 7;
const RADIUS = 12;
const TOP = 44;
/** Of the ten digits, from the right: their names and logits stand beside them. */
const OUTPUTS = 92;

/** A picture of the network in which hidden units can be opened. */
export class Diagram {
  #svg;
  #onUnit;

  /** @param {SVGElement} svg @param {(layer: number, unit: number) => void} onUnit a hidden unit was opened */
  constructor(svg, onUnit) {
    this.#svg = svg;
    this.#onUnit = onUnit;
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.addEventListener("keydown", (event) => this.#step(event));
  }

  /** @param {import("../api.js").Reading} reading @param {[number, number] | null} chosen the unit that is open */
  show({ input, inside, activations, probabilities }, chosen) {
    const focused = placeOf(document.activeElement);
    const columns = places(inside);
    this.#svg.replaceChildren(
      ...lines(inside, columns),
      inkPicture(input),
      ...headings(inside, columns),
      ...inside.layers.flatMap((layer, i) => this.#units(layer, i, columns[i + 1], chosen)),
      ...outputs(activations.at(-1), probabilities, inside.digit, columns.at(-1)),
    );
    // Who is on the way through the units stays where they are when the same ink is told of again.
    const stop = [`[data-place="${focused}"]`, '[aria-pressed="true"]', ""]
      .map((which) => this.#svg.querySelector(`.node${which}`))
      .find((node) => node);
    stop?.setAttribute("tabindex", "0");
    if (focused) stop?.focus();
  }

  #units({ shown }, layer, column, chosen) {
    const most = Math.max(...shown.map(({ activation }) => Math.abs(activation))) || 1;
    return shown.map(({ unit, activation, contribution }) => {
      const isChosen = chosen?.[0] === layer && chosen?.[1] === unit;
      const [x, y] = column.get(unit);
      const node = create("g", {
        class: `node ${contribution >= 0 ? "for" : "against"}`,
        role: "button",
        tabindex: -1,
        "aria-pressed": String(isChosen),
        "aria-label": `Layer ${layer + 1}, unit ${unit}: ${activation.toFixed(2)}, ${contribution >= 0 ? "for" : "against"}`,
      });
      node.append(
        create("circle", { cx: x, cy: y, r: RADIUS, class: "node-paper" }),
        create("circle", {
          cx: x,
          cy: y,
          r: RADIUS,
          "fill-opacity": (Math.abs(activation) / most).toFixed(3),
          class: "node-fill",
        }),
      );
      node.addEventListener("click", () => this.#open(node, layer, unit));
      node.dataset.place = `${layer}.${unit}`;
      return node;
    });
  }

  #open(node, layer, unit) {
    for (const other of this.#svg.querySelectorAll(".node")) {
      other.setAttribute("aria-pressed", String(other === node));
      other.setAttribute("tabindex", other === node ? "0" : "-1");
    }
    this.#onUnit(layer, unit);
  }

  /** One stop for the tab key; arrows go from unit to unit, Enter and space open. */
  #step(event) {
    const nodes = [...this.#svg.querySelectorAll(".node")];
    const at = nodes.indexOf(document.activeElement);
    if (at < 0) return;
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (next !== undefined) nodes[Math.min(Math.max(next, 0), nodes.length - 1)].focus();
    else if (event.key === "Enter" || event.key === " ")
      this.#open(nodes[at], ...nodes[at].dataset.place.split(".").map(Number));
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") nodes[neighbour(nodes, at, event.key)].focus();
    else return;
    event.preventDefault();
  }
}

/** Of a unit in the picture: its layer and number. */
function placeOf(element) {
  return element instanceof SVGElement ? element.dataset.place : undefined;
}

/** The unit beside this one, in the layer before or after. */
function neighbour(nodes, at, key) {
  const layerOf = (node) => Number(node.dataset.place.split(".")[0]);
  const layer = layerOf(nodes[at]) + (key === "ArrowLeft" ? -1 : 1);
  const inLayer = (wanted) =>
    nodes
      .map((node, i) => [node, i])
      .filter(([node]) => layerOf(node) === wanted)
      .map(([, i]) => i);
  const rank = inLayer(layerOf(nodes[at])).indexOf(at);
  const others = inLayer(layer);
  return others[Math.min(rank, others.length - 1)] ?? at;
}

/** Where everything lies: for the pixels, each hidden layer and the digits a map from index to [x, y]. */
function places({ layers }) {
  const side = 28 * CELL;
  const pixels = new Map();
  const corner = (HEIGHT - side) / 2;
  for (let i = 0; i < 784; i += 1) {
    pixels.set(i, [((i % 28) + 0.5) * CELL, corner + (Math.floor(i / 28) + 0.5) * CELL]);
  }
  const [first, last] = [side + 130, WIDTH - OUTPUTS];
  const hidden = layers.map(({ shown }, layer) => {
    const x =
      layers.length === 1 ? (first + last - 130) / 2 : first + (layer * (last - 130 - first)) / (layers.length - 1);
    return spread(
      shown.map(({ unit }) => unit),
      x,
    );
  });
  return [pixels, ...hidden, spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], last)];
}

function spread(indices, x) {
  const step = (HEIGHT - TOP - RADIUS) / indices.length;
  return new Map(indices.map((index, i) => [index, [x, TOP + (i + 0.5) * step]]));
}

function inkPicture(rows) {
  const side = 28 * CELL;
  const corner = (HEIGHT - side) / 2;
  const group = create("g", { class: "diagram-ink" });
  group.append(create("rect", { x: 0, y: corner, width: side, height: side, class: "diagram-paper" }));
  rows.forEach((row, y) => {
    row.forEach((grey, x) => {
      if (grey === 0) return;
      group.append(
        create("rect", {
          x: x * CELL,
          y: corner + y * CELL,
          width: CELL - 1,
          height: CELL - 1,
          "fill-opacity": (grey / 255).toFixed(2),
        }),
      );
    });
  });
  return group;
}

/** Curves from left to right, the thicker the more they carry. */
function lines({ connections }, columns) {
  return connections.flatMap((some, gap) => {
    const most = Math.max(...some.map(({ contribution }) => Math.abs(contribution))) || 1;
    return some.map(({ start, end, contribution }) => {
      const [[x0, y0], [x1, y1]] = [columns[gap].get(start), columns[gap + 1].get(end)];
      const middle = (x0 + x1) / 2;
      const share = Math.abs(contribution) / most;
      return create("path", {
        d: `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`,
        class: contribution >= 0 ? "for" : "against",
        "stroke-width": (0.5 + 2.5 * share).toFixed(2),
        "stroke-opacity": (0.12 + 0.6 * share).toFixed(2),
      });
    });
  });
}

function headings({ layers }, columns) {
  const heads = layers.map(({ units, active }, i) => [
    [...columns[i + 1].values()][0][0],
    `${units} units`,
    `${active} active`,
  ]);
  const all = [[14 * CELL, "784 pixels", ""], ...heads, [WIDTH - OUTPUTS, "10 digits", ""]];
  return all.flatMap(([x, name, more], i) => [
    text(x, i === 0 ? (HEIGHT - 28 * CELL) / 2 - 12 : 14, name, "diagram-head"),
    text(x, 31, more, "diagram-more"),
  ]);
}

function outputs(logits, probabilities, explained, column) {
  return probabilities.flatMap((probability, digit) => {
    const [x, y] = column.get(digit);
    return [
      create("circle", { cx: x, cy: y, r: RADIUS + 2, class: "node-paper" }),
      create("circle", { cx: x, cy: y, r: RADIUS + 2, class: "output-fill", "fill-opacity": probability.toFixed(3) }),
      text(x + 24, y + 5, digit, digit === explained ? "output-name output-explained" : "output-name"),
      text(x + 60, y + 5, logits[digit].toFixed(1).replace("-", "−"), "output-logit"),
    ];
  });
}

function text(x, y, words, name) {
  const element = create("text", { x, y, class: name, "text-anchor": "middle" });
  element.textContent = words;
  return element;
}

function create(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
