/**
 * The panels under the pad. Each comes when it is first opened; what explains the ink in them comes with the first.
 */

import { predict } from "./api.js";
import { part } from "./dom.js";
import { module, style } from "./lazy.js";
import { Panel } from "./panel.js";

/**
 * Have them open at a click.
 *
 * @param {import("./store.js").Store} store
 * @param {import("./sheet.js").Sheet} sheet
 * @param {import("./collection.js").Collection} collection
 */
export function addPanels(store, sheet, collection) {
  /** @type {import("./explainer.js").Explainer | null} */
  let explainer = null;
  const panels = [
    explaining("steps", "Steps", ["panels/choices", "panels/steps"]),
    explaining("why", "Why", ["panels/choices", "panels/why"], (digit) => store.set({ explained: digit })),
    explaining("inside", "Inside", ["tables", "panels/inside"]),
  ];
  new Panel(part("wrong", HTMLDetailsElement), (element) =>
    built("wrong", "Wrong", ["panels/wrong"], element, store, sheet),
  );
  new Panel(part("game", HTMLDetailsElement), (element) =>
    built("game", "Game", ["panels/game"], element, store, sheet),
  );
  new Panel(part("yours", HTMLDetailsElement), (element) =>
    built("yours", "Yours", ["panels/yours"], element, store, sheet, collection),
  );

  /** A panel about the ink on the pad. */
  function explaining(id, name, styles, ...more) {
    const load = async (element) => {
      const [{ Explainer }] = await Promise.all([module("explainer"), module(`panels/${id}`)]);
      explainer ??= new Explainer(store, panels, predict);
      return built(id, name, styles, element, ...more);
    };
    return new Panel(part(id, HTMLDetailsElement), load, () => explainer?.explain());
  }
}

/** An object of the class in a panel's module, once its styles are there too. */
async function built(id, name, styles, ...more) {
  const [panel] = await Promise.all([module(`panels/${id}`), ...styles.map(style)]);
  return new panel[name](...more);
}
