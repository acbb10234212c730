"""How far each pixel of a photo stands out from the paper around it, wherever the light falls."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.preprocess.background import light_surface
from model.preprocess.components import grown, in_pixels, label_components

_BLOCKS = 200
"""Blocks along the longer side, in each of which the paper has one level."""

_WINDOWS = (0.035, 0.07, 0.14, 0.22, 0.32)
"""Shares of the shorter side: strokes are narrower than one of these but the last."""

_FINE = 0.07
"""Share of the same: how wide what tells dark ink from light ink is at most, so that shadows do not count."""

_MOST = 0.5
"""Share of the most that any window finds which the right one does; wider ones only find more of shadows."""

_GROWING = 0.2
"""Share of a piece's rim that a wider window takes for ink as well: of a stroke less, of a shadow's corner more."""

_LIKEWISE = 0.4
"""Of a piece's level: what its rim then has, if it grows."""

_LEAST = 4.0
"""Levels below which all is taken for noise."""

_WIDE = 0.28
"""Share of the shorter side: what is wider than this is no stroke."""


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
    light = light_surface(grey, within)
    if light is not None:
        grey = np.clip(grey * (np.median(light) / np.maximum(light, 1)), 0, 255).astype(np.float32)
    size = -(-max(grey.shape) // _BLOCKS)
    blocks = _block_medians(grey, size)
    colour = _colour_of_strokes(blocks)
    if colour == "light":
        grey, blocks = 255 - grey, 255 - blocks
    share, shadows = _window_and_shadows(blocks, colour)
    levels = _filled_up(grey, share, colour)
    levels[in_pixels(grown(shadows), size, grey.shape)] = 0
    if within is not None:
        levels[~within] = 0
    return LocalContrast(levels, _floor(levels if within is None else levels[within]), colour)


def has_wide_parts(mask: NDArray[np.bool_]) -> bool:
    """Whether a square of a mask (height, width), as wide as no stroke is, is full."""
    window = _window(_WIDE, mask.shape)
    return bool((_running_max(np.where(mask, -1, 0).astype(np.float32), window) < 0).any())


def _colour_of_strokes(blocks: NDArray[np.float32]) -> Literal["dark", "light"]:
    """Whether what is fine is darker or lighter than what is around it: the skewness of the levels tells."""
    window = _window(_FINE, blocks.shape)
    smooth = (_opening(_closing(blocks, window), window) + _closing(_opening(blocks, window), window)) / 2
    return "light" if float(((blocks - smooth) ** 3).sum()) > 0 else "dark"


def _window_and_shadows(
    blocks: NDArray[np.float32], colour: Literal["dark", "light"]
) -> tuple[float, NDArray[np.bool_]]:
    """The share of the shorter side that is wider than the strokes, but no wider than need be; and shadows' corners.

    Strokes that one window fills up are not larger for the next; what is a corner of a shadow is.
    """
    found = [_filled_up(blocks, share, colour) for share in _WINDOWS]
    parted = [_strokes_and_shadows(narrow, wide) for narrow, wide in pairwise(found)]
    energy = [float((levels[strokes] ** 2).sum()) for levels, (strokes, _) in zip(found, parted, strict=False)]
    chosen = next(index for index, one in enumerate(energy) if one >= _MOST * max(energy))
    return _WINDOWS[chosen], parted[chosen][1]


def _strokes_and_shadows(
    narrow: NDArray[np.float32], wide: NDArray[np.float32]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of what stands out for a narrow window, the pieces that are no larger for a wider one, and those that are."""
    mask = narrow > max(_floor(narrow), _LEAST)
    labels, count = label_components(mask)
    area = np.bincount(labels[mask], minlength=count)
    level = np.bincount(labels[mask], weights=narrow[mask], minlength=count) / np.maximum(area, 1)
    around = np.pad(labels, 1, constant_values=-1)
    rim, larger = np.zeros(count), np.zeros(count)
    for beside in (around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:]):
        is_rim = ~mask & (beside >= 0)
        piece = beside[is_rim]
        rim += np.bincount(piece, minlength=count)
        larger += np.bincount(piece, weights=wide[is_rim] > _LIKEWISE * level[piece], minlength=count)
    grows = np.append(larger > _GROWING * rim, False)
    return mask & ~grows[labels], grows[labels]


def _filled_up(grey: NDArray[np.float32], share: float, colour: Literal["dark", "light"]) -> NDArray[np.float32]:
    """By how many levels, as in full light, a window of this share of the shorter side fills up what is dark."""
    paper = _closing(grey, _window(share, grey.shape))
    levels = paper - grey
    if colour == "dark":
        # A shadow dims paper and ink alike: what counts of dark ink is the share of the light that it takes.
        levels *= paper.max() / np.maximum(paper, 1)
    return levels


def _floor(levels: NDArray[np.float32]) -> float:
    """Of levels by which pixels stand out, what paper and its noise have."""
    usual = float(np.median(levels))
    return usual + 4 * 1.4826 * float(np.median(np.abs(levels - usual)))


def _window(share: float, shape: tuple[int, ...]) -> int:
    return max(3, round(share * min(shape)) | 1)


def _closing(values: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    return -_running_max(-_running_max(values, window), window)


def _opening(values: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    return -_closing(-values, window)


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
