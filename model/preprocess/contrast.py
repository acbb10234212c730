"""How far each pixel of a photo stands out from the paper around it, wherever the light falls."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

_BLOCKS = 200
"""Blocks along the longer side, in each of which the paper has one level."""

_WINDOWS = (0.035, 0.07, 0.14, 0.22)
"""Shares of the shorter side: strokes are narrower than one of these."""

_FILLED = 0.5
"""Share of what the largest window fills in that the right one does: beyond the strokes only shadows are filled."""

_AROUND = 0.3
"""Share of the same: as far as this reaches what is around a pixel."""

_WIDE = 0.28
"""The same: what is wider than this is no stroke."""


@dataclass(frozen=True, slots=True)
class LocalContrast:
    """What stands out.

    Attributes:
        levels: float32 (height, width), 0 to 255: by how many grey levels, as in full light.
        floor: of these levels, what paper and its noise have.
        colour: whether the ink is darker or lighter than the paper around it.
    """

    levels: NDArray[np.float32]
    floor: float
    colour: Literal["dark", "light"]


def local_contrast(grey: NDArray[np.float32], within: NDArray[np.bool_] | None = None) -> LocalContrast:
    """The contrast of each pixel with the paper around it.

    The paper's level is that of a grey-scale closing (Serra 1982): dark strokes are filled up from both their sides,
    while a shadow, which is wider, keeps its edge.

    Args:
        grey: (height, width), 0 to 255; a few hundred pixels to a side.
        within: bool (height, width), the part in which ink is looked for, if that is not all.
    """
    blocks = _block_medians(grey, -(-max(grey.shape) // _BLOCKS))
    colour = _colour_of_strokes(blocks)
    if colour == "light":
        grey, blocks = 255 - grey, 255 - blocks
    share = _wider_than_strokes(blocks)
    paper = _closing(grey, _window(share, grey.shape))
    levels = np.maximum(paper - grey, 0)
    if colour == "dark":
        # A shadow dims paper and ink alike: what counts of dark ink is the share of the light that it takes.
        levels *= paper.max() / np.maximum(paper, 1)
    if within is not None:
        levels[~within] = 0
    looked_at = levels if within is None else levels[within]
    usual = float(np.median(looked_at))
    noise = 1.4826 * float(np.median(np.abs(looked_at - usual)))
    return LocalContrast(levels, usual + 4 * noise, colour)


def has_wide_parts(mask: NDArray[np.bool_]) -> bool:
    """Whether a square of a mask (height, width), as wide as no stroke is, is full."""
    window = _window(_WIDE, mask.shape)
    return bool((_running_max(np.where(mask, -1, 0).astype(np.float32), window) < 0).any())


def _colour_of_strokes(blocks: NDArray[np.float32]) -> Literal["dark", "light"]:
    """Whether what is rarer is darker or lighter than what is around it: the skewness of the levels tells."""
    residuals = blocks - _running_mean(blocks, _window(_AROUND, blocks.shape))
    return "light" if float((residuals**3).sum()) > 0 else "dark"


def _wider_than_strokes(blocks: NDArray[np.float32]) -> float:
    """The share of the shorter side that is wider than dark strokes are, but no wider than need be: for shadows."""
    filled = [float(((_closing(blocks, _window(share, blocks.shape)) - blocks) ** 2).sum()) for share in _WINDOWS]
    chosen = next(index for index, energy in enumerate(filled) if energy >= _FILLED * filled[-1])
    return _WINDOWS[min(chosen + 1, len(_WINDOWS) - 1)]


def _window(share: float, shape: tuple[int, ...]) -> int:
    return max(3, round(share * min(shape)) | 1)


def _closing(values: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    return -_running_max(-_running_max(values, window), window)


def _block_medians(grey: NDArray[np.float32], block: int) -> NDArray[np.float32]:
    if block == 1:
        return grey
    rows, columns = (-(-length // block) for length in grey.shape)
    padded = np.pad(grey, ((0, rows * block - grey.shape[0]), (0, columns * block - grey.shape[1])), mode="edge")
    blocks = padded.reshape(rows, block, columns, block).swapaxes(1, 2).reshape(rows, columns, -1)
    return np.median(blocks, axis=2).astype(np.float32)


def _running_max(values: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    """The highest value in a square window, odd in width, around each; beyond the edge there are none."""
    reach = window // 2
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (reach, reach)
        wide = np.moveaxis(np.pad(values, padding, constant_values=-np.inf), axis, 0)
        length = 1
        while length < window:
            step = min(length, window - length)
            wide = np.maximum(wide[: len(wide) - step], wide[step:])
            length += step
        values = np.moveaxis(wide, 0, axis)
    return values


def _running_mean(values: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    """The mean in a square window, odd in width, around each; what lies beyond the edge does not count."""
    sums = [_box_sums(part, window) for part in (values.astype(np.float64), np.ones(values.shape))]
    return np.asarray(sums[0] / sums[1], np.float32)


def _box_sums(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    reach = window // 2
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (reach + 1, reach)
        sums = np.moveaxis(np.pad(values, padding).cumsum(axis=axis), axis, 0)
        values = np.moveaxis(sums[window:] - sums[:-window], 0, axis)
    return values
