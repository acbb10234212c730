"""Drawings as arrays: evenly spaced points along the way of the pen, so that a batch can be distorted at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

POINTS = 128
"""Along the whole way of the pen, the moves above the paper included: under a pixel apart for nearly all drawings."""


@dataclass(frozen=True, slots=True)
class Paths:
    """A batch of drawings.

    Attributes:
        points: float32 (batch, POINTS, 2), x to the right and y down, the longer side of each drawing's box from
            -1 to 1 and its middle at 0.
        stroke: int16 (batch, POINTS), which stroke a point belongs to, from 0; -1 on the way to the next one.
    """

    points: NDArray[np.float32]
    stroke: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.points)

    def take(self, indices: NDArray[np.int64]) -> "Paths":
        """Those at `indices`, in that order."""
        return Paths(self.points[indices], self.stroke[indices])

    @classmethod
    def of(cls, drawings: Sequence[Sequence[ArrayLike]]) -> "Paths":
        """The paths of drawings, each a list of strokes of finite [x, y] points; none may be without ink."""
        points = np.empty((len(drawings), POINTS, 2), np.float32)
        stroke = np.empty((len(drawings), POINTS), np.int16)
        for index, strokes in enumerate(drawings):
            points[index], stroke[index] = _path(strokes)
        return cls(points, stroke)


def _path(strokes: Sequence[ArrayLike]) -> tuple[NDArray[np.float64], NDArray[np.int16]]:
    """Points (POINTS, 2) and the stroke (POINTS,) each one belongs to."""
    drawn = [np.asarray(stroke, np.float64) for stroke in strokes if len(np.atleast_2d(stroke)[0])]
    corners = np.concatenate(drawn)
    low, high = corners.min(axis=0), corners.max(axis=0)
    corners = (corners - (low + high) / 2) * (2 / max(float((high - low).max()), 1e-300))
    owner = np.repeat(np.arange(len(drawn)), [len(stroke) for stroke in drawn])
    steps = np.hypot(*np.diff(corners, axis=0).T)
    passed = np.concatenate([[0.0], np.cumsum(steps)])
    # Every stroke has its share of the points by its length, but at least one, dots too.
    places = np.linspace(0.0, passed[-1], POINTS)
    segment = np.clip(
        np.searchsorted(passed, places, side="right") - 1, 0, len(corners) - 2 if len(corners) > 1 else 0
    )
    following = np.minimum(segment + 1, len(corners) - 1)
    within = np.divide(
        places - passed[segment],
        passed[following] - passed[segment],
        out=np.zeros(POINTS),
        where=passed[following] > passed[segment],
    )
    points = corners[segment] + within[:, None] * (corners[following] - corners[segment])
    stroke = np.where(owner[segment] == owner[following], owner[segment], -1).astype(np.int16)
    # The ends of every stroke are among the points, exactly: they often are the corners of the box.
    starts = np.searchsorted(owner, np.arange(len(drawn) + 1))
    for corner in np.concatenate([starts[1:] - 1, starts[:-1]]):
        nearest = int(np.abs(places - passed[corner]).argmin())
        points[nearest], stroke[nearest] = corners[corner], owner[corner]
    return points, stroke
