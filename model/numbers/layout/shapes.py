"""What a mark looks like: straight or not, how it leans, a cross, a frame. All by points that lie along its ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.numbers.boxes import Box

Points = NDArray[np.float64]
"""(points, 2), x to the right and y down, close to each other all along the ink."""

_BINS = 16
"""Parts of a frame's side, most of which must be inked."""

_SIDE = 0.85
"""Share of them that must be. A round 0 has ink near its box along 65 % of a side."""

_NEAR = 0.12
"""By the shorter side of a frame: how far from its box its ink may lie."""


_END = 0.15
"""By the side of a cross: where there is only one of its bars."""

_BROAD = 0.6
"""By the side of a cross: how broad that bar may be there, aslant as it may be."""

_CORNER = 0.2
"""By the side of a cross: how far from its corners its bars end; in the half of that there is nothing."""

_ASTRAY = 0.12
"""By the longer side of a cross: how far from straight its bars may stray."""

_OUTSIDE = 0.05
"""Of a cross: the share of its ink that may lie outside its bars."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A straight mark.

    Attributes:
        length: from end to end.
        slant: degrees from upright, -90 to 90; above 0 it leans to the right as a slash does.
    """

    length: float
    slant: float


def as_bar(points: Points, pen: float, bend: float = 0.045) -> Bar | None:
    """The mark as a straight one; None if it is not.

    Args:
        points: of the mark.
        pen: the width of the ink.
        bend: standard deviation across, by the length, up to which it is straight.
    """
    centred = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    across, along = (centred @ axes).T
    length = float(np.ptp(along))
    if length < 2 * pen or float(across.std()) > bend * length + 0.3 * pen:
        return None
    right, down = axes[:, 1] if axes[1, 1] < 0 else -axes[:, 1]
    return Bar(length, float(np.degrees(np.arctan2(right, -down))))


def is_cross(points: Points, box: Box, pen: float) -> bool:
    """Whether a mark may be an upright and a level bar that cross near the middle of both; a 4 may look so, too."""
    size = max(box.width, box.height)
    if min(box.width, box.height) < max(0.45 * size, 2.5 * pen):
        return False
    x, y = ((points - (box.left, box.top)) / (box.width, box.height)).T
    # What lies at the ends of the box belongs to one bar or the other, and none of it in a corner.
    ends = [y[x < _END], y[x > 1 - _END], x[y < _END], x[y > 1 - _END]]
    if any(not len(end) or float(np.ptp(end)) > _BROAD for end in ends):
        return False
    left, right, top, bottom = (float(np.median(end)) for end in ends)
    is_central = all(_CORNER < middle < 1 - _CORNER for middle in (left, right, top, bottom))
    row = left + (right - left) * x
    column = top + (bottom - top) * y
    reach = (pen / 2 + _ASTRAY * size) / min(box.width, box.height)
    outside = (np.abs(x - column) > reach) & (np.abs(y - row) > reach)
    in_corner = (np.minimum(x, 1 - x) < _CORNER / 2) & (np.minimum(y, 1 - y) < _CORNER / 2)
    return is_central and float(outside.mean()) < _OUTSIDE and not in_corner.any()


def is_frame(points: Points, box: Box) -> bool:
    """Whether a mark is a rectangle, or a row of them: all four sides of its box are inked from end to end."""
    if min(box.width, box.height) <= 0:
        return False
    x, y = ((points - (box.left, box.top)) / (box.width, box.height)).T
    near = _NEAR * min(box.width, box.height)
    return all(
        len(np.unique(np.minimum(along[side <= share], 0.999) * _BINS // 1)) >= _SIDE * _BINS
        for side, along, share in (
            (y, x, near / box.height),
            (1 - y, x, near / box.height),
            (x, y, near / box.width),
            (1 - x, y, near / box.width),
        )
    )
