"""One level for each pixel, in which the ink stands out from its paper: luma, or where luma hides ink, colour."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import InkError

Levels = NDArray[np.uint8] | NDArray[np.float32]
"""Grey levels (height, width), 0 to 255."""

_OPAQUE = 255

_FAINT = 32.0
"""Grey levels of luma below which another colour than the paper's may stand out more."""

_UNEQUAL = 0.5
"""Ink of one colour has the same share of luma everywhere; where it has less of it than this, luma misses some."""

_HIDDEN = 0.2
"""Share of the contrast in colour that luma must have of ink, or it is hidden."""

_SOLID = 0.9
"""Share of its box that an opaque sheet fills; ink on transparent paper does not."""


@dataclass(frozen=True, slots=True)
class SeenLevels:
    """What is looked at of a picture.

    Attributes:
        levels: (height, width), 0 to 255.
        paper: of the pixel that was given as paper.
        is_colour: whether they are the distance from the paper's colour.
    """

    levels: Levels
    paper: float
    is_colour: bool = False


def check_image(image: NDArray[np.uint8]) -> None:
    """Refuse what is no picture.

    Raises:
        InkError: the array has another shape or type, or no pixels.
    """
    if image.dtype != np.uint8 or image.size == 0 or image.ndim not in {2, 3}:
        raise InkError("an image is a non-empty array of 8-bit grey levels or of red, green, blue and alpha")
    if image.ndim == 3 and image.shape[2] != 4:
        raise InkError(f"a colour image has 4 channels (red, green, blue, alpha), not {image.shape[2]}")


def see_levels(image: NDArray[np.uint8], paper: NDArray[np.uint8]) -> SeenLevels:
    """The levels of a picture, or of the part of it that is not plain paper.

    Args:
        image: as `model.preprocess.preprocess_image` takes it.
        paper: a pixel of its paper, uint8: () or (4,).
    """
    if image.ndim == 2:
        return SeenLevels(image, float(paper))
    luma, paper_luma = _luma(image, paper)
    distance = _distance(image, paper)
    if distance is None or not _luma_hides_ink(luma, paper_luma, distance):
        return SeenLevels(luma, paper_luma)
    return SeenLevels(distance.astype(np.float32), 0.0, is_colour=True)


def _luma(image: NDArray[np.uint8], paper: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """Luma (height, width), 0 black to 255 white, and that of the paper; transparency becomes paper."""
    red, green, blue = (image[..., channel].astype(np.float32) for channel in range(3))
    luma = _weighted(red, green, blue)
    paper_luma = _weighted(*paper[:3].astype(np.float32))
    if paper[3] == _OPAQUE and image[..., 3].min() == _OPAQUE:
        return luma, float(paper_luma)
    # What is transparent has no colour of its own, and the ink may be black or white: put it on the paper that
    # it stands out from.
    alpha = image[..., 3].astype(np.float32) / _OPAQUE
    covered = float(alpha.sum())
    mean_luma = float((luma * alpha).sum()) / covered if covered else 0.0
    under = np.float32(255 if mean_luma < 128 else 0)
    luma = (luma * alpha + under * (1 - alpha)).astype(np.float32, copy=False)
    share = np.float32(paper[3]) / np.float32(_OPAQUE)
    return luma, float(paper_luma * share + under * (1 - share))


def _weighted(red: Any, green: Any, blue: Any) -> Any:
    """ITU-R BT.601, as Pillow has it."""
    return np.float32(0.299) * red + np.float32(0.587) * green + np.float32(0.114) * blue


def _distance(image: NDArray[np.uint8], paper: NDArray[np.uint8]) -> NDArray[np.int16] | None:
    """By how much the colour differs from the paper's, in the channel where it differs most; None if all is grey.

    Of ink on transparent paper the opacity tells, whatever colour lies in it or below.
    """
    if paper[3] < _OPAQUE:
        return _opacity(image)
    red, green, blue = (image[..., channel] for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return None
    gaps = [np.abs(image[..., channel].astype(np.int16) - int(paper[channel])) for channel in range(3)]
    return np.maximum(np.maximum(gaps[0], gaps[1]), gaps[2])


def _opacity(image: NDArray[np.uint8]) -> NDArray[np.int16] | None:
    """None if what is opaque is a sheet of its own, on which there may be ink."""
    alpha = image[..., 3]
    rows, columns = (np.flatnonzero((alpha > _OPAQUE // 2).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    solid = (alpha > _OPAQUE // 2)[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return None if solid.mean() > _SOLID else alpha.astype(np.int16)


def _luma_hides_ink(luma: NDArray[np.float32], paper: float, distance: NDArray[np.int16]) -> bool:
    """Whether the distance from the paper's colour tells more of the ink than luma does, or of more of it."""
    furthest = int(distance.max())
    if not furthest:
        return False
    strong = distance > furthest // 2
    contrast = np.abs(luma[strong] - np.float32(paper))
    if float(contrast.max()) < min(_FAINT, _UNEQUAL * furthest):
        return True
    shares = contrast / distance[strong]
    low, high = np.quantile(shares, [0.05, 0.95])
    return bool(low < _UNEQUAL * high or high < _HIDDEN)
