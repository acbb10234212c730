"""Raster ink: an image, a photo or rows of pixels, dark on light or light on dark, anywhere on its canvas."""

from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from model.errors import InkError
from model.preprocess.background import Background, estimate_background
from model.preprocess.frame import BOX_SIZE, Preprocessed, Trace, blank, place_in_frame

Levels = NDArray[np.uint8] | NDArray[np.float32]
"""Grey levels (height, width), 0 to 255."""

MIN_CONTRAST = 16.0
"""Grey levels of 255 by which ink must stand out from the paper and its noise; with less, the image is blank."""

BOX_THRESHOLD = 0.1
"""Share of full ink from which a pixel counts for the ink box. MNIST's own edges are fainter in 0.03 % of images."""

_FULL_INK_RANK = 0.98
"""Share of the strong pixels, sorted, at which full ink is found."""

_NOISE_DEVIATIONS = 5.0
"""Standard deviations of the paper's noise below which a pixel is paper."""


@dataclass(frozen=True, slots=True)
class FoundInk:
    """The ink of a picture, told from its paper.

    Attributes:
        coverage: float32 (height, width) of the ink's box, 0 paper to 1 full ink; None if nothing stands out from the
            paper.
        corner: (left, top) of the box in the picture.
        colour: whether the ink is darker or lighter than the paper.
        background: `flat` if one level was subtracted, `uneven` if a fitted surface was.
    """

    coverage: NDArray[np.float32] | None
    corner: tuple[int, int]
    colour: Literal["dark", "light"]
    background: Literal["flat", "uneven"]


def preprocess_image(image: NDArray[np.uint8]) -> Preprocessed:
    """Turn a picture of ink into the 28x28 picture the network sees.

    Args:
        image: uint8, grey (height, width), or red, green, blue and alpha (height, width, 4).

    Raises:
        InkError: the array has another shape or type, or no pixels.
    """
    ink = find_ink(image)
    if ink.coverage is None:
        return blank(Trace("image", background=ink.background))
    return _framed(ink.coverage, ink.corner, Trace("image", ink.colour, ink.background))


def find_ink(image: NDArray[np.uint8]) -> FoundInk:
    """Tell the ink of a picture from its paper.

    Args:
        image: as `preprocess_image` takes it.

    Raises:
        InkError: as it raises.
    """
    grey = _grey(image)
    background = estimate_background(grey)
    left, top = 0, 0
    if background.noise == 0 and background.kind == "flat":
        # Most of a clean canvas is paper: what has exactly its level needs no further look.
        grey, (left, top) = _cropped(grey, grey != grey.dtype.type(background.level))
    colour, levels = _ink_levels(grey, background)
    coverage = _coverage(levels, background.noise)
    if coverage is not None:
        coverage, corner = _cropped(coverage, coverage > BOX_THRESHOLD)
        left, top = left + corner[0], top + corner[1]
    return FoundInk(coverage, (left, top), colour, background.kind)


def preprocess_coverage(coverage: NDArray[np.float32], trace: Trace) -> Preprocessed:
    """Bring ink on clean paper to the 28x28 picture the network sees.

    Args:
        coverage: float32 (height, width), 0 paper to 1 ink, somewhere above `BOX_THRESHOLD`.
        trace: what was done so far; the box, the scale and the shift are added to it.
    """
    return _framed(*_cropped(coverage, coverage > BOX_THRESHOLD), trace)


def _framed(coverage: NDArray[np.float32], corner: tuple[int, int], trace: Trace) -> Preprocessed:
    """Ink that fills its box, which lies there in the picture, in the frame."""
    height, width = coverage.shape
    scale = BOX_SIZE / max(height, width)
    boxed = _resample(coverage, scale)
    # A line thinner than a pixel of the frame comes out faint, but no pen that MNIST knows is faint.
    pixels, shift = place_in_frame(boxed / boxed.max())
    left, top = corner
    box = (float(left), float(top), float(left + width), float(top + height))
    return Preprocessed(pixels, replace(trace, box=box, scale=scale, shift=shift))


def _cropped(values: NDArray[Any], is_ink: NDArray[np.bool_]) -> tuple[NDArray[Any], tuple[int, int]]:
    """The part (height, width) with all that is ink, and its (left, top); the whole if nothing is."""
    rows, columns = (np.flatnonzero(is_ink.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return values, (0, 0)
    left, top = int(columns[0]), int(rows[0])
    return values[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1], (left, top)


def _grey(image: NDArray[np.uint8]) -> Levels:
    """Luma (height, width), 0 black to 255 white; transparency becomes paper."""
    if image.dtype != np.uint8 or image.size == 0 or image.ndim not in {2, 3}:
        raise InkError("an image is a non-empty array of 8-bit grey levels or of red, green, blue and alpha")
    if image.ndim == 2:
        return image  # a quarter of the memory to look through
    if image.shape[2] != 4:
        raise InkError(f"a colour image has 4 channels (red, green, blue, alpha), not {image.shape[2]}")
    red, green, blue = (image[..., channel].astype(np.float32) for channel in range(3))
    luma: NDArray[np.float32] = 0.299 * red + 0.587 * green + 0.114 * blue  # ITU-R BT.601, as Pillow has it
    alpha = image[..., 3].astype(np.float32) / 255
    covered = float(alpha.sum())
    if covered == alpha.size:
        return luma
    # What is transparent has no colour of its own, and the ink may be black or white: put it on the paper that
    # it stands out from.
    mean_luma = float((luma * alpha).sum()) / covered if covered else 0.0
    paper = np.float32(255 if mean_luma < 128 else 0)
    return (luma * alpha + paper * (1 - alpha)).astype(np.float32, copy=False)


def _ink_levels(grey: Levels, background: Background) -> tuple[Literal["dark", "light"], NDArray[np.float32]]:
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


def _coverage(levels: NDArray[np.float32], noise: float) -> NDArray[np.float32] | None:
    """The ink's coverage, 0 to 1, without the paper's noise; None if nothing stands out from the paper.

    The levels are overwritten.
    """
    highest = float(levels.max())
    floor = _NOISE_DEVIATIONS * noise
    if highest - floor < MIN_CONTRAST:
        return None
    # Full ink is what the strongest pixels have but for the top few, which in photos are noise.
    strong = levels[levels > highest / 2]
    rank = int(_FULL_INK_RANK * (strong.size - 1))
    full = max(float(np.partition(strong, rank)[rank]), floor + MIN_CONTRAST)
    coverage = np.subtract(levels, floor, out=levels)
    coverage /= full - floor
    return np.clip(coverage, 0, 1, out=coverage)


def _resample(ink: NDArray[np.float32], scale: float) -> NDArray[np.float64]:
    """Scale ink by area weighting: every result pixel is the mean of the area of the source that it covers."""
    down, across = (_area_weights(length, scale).astype(np.float32) for length in ink.shape)
    return np.asarray(down @ ink @ across.T, np.float64)


def _area_weights(length: int, scale: float) -> NDArray[np.float64]:
    """The share (scaled length, length) that each source pixel has in each result pixel.

    The scaled length is rounded up: the last pixel may be covered in part, the ink keeps its exact aspect.
    """
    cells = max(1, ceil(length * scale - 1e-9))
    edges = np.arange(length + 1) * scale
    starts = np.arange(cells)[:, None]
    overlap: NDArray[np.float64] = np.minimum(edges[1:], starts + 1)
    overlap -= np.maximum(edges[:-1], starts)
    return np.maximum(overlap, 0, out=overlap)
