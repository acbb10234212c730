/**
 * Drawings as text to take along: a command, lines of a file. Pure: strokes in, text out.
 */

/**
 * @param {string} address of the service
 * @param {import("../api.js").Submission} ink
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
