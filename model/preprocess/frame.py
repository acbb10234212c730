"""The common end of the way: ink that fills a 20-pixel box is placed into the 28x28 frame by its centre of mass."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.preprocess.steps import Step, StepName

FRAME_SIZE = 28
BOX_SIZE = 20
CENTRE = 14
"""The pixel index, not the edge, on which MNIST puts the centre of mass: over its 60,000 training images the mean
is 13.996 / 14.007 and every single one lies within half a pixel. 13.5 would be the middle of the frame."""

BackgroundKind = Literal["flat", "uneven", "local"]

_INDICES = np.arange(FRAME_SIZE, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Trace:
    """What was done to the ink on its way.

    Attributes:
        source: which way the ink came in.
        ink: whether the ink was darker or lighter than its background; None for strokes and blank images.
        background: `flat` if one level was subtracted, `uneven` if a fitted surface was, `local` if the paper around
            each pixel was; None for strokes.
        box: (left, top, right, bottom) of the ink in the caller's own units; None if there is no ink.
        scale: 28x28 pixels for one of the caller's units.
        shift: (down, right), the whole pixels by which the 20-pixel box was moved from the frame's corner.
        steps: what else it took to find the ink in an image, in order.
    """

    source: Literal["image", "strokes"]
    ink: Literal["dark", "light"] | None = None
    background: BackgroundKind | None = None
    box: tuple[float, float, float, float] | None = None
    scale: float | None = None
    shift: tuple[int, int] | None = None
    steps: tuple[Step, ...] = ()

    @property
    def step_names(self) -> tuple[StepName, ...]:
        """What was done in each of the steps."""
        return tuple(step.name for step in self.steps)


@dataclass(frozen=True, slots=True)
class Preprocessed:
    """What the network sees, and how it came about.

    Attributes:
        pixels: uint8 (28, 28), 0 paper to 255 full ink, as in the MNIST files; all zero if there is no ink.
        trace: the steps taken.
    """

    pixels: NDArray[np.uint8]
    trace: Trace

    @property
    def is_blank(self) -> bool:
        """Whether there was no ink at all."""
        return self.trace.box is None


def blank(trace: Trace) -> Preprocessed:
    """The result for input without ink."""
    return Preprocessed(np.zeros((FRAME_SIZE, FRAME_SIZE), np.uint8), trace)


def place_in_frame(ink: NDArray[np.float64]) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Put ink into the frame, its centre of mass on pixel index (14, 14), and round to grey levels.

    The shift is by whole pixels, so that nothing is blurred, and stops at the frame's edge, so that nothing of
    very lopsided ink is lost.

    Args:
        ink: (height, width) of at most 28 each, coverage 0 to 1, not all zero.

    Returns:
        uint8 (28, 28), and the shift (down, right) of the ink's corner from the frame's.
    """
    total = ink.sum()
    centre_row = ink.sum(axis=1) @ _INDICES[: ink.shape[0]] / total
    centre_column = ink.sum(axis=0) @ _INDICES[: ink.shape[1]] / total
    down = _shift(centre_row, ink.shape[0])
    right = _shift(centre_column, ink.shape[1])
    frame = np.zeros((FRAME_SIZE, FRAME_SIZE), np.uint8)
    frame[down : down + ink.shape[0], right : right + ink.shape[1]] = np.rint(ink * 255)
    return frame, (down, right)


def _shift(centre: float, length: int) -> int:
    """The whole-pixel shift of `length` pixels with their mass at index `centre`, kept inside the frame."""
    return min(max(round(CENTRE - centre), 0), FRAME_SIZE - length)
