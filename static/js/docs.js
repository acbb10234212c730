// Starts Swagger UI on the service's own OpenAPI document, and asks nobody else for anything.

import { part } from "./dom.js";

const root = part("api", HTMLElement);
/** What the vendored script brings, if it could be had. @type {((options: object) => void) | undefined} */
const SwaggerUIBundle = Reflect.get(window, "SwaggerUIBundle");

/** Swagger UI has a dark theme, but switches it by a class of its own instead of the reader's setting. */
function followColorScheme() {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", apply);
  apply();
}

function start() {
  if (!SwaggerUIBundle) {
    root.textContent = "The documentation could not be loaded. Reload the page to try again.";
    root.className = "docs-note";
    return;
  }
  SwaggerUIBundle({
    domNode: root,
    url: root.dataset.openapiUrl,
    validatorUrl: null, // no badge from a third party
    queryConfigEnabled: false, // a link cannot make this page load another document
    deepLinking: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
  });
}

followColorScheme();
start();
