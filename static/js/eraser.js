/**
 * The eraser end of a pen: whole strokes that it touches go. Pure: points in, yes or no out.
 */

/** How near is touched, in the drawing's units: half a medium pen's ink, and a small rubber. */
const REACH = 12;

/**
 * Whether the eraser on its straight way touches a stroke.
 *
 * @param {import("./strokes.js").Stroke} stroke
 * @param {import("./strokes.js").Point} from
 * @param {import("./strokes.js").Point} to
 */
export function touches(stroke, from, to) {
  const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / REACH) || 1;
  for (let step = 0; step <= steps; step += 1) {
    const place = between(from, to, step / steps);
    if (stroke.some((end, i) => distanceToLine(place, stroke[i - 1] ?? end, end) <= REACH)) return true;
  }
  return false;
}

/**
 * From a point to the nearest of a line between two others.
 *
 * @param {readonly number[]} place
 * @param {readonly number[]} from
 * @param {readonly number[]} to
 */
function distanceToLine([x, y], [ax, ay], [bx, by]) {
  const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 || 1);
  const [nearX, nearY] = between([ax, ay], [bx, by], Math.min(Math.max(along, 0), 1));
  return Math.hypot(x - nearX, y - nearY);
}

/** @returns {import("./strokes.js").Point} */
function between([ax, ay], [bx, by], share) {
  return [ax + share * (bx - ax), ay + share * (by - ay)];
}
