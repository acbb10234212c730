/**
 * What is loaded when it is first wanted: modules and stylesheets, each once, and again where that failed.
 */

/** Its message is for people. */
class NotLoaded extends Error {
  message = "A part of the page could not be loaded. Try again in a moment.";
}

/** What was loaded or is being loaded, by its address. */
const loads = new Map();

/** @param {string} name such as "panels/why" @returns {Promise<any>} the module; rejects where it cannot be had for now */
export function module(name) {
  return once(new URL(`./${name}.js`, import.meta.url).href, async (address) => {
    await fetchAll(address);
    return import(address);
  });
}

/** @param {string} name such as "panels/why" @returns {Promise<unknown>} once its rules hold; rejects as `module` does */
export function style(name) {
  return once(new URL(`../css/${name}.css`, import.meta.url).href, (href) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    document.head.append(link);
    return new Promise((resolve, reject) => {
      link.onload = resolve;
      link.onerror = () => {
        link.remove();
        reject(new NotLoaded());
      };
    });
  });
}

function once(address, load) {
  if (!loads.has(address)) {
    const loading = load(address);
    loads.set(address, loading);
    loading.catch(() => loads.delete(address));
  }
  return loads.get(address);
}

/** A module that failed stays failed as long as the page, and so do those it imports: first all of them are had. */
async function fetchAll(address, seen = new Set()) {
  if (seen.has(address)) return;
  seen.add(address);
  const reply = await fetch(address).catch(() => null);
  if (!reply?.ok || !reply.headers.get("Content-Type")?.includes("javascript")) throw new NotLoaded();
  const imports = (await reply.text()).matchAll(/^(?:import|export|\}) .*from "(.+)";$/gm);
  await Promise.all([...imports].map(([, path]) => fetchAll(new URL(path, address).href, seen)));
}
