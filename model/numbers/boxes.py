"""Boxes around ink, and how far they lie apart from left to right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Box:
    """The tight box of some ink, x to the right and y down, in any unit.

    Attributes:
        left: lowest x.
        top: lowest y.
        right: highest x, at least `left`.
        bottom: highest y, at least `top`.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def centre(self) -> float:
        """Halfway from left to right."""
        return (self.left + self.right) / 2

    def overlap(self, other: "Box") -> float:
        """How far both go side by side from left to right; below 0 it is the gap between them."""
        return min(self.right, other.right) - max(self.left, other.left)


def height_of_line(boxes: Sequence[Box]) -> float:
    """The height of the tallest ink, by which all else is measured; above 0.

    A line of dashes has none to measure by: its height is told from the longest.
    """
    tallest = max((box.height for box in boxes), default=0.0)
    longest = max((box.width for box in boxes), default=0.0)
    return max(tallest, longest / 20, 1e-12)


def around(boxes: Iterable[Box]) -> Box:
    """The box of several boxes, at least one."""
    listed = list(boxes)
    return Box(
        min(box.left for box in listed),
        min(box.top for box in listed),
        max(box.right for box in listed),
        max(box.bottom for box in listed),
    )


def box_of(points: Iterable[NDArray[np.float64]]) -> Box:
    """The box of some polylines, (points, 2) each, at least one point in all."""
    every = np.concatenate(list(points))
    (left, top), (right, bottom) = every.min(axis=0).tolist(), every.max(axis=0).tolist()
    return Box(left, top, right, bottom)
