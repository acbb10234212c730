"""From grey levels on paper to the ink's coverage."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model.preprocess.background import Background
from model.preprocess.levels import Levels

MIN_CONTRAST = 16.0
"""Grey levels of 255 by which ink must stand out from the paper and its noise; with less, the image is blank."""

BOX_THRESHOLD = 0.1
"""Share of full ink from which a pixel counts for the ink box. MNIST's own edges are fainter in 0.03 % of images."""

_FULL_INK_RANK = 0.98
"""Share of the strong pixels, sorted, at which full ink is found."""


def ink_levels(grey: Levels, background: Background) -> tuple[Literal["dark", "light"], NDArray[np.float32]]:
    """By how many grey levels each pixel stands out from the paper, in the direction most of the contrast has."""
    paper = np.asarray(background.level, np.float32)
    contrast = grey - paper
    light = np.maximum(contrast, 0)
    if np.vdot(contrast, contrast) <= 2 * np.vdot(light, light):
        return "light", light
    dark = np.subtract(light, contrast, out=contrast)
    if background.kind == "uneven":
        # A shadow dims paper and ink alike: what counts of dark ink is the share of the light that it takes.
        dark *= paper.max() / np.maximum(paper, 1)
    return "dark", dark


def full_coverage(
    levels: NDArray[np.float32], floor: float, least: float = MIN_CONTRAST
) -> NDArray[np.float32] | None:
    """The ink's coverage, 0 to 1, without the paper's noise; None if nothing stands out from the paper.

    Args:
        levels: by which each pixel stands out; they are overwritten.
        floor: of them, what is paper and its noise.
        least: by which ink must stand out from that.
    """
    highest = float(levels.max())
    if highest - floor < least:
        return None
    # Full ink is what the strongest pixels have but for the top few, which in photos are noise.
    strong = levels[levels > highest / 2]
    rank = int(_FULL_INK_RANK * (strong.size - 1))
    full = max(float(np.partition(strong, rank)[rank]), floor + least)
    coverage = np.subtract(levels, floor, out=levels)
    coverage /= full - floor
    return np.clip(coverage, 0, 1, out=coverage)


def cropped(values: NDArray[Any], is_ink: NDArray[np.bool_]) -> tuple[NDArray[Any], tuple[int, int]]:
    """The part (height, width) with all that is ink, and its (left, top); the whole if nothing is."""
    rows, columns = (np.flatnonzero(is_ink.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return values, (0, 0)
    left, top = int(columns[0]), int(rows[0])
    return values[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1], (left, top)
