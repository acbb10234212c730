"""Strokes need no canvas: they are drawn straight at the network's resolution, with analytic anti-aliasing."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.errors import InkError
from model.preprocess.frame import BOX_SIZE, Preprocessed, Trace, blank, place_in_frame
from model.preprocess.pen import Polyline, Polylines, draw_all

Stroke = ArrayLike
"""Points from pen-down to pen-up: (points, 2), x to the right and y down, in any unit."""

PEN_WIDTH = 2.4
"""In pixels of the 28x28 frame. With it drawn digits carry as much ink as MNIST's: 102 pixels' worth of the 784."""

_MIN_EXTENT = 1e-300
"""In the caller's units: strokes smaller than this are a dot."""

_FARTHEST = 8e307
"""From 0, in the caller's units: the distance of two such points is a number in floating point."""


def preprocess_strokes(strokes: Sequence[Stroke]) -> Preprocessed:
    """Turn pen strokes into the 28x28 picture the network sees.

    Neither where the ink lies nor how large it is matters. A single point is a dot, which like any ink is brought
    to the full size of the box.

    Args:
        strokes: each (points, 2) of finite x and y; a stroke without points is passed over.

    Raises:
        InkError: a stroke is not a list of points, or a coordinate is not a finite number; `field` names it.
    """
    lines = checked_strokes(strokes)
    return preprocess_polylines([require_extent(Polylines.of(lines))])[0]


def preprocess_polylines(drawings: Sequence[Polylines]) -> list[Preprocessed]:
    """The pictures the network sees of several drawings, which takes less time together than one by one.

    Args:
        drawings: each with finite coordinates that are not too far apart (`require_extent`); some may have none.
    """
    pictures = [blank(Trace("strokes")) for _ in drawings]
    inked = [place for place, drawing in enumerate(drawings) if len(drawing.points)]
    if not inked:
        return pictures
    boxed = _boxed([drawings[place] for place in inked])
    # A dot is drawn with a pen of its own.
    for radius in {box.radius for box in boxed}:
        same = [number for number, box in enumerate(boxed) if box.radius == radius]
        lines = [boxed[number].lines for number in same]
        for number, ink in zip(same, draw_all(lines, height=BOX_SIZE, width=BOX_SIZE, radius=radius), strict=True):
            box = boxed[number]
            pixels, shift = place_in_frame(ink[: box.height, : box.width])
            pictures[inked[number]] = Preprocessed(
                pixels, Trace("strokes", box=box.sent, scale=box.scale, shift=shift)
            )
    return pictures


class _Boxed(NamedTuple):
    """Strokes brought to the size of the box that ink fills in the frame, ready to be drawn.

    Attributes:
        lines: in pixels from the box's corner.
        height: rows of the ink.
        width: columns of the ink.
        radius: of the pen, in pixels.
        sent: the box in the units sent.
        scale: pixels for one of those units; 0 for a dot.
    """

    lines: Polylines
    height: int
    width: int
    radius: float
    sent: tuple[float, float, float, float]
    scale: float


def _boxed(drawings: Sequence[Polylines]) -> list[_Boxed]:
    """Each of several drawings in its box; each has ink."""
    counts = [len(drawing.points) for drawing in drawings]
    starts = [0, *accumulate(counts)]
    points = np.concatenate([drawing.points for drawing in drawings])
    corners = np.minimum.reduceat(points, starts[:-1])
    far_corners = np.maximum.reduceat(points, starts[:-1])
    spans = far_corners - corners
    extents = spans.max(axis=1)
    is_dot = extents <= _MIN_EXTENT
    scales = np.where(is_dot, 0.0, (BOX_SIZE - PEN_WIDTH) / np.where(is_dot, 1.0, extents))
    radii = np.where(is_dot, BOX_SIZE / 2, PEN_WIDTH / 2)
    owners = np.repeat(np.arange(len(drawings)), counts)
    scaled = (points - corners[owners]) * scales[owners, None] + radii[owners, None]
    sizes = np.ceil(spans * scales[:, None] + 2 * radii[:, None] - 1e-9).astype(int).tolist()
    boxes = np.hstack([corners, far_corners]).tolist()
    return [
        _Boxed(Polylines(scaled[start:end], drawing.lengths), height, width, radius, tuple(box), scale)
        for drawing, start, end, (width, height), radius, box, scale in zip(
            drawings, starts, starts[1:], sizes, radii.tolist(), boxes, scales.tolist(), strict=False
        )
    ]


def require_extent(lines: Polylines) -> Polylines:
    """Strokes, if the distances between their points are numbers.

    Raises:
        InkError: they are so far apart that they are not.
    """
    if len(lines.points) and not np.abs(lines.points).max() <= _FARTHEST:
        ink_corners([lines.points])
    return lines


def checked_strokes(strokes: Sequence[Stroke]) -> list[Polyline]:
    """The strokes that have points, as float64 (points, 2) each.

    Raises:
        InkError: a stroke is not a list of points, or a coordinate is not a finite number; `field` names it.
    """
    return [points for index, stroke in enumerate(strokes) if len(points := _points(stroke, index))]


def ink_corners(strokes: Sequence[Polyline]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and the highest x and y, (2,) each, of strokes, of which there is at least one.

    Raises:
        InkError: they are so far apart that their distance is no number.
    """
    points = np.concatenate(strokes)
    corner, far_corner = points.min(axis=0), points.max(axis=0)
    # Coordinates at the ends of the floating-point range: their distance may overflow.
    with np.errstate(over="ignore"):
        if not np.isfinite(far_corner - corner).all():
            raise InkError("the coordinates lie too far apart", field="strokes")
    return corner, far_corner


def _points(stroke: Stroke, index: int) -> Polyline:
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
