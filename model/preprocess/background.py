"""What the paper under raster ink looks like: by the image's border, or by all of a photo."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

_MIN_UNEVENNESS = 2.0
"""Grey levels of spread along the border below which the paper counts as flat: JPEG alone gives that much."""

_EVENED = 0.3
"""Share of the levels' spread that a surface leaves at most if it is the light's: a shadow's edge leaves more."""

_SAMPLES = 60
"""Along the longer side, at which the light is looked at."""


@dataclass(frozen=True, slots=True)
class Background:
    """The paper without the ink.

    Attributes:
        level: its grey level 0 to 255, one for all pixels or float32 (height, width) for each.
        noise: standard deviation of its grey levels.
        kind: `flat` for one level, `uneven` for a fitted surface.
    """

    level: float | NDArray[np.float32]
    noise: float
    kind: Literal["flat", "uneven"]


def estimate_background(grey: NDArray[np.uint8] | NDArray[np.float32]) -> Background:
    """Estimate the paper from the outermost pixels: people draw inside, and photos are lit unevenly.

    The median of the border is exact on a drawn canvas, however much ink touches a side. Where the border's
    levels spread, a quadratic surface is fitted to them and taken if it explains most of that spread.

    Args:
        grey: uint8 or float32 (height, width), 0 to 255.
    """
    border = _border(grey)
    if (border == border[0]).all():
        return Background(float(border[0]), 0.0, "flat")
    levels = border.astype(np.float64)
    level = float(np.median(levels))
    if clipped := _clipped_noise(levels, level):
        return Background(level, clipped, "flat")
    noise = _spread(levels - level)
    if noise > _MIN_UNEVENNESS:
        height, width = grey.shape
        down, right = np.arange(height)[:, None] / height, np.arange(width) / width
        terms = _quadratic_terms(*(_border(np.broadcast_to(part, grey.shape)) for part in (down, right)))
        weights = _fit_robustly(terms, levels)
        surface_noise = _spread(levels - terms @ weights)
        if surface_noise < noise / 2:
            return Background(_surface(weights, down, right), surface_noise, "uneven")
    return Background(level, noise, "flat")


def light_surface(grey: NDArray[np.float32], within: NDArray[np.bool_] | None = None) -> NDArray[np.float32] | None:
    """The light on a photo's paper, which goes dark towards its corners or to one side; None if it does not.

    Args:
        grey: (height, width), 0 to 255, most of it paper.
        within: bool (height, width), where the paper is, if not everywhere.

    Returns:
        float32 (height, width), 0 to 255.
    """
    height, width = grey.shape
    down, right = np.arange(height)[:, None] / height, np.arange(width) / width
    step = -(-max(grey.shape) // _SAMPLES)
    some = np.zeros(grey.shape, np.bool_)
    some[step // 2 :: step, step // 2 :: step] = True
    if within is not None:
        some &= within
    rows, columns = np.nonzero(some)
    levels = grey[some].astype(np.float64)
    terms = _quadratic_terms(down[rows, 0], right[columns])
    if len(levels) < 2 * terms.shape[1]:
        return None
    weights = _fit_robustly(terms, levels)
    if _spread(levels - terms @ weights) > _EVENED * _spread(levels - np.median(levels)):
        return None
    return _surface(weights, down, right)


def _clipped_noise(levels: NDArray[np.float64], level: float) -> float:
    """The standard deviation of the noise of white or black paper, half of which lies beyond the end of the scale.

    There most pixels have exactly the paper's level, so that the median tells nothing. The others spread as one side
    of a bell curve does, if they are noise; ink that touches the border has a level of its own.
    """
    if _MIN_UNEVENNESS < level < 255 - _MIN_UNEVENNESS:
        return 0.0
    # The median and the ninth decile of those on the visible side: 0.674 and 1.645 standard deviations.
    usual, far = np.quantile(np.abs(levels - level), [0.75, 0.95])
    return float(usual / 0.674) if 1.5 * usual < far < 4 * usual else 0.0


def _border(values: NDArray[Any]) -> NDArray[Any]:
    """The outermost values of (height, width)."""
    return np.concatenate([values[0], values[-1], values[1:-1, 0], values[1:-1, -1]])


def _quadratic_terms(y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The terms (..., 6) of a quadratic surface at places in units of the image's sides."""
    return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=-1)


def _surface(weights: NDArray[np.float64], y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float32]:
    """The surface (height, width) over a grid of places y (height, 1) and x (width,), within the grey levels.

    A row and a column hold all terms but one: nothing larger than the result is worked out.
    """
    level, by_x, by_y, by_x2, by_y2, by_xy = weights
    row = (level + by_x * x + by_x2 * x * x).astype(np.float32)
    column = (by_y * y + by_y2 * y * y).astype(np.float32)
    surface: NDArray[np.float32] = (by_xy * y).astype(np.float32) * x.astype(np.float32)
    surface += row
    surface += column
    return np.clip(surface, 0, 255, out=surface)


def _fit_robustly(terms: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least squares (6,), repeated without the pixels that stray from it: ink that touches the border."""
    weights: NDArray[np.float64] = np.linalg.lstsq(terms, levels)[0].astype(np.float64)
    for _ in range(3):
        residuals = np.abs(levels - terms @ weights)
        kept = residuals <= 2.5 * max(_spread(residuals), 1.0)
        if kept.sum() < 2 * terms.shape[1]:
            break
        weights = np.linalg.lstsq(terms[kept], levels[kept])[0].astype(np.float64)
    return weights


def _spread(residuals: NDArray[np.float64]) -> float:
    """The standard deviation, told from the median so that a few strays do not matter."""
    return 1.4826 * float(np.median(np.abs(residuals)))
