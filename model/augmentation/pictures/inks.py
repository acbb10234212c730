"""Ink of any size and pen, ready to be put on a picture: drawn paths, images of digits, and type."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.augmentation.paths import Paths
from model.preprocess import draw

Coverage = NDArray[np.float32]
"""(height, width), 0 paper to 1 full ink."""

_SOFT = 0.25
"""Share of full ink that is taken off at either end from an image that was enlarged, so that its edge is a pen's."""


class Ink(Protocol):
    """What can be put on a picture."""

    def at(self, size: float, pen: float) -> Coverage:
        """It with a longer side of `size` pixels, drawn with a pen of so many if its pen is not its own."""


@dataclass(frozen=True, slots=True)
class DrawnInk:
    """The way of a pen.

    Attributes:
        strokes: each (points, 2), x to the right and y down, the longer side of all from -1 to 1.
    """

    strokes: Sequence[NDArray[np.float64]]

    @classmethod
    def of(cls, paths: Paths, index: int) -> "DrawnInk":
        """One drawing of a batch."""
        points, stroke = paths.points[index].astype(np.float64), paths.stroke[index]
        runs = np.split(np.arange(len(points)), np.flatnonzero(np.diff(stroke)) + 1)
        return cls([points[run] for run in runs if stroke[run[0]] >= 0])

    def at(self, size: float, pen: float) -> Coverage:
        """See `Ink`."""
        lines, (width, height) = self._placed(max(size - pen, 1.0), pen / 2)
        return draw(lines, height=ceil(height), width=ceil(width), radius=pen / 2).astype(np.float32)

    def hard(self, size: int) -> Coverage:
        """It with a longer side of `size` pixels, in hard pixels as a drawing program's pencil of one leaves them."""
        lines, _ = self._placed(size - 1.0, 0.5)
        columns, rows = np.concatenate(lines).astype(np.intp).T
        pixels = np.zeros((rows.max() + 1, columns.max() + 1), np.float32)
        pixels[rows, columns] = 1
        return pixels

    def _placed(self, length: float, margin: float) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
        """The strokes in pixels from the corner of their box, and its width and height; margins go all around."""
        points = np.concatenate(self.strokes)
        low, extent = points.min(axis=0), np.ptp(points, axis=0)
        scale = length / max(float(extent.max()), 1e-6)
        return [(stroke - low) * scale + margin for stroke in self.strokes], extent * scale + 2 * margin


@dataclass(frozen=True, slots=True)
class ScannedInk:
    """An image of ink, whose pen is its own.

    Attributes:
        pixels: uint8 (height, width), 0 paper to 255 ink, somewhere ink.
    """

    pixels: NDArray[np.uint8]

    def at(self, size: float, pen: float) -> Coverage:
        """See `Ink`."""
        del pen
        rows, columns = (np.flatnonzero((self.pixels > 0).any(axis=axis)) for axis in (1, 0))
        ink = self.pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / np.float32(255)
        scale = size / max(ink.shape)
        down, across = (_weights(length, scale) for length in ink.shape)
        enlarged = down @ ink @ across.T
        coverage: Coverage = np.clip((enlarged - _SOFT) / (1 - 2 * _SOFT), 0, 1, dtype=np.float32)
        return coverage


def _weights(length: int, scale: float) -> NDArray[np.float32]:
    """The share (scaled length, length) of each source pixel in each result pixel, linear between their centres."""
    places = (np.arange(max(1, round(length * scale))) + 0.5) / scale - 0.5
    distances = np.abs(places[:, None] - np.arange(length)) * min(scale, 1.0)
    weights = np.maximum(1 - distances, 0)
    return np.asarray(weights / np.maximum(weights.sum(axis=1), 1)[:, None], np.float32)
