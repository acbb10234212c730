"""Raster ink: an image, a photo or rows of pixels, dark on light or light on dark, anywhere on its canvas."""

from dataclasses import replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from model.preprocess.coverage import BOX_THRESHOLD, cropped
from model.preprocess.finding import FoundInk, find_ink
from model.preprocess.frame import BOX_SIZE, Preprocessed, Trace, blank, place_in_frame
from model.preprocess.pieces import beside_the_digit, find_pieces, pixels_of
from model.preprocess.steps import Step

_MIN_SIZE = 40
"""Pixels: in smaller ink parts of a digit and specks cannot be told apart."""

_BLOCKY = 2.0
"""Times that ink is enlarged from which its pixels would be seen as blocks."""

_BLUR = 0.2
"""Share of full ink that is taken off from ink that was enlarged."""

_NEAR = 0.35
"""Of a digit's height: how far from the rest of it a stroke may lie."""


def preprocess_image(image: NDArray[np.uint8]) -> Preprocessed:
    """Turn a picture of ink into the 28x28 picture the network sees.

    Args:
        image: uint8, grey (height, width), or red, green, blue and alpha (height, width, 4).

    Raises:
        InkError: the array has another shape or type, or no pixels.
    """
    ink = _one_digit(find_ink(image))
    if ink.coverage is None:
        return blank(Trace("image", background=ink.background, steps=ink.steps))
    return _framed(ink.coverage, ink.corner, Trace("image", ink.colour, ink.background, steps=ink.steps))


def preprocess_coverage(coverage: NDArray[np.float32], trace: Trace) -> Preprocessed:
    """Bring ink on clean paper to the 28x28 picture the network sees.

    Args:
        coverage: float32 (height, width), 0 paper to 1 ink, somewhere above `BOX_THRESHOLD`.
        trace: what was done so far; the box, the scale and the shift are added to it.
    """
    return _framed(*cropped(coverage, coverage > BOX_THRESHOLD), trace)


def _one_digit(ink: FoundInk) -> FoundInk:
    """Ink without what lies too far beside its highest piece to belong to it: specks, a line of print, a button."""
    if ink.coverage is None or max(ink.coverage.shape) < _MIN_SIZE:
        return ink
    if ink.background == "flat" and not ink.has_gaps:
        return ink
    mask = ink.coverage > BOX_THRESHOLD
    pieces = find_pieces(mask)
    beside, are_several = beside_the_digit(pieces, _NEAR)
    if are_several:
        return replace(ink, steps=(*ink.steps, Step.of("several", ink.coverage)))
    if not beside.any():
        return ink
    coverage = np.where(pixels_of(pieces, beside, mask.shape), np.float32(0), ink.coverage)
    return replace(ink, coverage=coverage, steps=(*ink.steps, Step.of("pieces", coverage))).in_box()


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


def _resample(ink: NDArray[np.float32], scale: float) -> NDArray[np.float64]:
    """Scale ink by area weighting: every result pixel is the mean of the area of the source that it covers."""
    is_blocky = scale >= _BLOCKY
    weights = _linear_weights if is_blocky else _area_weights
    down, across = (weights(length, scale).astype(np.float32) for length in ink.shape)
    resampled = np.asarray(down @ ink @ across.T, np.float64)
    if not is_blocky:
        return resampled
    # What lies between the pixels is blurred: edges are made as steep as a pen's again.
    return np.asarray(np.clip((resampled / resampled.max() - _BLUR) / (1 - 1.6 * _BLUR), 0, 1))


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


def _linear_weights(length: int, scale: float) -> NDArray[np.float64]:
    """The share (scaled length, length) that each source pixel has in each result pixel, linear between centres."""
    cells = max(1, ceil(length * scale - 1e-9))
    places = (np.arange(cells) + 0.5) / scale - 0.5
    return np.asarray(np.maximum(0, 1 - np.abs(places[:, None] - np.arange(length))))
