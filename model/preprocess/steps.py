"""What it took to find the ink in a picture, step by step, for people to look at."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

PREVIEW_SIZE = 56
"""Pixels along the longer side of a step's picture, at most."""

StepName = Literal["colour", "paper", "sheet", "frame", "edge", "rules", "pieces", "several", "too_faint"]
"""What finding the ink in a picture may take:

- `colour`: the distance from the paper's colour was taken for the grey level;
- `paper`: how light the paper is was taken for each pixel by itself, since it is not all alike;
- `sheet`: what lies on a sheet of paper was taken;
- `frame`: what lies within a frame was taken;
- `edge`: what lies along the edge was taken away, such as a bar, a desk, a thumb, a rule;
- `rules`: what is fainter than the ink and runs through it was taken away, such as rules and stains;
- `pieces`: what lies too far beside the digit to belong to it was taken away;
- `several`: nothing was, since there may be several digits;
- `too_faint`: something stands out from the paper, but not by enough to be told from its noise.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step.

    Attributes:
        name: what was done.
        pixels: uint8 (height, width), at most `PREVIEW_SIZE` each: what stood out then, 0 paper to 255 ink.
    """

    name: StepName
    pixels: NDArray[np.uint8]

    @classmethod
    def of(cls, name: StepName, levels: NDArray[np.float32]) -> "Step":
        """The step after which the ink stood out from its paper by `levels` (height, width), 0 for paper."""
        size = max(levels.shape)
        some = levels[:: max(1, size // (4 * PREVIEW_SIZE)), :: max(1, size // (4 * PREVIEW_SIZE))]
        cell = -(-max(some.shape) // PREVIEW_SIZE)
        for axis in (0, 1):  # the most of each cell: a thin line stays one
            some = np.maximum.reduceat(some, np.arange(0, some.shape[axis], cell), axis=axis)
        full = max(float(some.max()), 1e-9)
        return cls(name, np.asarray(np.rint(np.maximum(some, 0) * (255 / full)), np.uint8))
