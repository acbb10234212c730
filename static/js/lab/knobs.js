/**
 * The form of the knobs, for up to three runs of which one is shown at a time.
 */

import { html } from "./elements.js";
import { defaults, differing, isSame, readKnob, writeKnob } from "./state.js";
import { differenceWords, NAMES } from "./train/words.js";

/** What most is learned from; the rest is folded. */
const FIRST = ["hidden", "optimizer", "learning_rate", "batch_size", "epochs"];

const GROUPS = { network: "The network", learning: "How it learns", data: "What it learns from" };

const SEED = {
  key: "seed",
  kind: "whole",
  label: "Seed",
  about: "Of every random choice: the same seed, the same run.",
  formula: "",
  low: 0,
  high: 2 ** 31 - 1,
  default: 1,
  group: "data",
};

/**
 * What is to be trained.
 *
 * @typedef {{runs: import("./state.js").Run[], data: string, seed: number}} Plan
 */

/** Fields by which a plan is changed. */
export class KnobForm {
  #knobs;
  #limits;
  #onChange;
  /** @type {Plan} */
  #plan;
  #chosen = 0;
  #tabs = html("div", { class: "run-tabs", role: "group", "aria-label": "Runs" });
  /** @type {Map<string, Field>} */
  #fields = new Map();

