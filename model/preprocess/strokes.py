"""Strokes need no canvas: they are drawn straight at the network's resolution, with analytic anti-aliasing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.errors import InkError
from model.preprocess.frame import BOX_SIZE, Preprocessed, Trace, blank, place_in_frame

Stroke = ArrayLike
"""Points from pen-down to pen-up: (points, 2), x to the right and y down, in any unit."""

PEN_WIDTH = 2.4
"""In pixels of the 28x28 frame. With it drawn digits carry as much ink as MNIST's: 102 pixels' worth of the 784."""

_SMALLEST_EXTENT = 1e-300
"""In the caller's units: strokes smaller than this are a dot."""

_POINT_SPACING = 0.2
"""Points nearer than this (in frame pixels) to the one before add nothing that 256 grey levels could show."""

_SEGMENTS_AT_ONCE = 256
"""Bounds the memory that a scribble of many thousand points takes."""


def preprocess_strokes(strokes: Sequence[Stroke]) -> Preprocessed:
    """Turn pen strokes into the 28x28 picture the network sees.

    Neither where the ink lies nor how large it is matters. A single point is a dot, which like any ink is brought
    to the full size of the box.

    Args:
        strokes: each (points, 2) of finite x and y; a stroke without points is passed over.

    Raises:
        InkError: a stroke is not a list of points, or a coordinate is not a finite number; `field` names it.
    """
    drawn = checked_strokes(strokes)
    if not drawn:
        return blank(Trace("strokes"))
    corner, far_corner = ink_corners(drawn)
    extent = float((far_corner - corner).max())
    scale = (BOX_SIZE - PEN_WIDTH) / extent if extent > _SMALLEST_EXTENT else 0.0
    radius = PEN_WIDTH / 2 if scale else BOX_SIZE / 2
    scaled = [(points - corner) * scale + radius for points in drawn]
    size = np.ceil((far_corner - corner) * scale + 2 * radius - 1e-9).astype(int)
    ink = draw(scaled, height=int(size[1]), width=int(size[0]), radius=radius)
    pixels, shift = place_in_frame(ink)
    box = (*corner.tolist(), *far_corner.tolist())
    return Preprocessed(pixels, Trace("strokes", box=box, scale=scale, shift=shift))


def checked_strokes(strokes: Sequence[Stroke]) -> list[NDArray[np.float64]]:
    """The strokes that have points, as float64 (points, 2) each.

    Raises:
        InkError: a stroke is not a list of points, or a coordinate is not a finite number; `field` names it.
    """
    return [points for index, stroke in enumerate(strokes) if len(points := _points(stroke, index))]


def ink_corners(strokes: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and the highest x and y, (2,) each, of strokes, of which there is at least one.

    Raises:
        InkError: they are so far apart that their distance is no number.
    """
    corner = np.min([points.min(axis=0) for points in strokes], axis=0)
    far_corner = np.max([points.max(axis=0) for points in strokes], axis=0)
    # Coordinates at the ends of the floating-point range: their distance may overflow.
    with np.errstate(over="ignore"):
        if not np.isfinite(far_corner - corner).all():
            raise InkError("the coordinates lie too far apart", field="strokes")
    return corner, far_corner


def draw(strokes: Sequence[NDArray[np.float64]], *, height: int, width: int, radius: float) -> NDArray[np.float64]:
    """Draw polylines with a round pen.

    A pixel's coverage is taken from the distance of its centre to the nearest segment: full from half a pixel
    inside the pen's edge, none from half a pixel outside, and linear between.

    Args:
        strokes: each (points, 2), x and y in pixels; pixel (row, column) has its centre at (column, row) + 0.5.
        height: rows of the result.
        width: columns of the result.
        radius: of the pen, in pixels.

    Returns:
        float64 (height, width), coverage 0 to 1.
    """
    starts, ends = _segments(strokes)
    rows, columns = np.mgrid[0:height, 0:width]
    centres = np.stack([columns.ravel(), rows.ravel()], axis=1) + 0.5
    nearest = np.full(len(centres), np.inf)
    for first in range(0, len(starts), _SEGMENTS_AT_ONCE):
        some = slice(first, first + _SEGMENTS_AT_ONCE)
        np.minimum(nearest, _squared_distance(centres, starts[some], ends[some]).min(axis=0), out=nearest)
    coverage: NDArray[np.float64] = np.clip(radius + 0.5 - np.sqrt(nearest), 0.0, 1.0)
    return coverage.reshape(height, width)


def _points(stroke: Stroke, index: int) -> NDArray[np.float64]:
    """One stroke as float64 (points, 2), checked."""
    field = f"strokes[{index}]"
    try:
        points = np.asarray(stroke, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InkError("a stroke is a list of [x, y] points", field=field) from error
    if points.size == 0:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise InkError(f"a stroke is a list of [x, y] points, not of shape {points.shape}", field=field)
    if not np.isfinite(points).all():
        raise InkError("coordinates must be finite numbers", field=field)
    return points


def _segments(strokes: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The start and end points, each (segments, 2), of all strokes; a dot is a segment of length zero."""
    starts, ends = [], []
    for stroke in strokes:
        points = _thin_out(stroke)
        starts.append(points[:-1] if len(points) > 1 else points)
        ends.append(points[1:] if len(points) > 1 else points)
    return np.concatenate(starts), np.concatenate(ends)


def _thin_out(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points without those that lie next to the one kept before them; first and last always stay."""
    if len(points) < 3:
        return points
    kept = [0]
    listed = points.tolist()
    x, y = listed[0]
    for index, (next_x, next_y) in enumerate(listed[1:-1], start=1):
        if abs(next_x - x) > _POINT_SPACING or abs(next_y - y) > _POINT_SPACING:
            kept.append(index)
            x, y = next_x, next_y
    return points[[*kept, len(points) - 1]]


def _squared_distance(
    centres: NDArray[np.float64], starts: NDArray[np.float64], ends: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Squared distance (segments, centres) of every pixel centre to every segment."""
    along = ends - starts
    length_squared = np.maximum((along * along).sum(axis=1), 1e-12)
    x = centres[:, 0] - starts[:, :1]
    y = centres[:, 1] - starts[:, 1:]
    along_x, along_y = along[:, :1], along[:, 1:]
    # How far along the segment the foot of the perpendicular lies, 0 its start and 1 its end.
    position = np.clip((x * along_x + y * along_y) / length_squared[:, None], 0.0, 1.0)
    x -= position * along_x
    y -= position * along_y
    squared: NDArray[np.float64] = x * x + y * y
    return squared
