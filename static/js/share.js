/**
 * A drawing as the end of a link. Pure: strokes in, text out.
 *
 * The strokes are whole numbers: `#ink=20.30,80.30,45.101;...`, a stroke after each semicolon.
 */

/** Points a link may bring: as many as the service reads. */
const MAX_POINTS = 20_000;

const KEY = "#ink=";

/** Whether this is to be a drawing, damaged or not. @param {string} fragment of the page's address */
export function hasInk(fragment) {
  return fragment.startsWith(KEY);
}

/** @param {number[][][]} strokes @returns {string} the fragment of a link */
export function toFragment(strokes) {
  return KEY + strokes.map((stroke) => stroke.map((point) => point.map(Math.round).join(".")).join(",")).join(";");
}

/**
 * @param {string} fragment of the page's address
 * @returns {number[][][] | null} the strokes in it; null if there are none or they are damaged
 */
export function fromFragment(fragment) {
  if (!hasInk(fragment)) return null;
  const strokes = fragment
    .slice(KEY.length)
    .split(";")
    .map((stroke) =>
      stroke.split(",").map((point) => (/^\d{1,4}\.\d{1,4}$/.test(point) ? point.split(".").map(Number) : null)),
    );
  const points = strokes.flat();
  if (points.length > MAX_POINTS || points.includes(null)) return null;
  return /** @type {number[][][]} */ (strokes);
}
