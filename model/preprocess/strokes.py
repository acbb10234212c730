"""Strokes need no canvas: they are drawn straight at the network's resolution, with analytic anti-aliasing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.errors import InkError
from model.preprocess.frame import BOX_SIZE, Preprocessed, Trace, blank, place_in_frame
from model.preprocess.pen import Polyline, draw_all

Stroke = ArrayLike
"""Points from pen-down to pen-up: (points, 2), x to the right and y down, in any unit."""

PEN_WIDTH = 2.4
"""In pixels of the 28x28 frame. With it drawn digits carry as much ink as MNIST's: 102 pixels' worth of the 784."""

_MIN_EXTENT = 1e-300
"""In the caller's units: strokes smaller than this are a dot."""


@dataclass(frozen=True, slots=True)
class BoxedStrokes:
    """Strokes brought to the size of the box that ink fills in the frame, ready to be drawn.

    Attributes:
        strokes: in pixels from the box's corner; none if there is no ink.
        height: rows of the ink.
        width: columns of the ink.
        radius: of the pen, in pixels.
        trace: what was done so far.
    """

    strokes: list[Polyline]
    height: int
    width: int
    radius: float
    trace: Trace


def preprocess_strokes(strokes: Sequence[Stroke]) -> Preprocessed:
    """Turn pen strokes into the 28x28 picture the network sees.

    Neither where the ink lies nor how large it is matters. A single point is a dot, which like any ink is brought
    to the full size of the box.

    Args:
        strokes: each (points, 2) of finite x and y; a stroke without points is passed over.

    Raises:
        InkError: a stroke is not a list of points, or a coordinate is not a finite number; `field` names it.
    """
    return draw_boxed([box_strokes(strokes)])[0]


def box_strokes(strokes: Sequence[Stroke]) -> BoxedStrokes:
    """The first half of `preprocess_strokes`, which also checks the strokes; `draw_boxed` is the other."""
    drawn = checked_strokes(strokes)
    if not drawn:
        return BoxedStrokes([], 0, 0, 0.0, Trace("strokes"))
    corner, far_corner = ink_corners(drawn)
    extent = float((far_corner - corner).max())
    scale = (BOX_SIZE - PEN_WIDTH) / extent if extent > _MIN_EXTENT else 0.0
    radius = PEN_WIDTH / 2 if scale else BOX_SIZE / 2
    scaled = [(points - corner) * scale + radius for points in drawn]
    width, height = np.ceil((far_corner - corner) * scale + 2 * radius - 1e-9).astype(int).tolist()
    box = (*corner.tolist(), *far_corner.tolist())
    return BoxedStrokes(scaled, height, width, radius, Trace("strokes", box=box, scale=scale))


def draw_boxed(drawings: Sequence[BoxedStrokes]) -> list[Preprocessed]:
    """The pictures the network sees of several drawings, drawn together, which is faster than one by one."""
    pictures = [blank(drawing.trace) for drawing in drawings]
    # A dot is drawn with a pen of its own.
    for radius in {drawing.radius for drawing in drawings if drawing.strokes}:
        places = [place for place, drawing in enumerate(drawings) if drawing.strokes and drawing.radius == radius]
        strokes = [drawings[place].strokes for place in places]
        for place, ink in zip(places, draw_all(strokes, height=BOX_SIZE, width=BOX_SIZE, radius=radius), strict=True):
            drawing = drawings[place]
            pixels, shift = place_in_frame(ink[: drawing.height, : drawing.width])
            pictures[place] = Preprocessed(pixels, replace(drawing.trace, shift=shift))
    return pictures


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
