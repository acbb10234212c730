/**
 * Softmax as a picture: z becomes e^z, all are added up, and each is divided by the sum. For the three largest of all.
 */

import { figure } from "../charts/scale.js";
import { svg } from "../elements.js";
import { exponentials, softmax, total } from "../outputs.js";

const SHOWN = 3;
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const ROWS = [34, 84, 134];
const SUM = { x: 166, y: 186 };
const [Z, POWER, VALUE, DIVISION, SHARE] = [52, 96, 146, 222, 290];

/** The picture. */
export class SoftmaxFlow {
  #svg = svg("svg", { class: "flow", viewBox: "0 0 330 206", role: "img" });

  /** @param {HTMLElement} root it is appended to this */
  constructor(root) {
    root.append(this.#svg);
  }

  /** @param {readonly number[]} logits */
  show(logits) {
    const [powers, shares] = [exponentials(logits), softmax(logits)];
    const largest = [...logits.keys()].sort((one, other) => logits[other] - logits[one]).slice(0, SHOWN);
    const words = largest.map((i) => [
      `z${SUBSCRIPTS[i]}`,
      figure(logits[i]),
      figure(powers[i]),
      shares[i].toFixed(2),
    ]);
    const said = words.map(([name, z, power, share]) => `${name} = ${z}, e to that ${power}, share ${share}`);
    const sum = figure(total(powers));
    this.#svg.setAttribute(
      "aria-label",
      `Softmax for the three largest logits: ${said.join("; ")}; the sum is ${sum}`,
    );
    this.#svg.replaceChildren(
      ...ROWS.flatMap((y) => lines(y)),
      ...ROWS.flatMap((y, i) => units(y, words[i])),
      svg("rect", { x: SUM.x - 56, y: SUM.y - 15, width: 112, height: 30, rx: 15 }),
      label(SUM.x, SUM.y, `Σ eᶻ = ${sum}`),
    );
  }
}

/** From the logit to its share, down to the sum and back up from it. */
function lines(y) {
  return [
    svg("path", { d: `M${Z + 5} ${y}H${SHARE - 20}` }),
    svg("path", { class: "to-sum", d: `M${VALUE} ${y}L${SUM.x - 14} ${SUM.y}` }),
    svg("path", { class: "to-sum", d: `M${SUM.x + 14} ${SUM.y}L${DIVISION} ${y}` }),
  ];
}

/** @param {number} y @param {string[]} words the name, z, its power and its share */
function units(y, [name, z, power, share]) {
  return [
    label(Z, y, `${name} = ${z}`, "end"),
    svg("circle", { cx: POWER, cy: y, r: 15 }),
    label(POWER, y, "eᶻ"),
    svg("rect", { class: "ground", x: VALUE - 24, y: y - 10, width: 48, height: 20 }),
    label(VALUE, y, power),
    svg("circle", { cx: DIVISION, cy: y, r: 15 }),
    label(DIVISION, y, "÷"),
    label(SHARE, y, share),
  ];
}

function label(x, y, words, anchor = "middle") {
  return svg("text", { x, y: y + 5, "text-anchor": anchor }, words);
}
