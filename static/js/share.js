/**
 * A drawing as text that others can use: the end of a link, a command, a line of a file. Pure: strokes in, text out.
 *
 * In a link the strokes are whole numbers: `#ink=20.30,80.30,45.101;...`, a stroke after each semicolon.
 */

/** Points a link may bring: as many as the service reads. */
const MAX_POINTS = 20_000;

const KEY = "#ink=";

/** @param {number[][][]} strokes @returns {string} the fragment of a link */
export function toFragment(strokes) {
  return KEY + strokes.map((stroke) => stroke.map((point) => point.map(Math.round).join(".")).join(",")).join(";");
}

/**
 * @param {string} fragment of the page's address
 * @returns {number[][][] | null} the strokes in it; null if there are none or they are damaged
 */
export function fromFragment(fragment) {
  if (!fragment.startsWith(KEY)) return null;
  const strokes = fragment
    .slice(KEY.length)
    .split(";")
    .map((stroke) => stroke.split(",").map((point) => (/^\d{1,4}\.\d{1,4}$/.test(point) ? point.split(".").map(Number) : null)));
  const points = strokes.flat();
  return points.length > MAX_POINTS || points.includes(null) ? null : strokes;
}

/**
 * @param {string} address of the service
 * @param {import("./api.js").Submission} ink
 * @param {boolean} [isKeyed] whether the service wants a key, for which the shell's variable stands
 * @returns {string} a command line
 */
export function toCurl(address, ink, isKeyed = false) {
  const key = isKeyed ? ' -H "X-API-Key: $DIGITS_API_KEY"' : "";
  if (ink.picture) {
    return `curl '${address}/predict'${key} -H 'Content-Type: ${ink.picture.type}' --data-binary @picture`;
  }
  const body = JSON.stringify({ strokes: ink.strokes });
  return `curl '${address}/predict'${key} -H 'Content-Type: application/json' -d '${body}'`;
}

/**
 * Drawings in the format that `digits train --strokes` and `digits evaluate --strokes` read: JSON lines.
 *
 * @param {{label: string, strokes: number[][][]}[]} drawings
 */
export function toJsonLines(drawings) {
  return drawings
    .map(({ label, strokes }) => `${JSON.stringify({ label, source: "digits/page", writer: "me", strokes })}\n`)
    .join("");
}
