/**
 * From figures to places in a chart: ticks, thinned lines, numbers in words. Pure.
 *
 * @typedef {[number, number | null]} Place x and y; null where there is no figure
 */

/**
 * Round numbers between two others.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} [count] about so many
 * @returns {number[]}
 */
export function ticks(low, high, count = 5) {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten between two numbers, or 1, 2 and 5 of them where there are few. @param {number} low above 0 @param {number} high */
export function logTicks(low, high) {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const steps = to - from > 2 ? [1] : [1, 2, 5];
  const all = Array.from({ length: to - from + 1 }, (_, i) => steps.map((step) => step * 10 ** (from + i))).flat();
  return all.map((one) => Number(one.toPrecision(6))).filter((one) => one >= low && one <= high);
}

/**
 * Fewer points that draw the same line: of each stretch the lowest and the highest, in their order.
 *
 * @param {readonly Place[]} points in the order of x
 * @param {number} stretches
 * @returns {readonly Place[]}
 */
export function thinned(points, stretches) {
  if (points.length <= 2 * stretches) return points;
  const size = points.length / stretches;
  return Array.from({ length: stretches }, (_, i) => {
    const part = points.slice(Math.floor(i * size), Math.floor((i + 1) * size));
    const [least, most] = [-1, 1].map((sign) => part.reduce((best, one) => (isBeyond(one, best, sign) ? one : best)));
    if (least === most) return [least];
    return part.indexOf(least) < part.indexOf(most) ? [least, most] : [most, least];
  }).flat();
}

/** A point without a figure is beyond all others, so that the gap is seen. */
function isBeyond([, y], [, best], sign) {
  if (best === null) return false;
  return y === null || sign * (y - best) > 0;
}

/** The figure below which such a share of them lies. @param {number[]} figures @param {number} share */
export function quantile(figures, share) {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** @param {number | null | undefined} value @returns {string} three digits that count; a dash for no figure */
export function figure(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return signed(value.toExponential(1).replace("e+", "e"));
  return signed(String(Number(value.toPrecision(3))));
}

function signed(text) {
  return text.replaceAll("-", "−");
}