  /**
   * @param {HTMLElement} root
   * @param {any} about as the service has it
   * @param {(plan: Plan) => void} onChange
   */
  constructor(root, { knobs, limits, data }, onChange) {
    const choices = data.map(({ name }) => name);
    const images = data.map(({ name, images }) => `${name}: ${images} images`).join("; ");
    const source = {
      key: "data",
      kind: "choice",
      label: "Data",
      about: `${images}.`,
      formula: "",
      choices,
      default: choices[0],
      group: "data",
    };
    this.#knobs = knobs;
    this.#limits = limits;
    this.#onChange = onChange;
    this.#plan = { runs: [defaults(knobs)], data: choices[0], seed: 1 };
    const all = [...knobs, ...[source, SEED].filter(({ key }) => !knobs.some((knob) => knob.key === key))];
    for (const knob of all)
      this.#fields.set(knob.key, new Field(knob, limits, (value) => this.#set(knob.key, value)));
    const elements = (some) => some.map(({ key }) => /** @type {Field} */ (this.#fields.get(key)).element);
    const rest = all.filter(({ key }) => !FIRST.includes(key));
    const groups = Object.entries(GROUPS).map(([group, title]) =>
      html(
        "fieldset",
        {},
        html("legend", {}, title),
        html("div", { class: "knobs" }, ...elements(rest.filter((one) => one.group === group))),
      ),
    );
    root.append(
      this.#tabs,
      html("div", { class: "knobs" }, ...elements(all.filter(({ key }) => FIRST.includes(key)))),
      html(
        "details",
        { class: "more-knobs", "data-testid": "more-knobs" },
        html("summary", {}, "More knobs"),
        ...groups,
      ),
    );
  }

  /** @param {Plan} plan */
  show(plan) {
    this.#plan = plan;
    this.#chosen = Math.min(this.#chosen, plan.runs.length - 1);
    this.#draw();
  }

  /** What is wrong with a field, whose focus it then has; empty for nothing. @returns {string} */
  complain() {
    const wrong = [...this.#fields.values()].find(({ problem }) => problem !== "");
    wrong?.focus();
    return wrong?.problem ?? "";
  }

  #set(key, value) {
    const { runs } = this.#plan;
    const isCommon = key === "data" || key === "seed";
    // What is changed in the first run changes in the others too, where they had the same.
    const follows = (i) => i === this.#chosen || (this.#chosen === 0 && isSame(runs[i][key], runs[0][key]));
    const changed = isCommon ? runs : runs.map((run, i) => (follows(i) ? { ...run, [key]: value } : run));
    this.#change({ ...this.#plan, ...(isCommon && { [key]: value }), runs: changed });
  }

  #change(plan) {
    this.show(plan);
    this.#onChange(plan);
  }

  #draw() {
    const { runs, data, seed } = this.#plan;
    const run = runs[this.#chosen];
    for (const [key, field] of this.#fields) {
      const value = { data, seed }[key] ?? run[key];
      const first =
        this.#chosen > 0 && key in run && !isSame(run[key], runs[0][key]) ? writeKnob(runs[0][key]) : null;
      field.show(value, first, run.optimizer);
    }
    this.#tabs.replaceChildren(...this.#runTabs());
  }

  #runTabs() {
    const { runs } = this.#plan;
    const add = html(
      "button",
      { type: "button", class: "button", "data-testid": "add-run", click: () => this.#add() },
      runs.length > 1 ? "Add another" : "Add a run beside",
    );
    const remove = html(
      "button",
      { type: "button", class: "button", click: () => this.#remove() },
      `Remove ${NAMES[this.#chosen]}`,
    );
    const tabs = runs.map((run, i) => {
      const words = i === 0 ? "" : differenceWords(run, differing(run, runs[0]), this.#knobs);
      const isChosen = i === this.#chosen;
      const choose = () => {
        this.#chosen = i;
        this.#draw();
        this.#tabs.querySelectorAll("button")[i].focus();
      };
      return html(
        "button",
        { type: "button", class: `button run-tab series-${i + 1}`, "aria-pressed": String(isChosen), click: choose },
        html("b", {}, NAMES[i]),
        words,
      );
    });
    return [
      ...(runs.length > 1 ? tabs : []),
      ...(runs.length < this.#limits.runs ? [add] : []),
      ...(this.#chosen > 0 ? [remove] : []),
    ];
  }

  #add() {
    const { runs } = this.#plan;
    this.#chosen = runs.length;
    this.#change({ ...this.#plan, runs: [...runs, { ...runs[0] }] });
    this.#fields.get("optimizer")?.focus();
  }

  #remove() {
    const gone = this.#chosen;
    this.#chosen = 0;
    this.#change({ ...this.#plan, runs: this.#plan.runs.filter((_, i) => i !== gone) });
    this.#tabs.querySelector("button")?.focus();
  }
}

/** One knob: its name, what it is, the formula on demand, and what is wrong with what was entered. */
class Field {
  problem = "";
  #knob;
  #input;
  #error;
  #differs;

  /** @param {import("./state.js").Knob} knob @param {any} limits @param {(value: any) => void} onChange */
  constructor(knob, limits, onChange) {
    const id = `knob-${knob.key}`;
    const described = `${id}-about ${id}-error`;
    this.#knob = knob;
    this.#input = control(knob, { id, "aria-describedby": described, "data-testid": id });
    this.#error = html("p", { id: `${id}-error`, class: "knob-error", "aria-live": "polite" });
    this.#differs = html("p", { class: "knob-differs" });
    const formula = html(
      "details",
      { class: "formula" },
      html("summary", {}, "Formula", html("span", { class: "visually-hidden" }, `: ${knob.label}`)),
      html("p", {}, knob.formula),
    );
    this.element = html(
      "div",
      { class: "knob" },
      html("label", { for: id }, knob.label),
      this.#input,
      this.#differs,
      this.#error,
      html("p", { id: `${id}-about`, class: "quiet" }, knob.about),
      ...(knob.formula ? [formula] : []),
    );
    this.#input.addEventListener("change", () => {
      const text =
        knob.kind === "switch" ? String(/** @type {HTMLInputElement} */ (this.#input).checked) : this.#input.value;
      try {
        const value = readKnob(knob, text, limits);
        this.#complain("");
        onChange(value);
      } catch (error) {
        this.#complain(/** @type {RangeError} */ (error).message);
      }
    });
  }

  /** @param {any} value @param {string | null} first what the first run has, if that is another @param {string} optimizer */
  show(value, first, optimizer) {
    this.#complain("");
    if (this.#knob.kind === "switch") /** @type {HTMLInputElement} */ (this.#input).checked = value;
    else this.#input.value = value === null ? "" : String(value);
    if (this.#knob.default === null) this.#input.setAttribute("placeholder", usual(this.#knob, optimizer));
    this.#differs.textContent = first === null ? "" : `A has ${first || "none"}`;
    this.element.toggleAttribute("data-differs", first !== null);
  }

  focus() {
    this.#input.closest("details")?.setAttribute("open", "");
    this.#input.focus();
  }

  #complain(words) {
    this.problem = words;
    this.#error.textContent = words;
    this.#input.setAttribute("aria-invalid", String(words !== ""));
  }
}

function control(knob, attributes) {
  if (knob.kind === "choice")
    return html("select", attributes, ...knob.choices.map((one) => html("option", { value: one }, one)));
  if (knob.kind === "switch") return html("input", { type: "checkbox", ...attributes });
  const mode = knob.kind === "number" ? "decimal" : "text";
  return html("input", { type: "text", inputmode: mode, autocomplete: "off", spellcheck: "false", ...attributes });
}

function usual({ usual: rates }, optimizer) {
  return rates ? `${rates[optimizer] ?? ""} (usual)` : "all";
}
