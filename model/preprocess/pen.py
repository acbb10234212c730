"""A round pen that draws polylines with analytic anti-aliasing: many drawings at once, each on its own canvas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SOFT_EDGE = 0.5
"""Pixels outside the pen's edge in which its coverage fades to none."""

_MIN_PIECE = 1.5
"""Pixels: lines are cut into pieces no longer than this, or the pen's radius, so that few pixels lie around each."""

_SEGMENTS_AT_ONCE = 4096
"""So few that their pieces, up to twenty of each, take a few megabytes."""

_PIECES_AT_ONCE = 512
"""So few that what is worked out for them stays in the processor's cache."""

Polyline = NDArray[np.float64]
"""Points (points, 2), x to the right and y down, in pixels; one point alone is a dot."""


@dataclass(frozen=True, slots=True)
class Polylines:
    """The lines of one drawing in one array.

    Attributes:
        points: float64 (points, 2), those of one line after those of another.
        lengths: how many points each line has, at least one.
    """

    points: NDArray[np.float64]
    lengths: Sequence[int]

    @classmethod
    def of(cls, lines: Sequence[Polyline]) -> "Polylines":
        """Lines that are arrays of their own."""
        return cls(np.concatenate(lines) if lines else np.empty((0, 2)), [len(line) for line in lines])


def draw(strokes: Sequence[Polyline], *, height: int, width: int, radius: float) -> NDArray[np.float64]:
    """Draw one drawing.

    A pixel's coverage is taken from the distance of its centre to the nearest segment: full from half a pixel
    inside the pen's edge, none from half a pixel outside, and linear between.

    Args:
        strokes: at least one, each of at least one point; pixel (row, column) has its centre at (column, row) + 0.5.
        height: rows of the result.
        width: columns of the result.
        radius: of the pen, in pixels.

    Returns:
        float64 (height, width), coverage 0 to 1.
    """
    canvas: NDArray[np.float64] = draw_all([Polylines.of(strokes)], height=height, width=width, radius=radius)[0]
    return canvas


def draw_all(drawings: Sequence[Polylines], *, height: int, width: int, radius: float) -> NDArray[np.float64]:
    """Draw each of several drawings as `draw` does, on canvases of one size: float64 (drawings, height, width)."""
    reach = radius + _SOFT_EDGE
    longest = max(_MIN_PIECE, radius)
    window = int(longest + 2 * reach) + 1
    # With a margin, in which what lies outside is drawn too.
    nearest = np.full((len(drawings), height + 2 * window, width + 2 * window), np.inf)
    segments = _segments(drawings)
    for begin in range(0, len(segments[0]), _SEGMENTS_AT_ONCE):
        part = slice(begin, begin + _SEGMENTS_AT_ONCE)
        starts, ends, owners = _cut(segments[0][part], segments[1][part], segments[2][part], longest)
        for first in range(0, len(starts), _PIECES_AT_ONCE):
            some = slice(first, first + _PIECES_AT_ONCE)
            _approach(nearest, starts[some], ends[some], owners[some], window, reach)
    inside = nearest[:, window : window + height, window : window + width]
    coverage: NDArray[np.float64] = np.clip(reach - np.sqrt(inside), 0.0, 1.0)
    return coverage


def _segments(
    drawings: Sequence[Polylines],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Start and end points, each (segments, 2), and the drawing that each segment belongs to; a dot has length 0."""
    lengths = np.array([length for drawing in drawings for length in drawing.lengths])
    owners = np.repeat(np.arange(len(drawings)), [len(drawing.points) for drawing in drawings])
    points = np.concatenate([drawing.points for drawing in drawings])
    # Every point begins a segment that goes to the next one; the last of a stroke has none, unless it is alone.
    last = lengths.cumsum() - 1
    following = np.arange(1, len(points) + 1)
    following[last] = last
    begins = np.ones(len(points), np.bool_)
    begins[last[lengths > 1]] = False
    return points[begins], points[following[begins]], owners[begins]


def _cut(
    starts: NDArray[np.float64], ends: NDArray[np.float64], owners: NDArray[np.intp], longest: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """The same lines in pieces, none longer than `longest`."""
    along = ends - starts
    pieces = np.ceil(np.sqrt((along * along).sum(axis=1)) / longest).astype(np.intp)
    if pieces.max() <= 1:
        return starts, ends, owners
    pieces = np.maximum(pieces, 1)
    whole = np.repeat(np.arange(len(starts)), pieces)
    place = np.arange(len(whole)) - np.repeat(pieces.cumsum() - pieces, pieces)
    step = along[whole] / pieces[whole, None]
    begin = starts[whole] + place[:, None] * step
    return begin, begin + step, owners[whole]


def _approach(
    nearest: NDArray[np.float64],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    owners: NDArray[np.intp],
    window: int,
    reach: float,
) -> None:
    """Lower the squared distances (drawings, rows, columns) to those of the pieces, in a window around each."""
    rows, columns = nearest.shape[1:]
    begin, along = starts.T, (ends - starts).T
    # The first pixel whose centre may be within reach, in the canvas with its margin.
    corner = np.ceil(np.minimum(starts, ends).T - (reach + 0.5)).astype(np.intp) + window
    left, top = np.minimum(np.maximum(corner, 0), [[columns - window], [rows - window]])
    # The pieces lie along the last axis, the pixels of their windows along the others: long loops are fast ones.
    steps = np.arange(window)[:, None]
    x = left - begin[0] + (steps - (window - 0.5))
    y = top - begin[1] + (steps - (window - 0.5))
    # How far along the piece the foot of the perpendicular lies, 0 its start and 1 its end.
    share = along / np.maximum((along * along).sum(axis=0), 1e-12)
    position = (x * share[0]) + (y * share[1])[:, None, :]
    np.minimum(np.maximum(position, 0.0, out=position), 1.0, out=position)
    across = x - position * along[0]
    down = y[:, None, :] - position * along[1]
    across *= across
    down *= down
    across += down
    place = (owners * (rows * columns) + top * columns + left) + columns * steps[:, None] + steps
    np.minimum.at(nearest.reshape(-1), place.reshape(-1), across.reshape(-1))
