/**
 * Where a grid of heights crosses a level: marching squares. Pure.
 *
 * @typedef {[number, number, number, number]} Segment from column and row to column and row, in cells
 */

/**
 * @param {readonly (readonly number[])[]} grid rows of heights, at least two by two
 * @param {number} level
 * @returns {Segment[]}
 */
export function isolines(grid, level) {
  const segments = [];
  for (let row = 0; row + 1 < grid.length; row += 1) {
    for (let column = 0; column + 1 < grid[row].length; column += 1) {
      const places = crossings(grid, row, column, level);
      for (let i = 0; i + 1 < places.length; i += 2) segments.push([...places[i], ...places[i + 1]]);
    }
  }
  return segments;
}

/** Where the four sides of a cell are crossed, in pairs: two places, or four in a saddle. */
function crossings(grid, row, column, level) {
  const corners = [
    [column, row],
    [column + 1, row],
    [column + 1, row + 1],
    [column, row + 1],
  ];
  const heights = corners.map(([x, y]) => grid[y][x]);
  const places = [];
  for (let i = 0; i < 4; i += 1) {
    const [from, to] = [heights[i], heights[(i + 1) % 4]];
    if (from < level === to < level) continue;
    const share = (level - from) / (to - from);
    const [[x, y], [toX, toY]] = [corners[i], corners[(i + 1) % 4]];
    places.push([x + share * (toX - x), y + share * (toY - y)]);
  }
  return places;
}
