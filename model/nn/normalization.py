"""Grey levels to network inputs (lecture topic 3): one affine map for each pixel, stored with the weights."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from model.nn.layer import Floats

GREY_LEVELS = 255
"""The level of full ink."""

SCALINGS = ("none", "unit", "symmetric", "center", "standardize")
"""Every scaling by the name it has on the command line."""

_CHUNK = 1_000


@dataclass(frozen=True, eq=False, slots=True)
class Normalization:
    """inputs = (grey level - offset) / divisor, pixel by pixel.

    Attributes:
        offset: float32 (784,), in grey levels.
        divisor: float32 (784,), above 0.
    """

    offset: NDArray[np.float32]
    divisor: NDArray[np.float32]

    def apply(self, pixels: NDArray[np.uint8] | NDArray[np.float32], dtype: DTypeLike = np.float32) -> Floats:
        """Inputs (batch, 784) for grey levels 0 to 255, (batch, 28, 28) or (batch, 784)."""
        inputs = np.subtract(pixels.reshape(len(pixels), -1), self.offset, dtype=dtype)
        inputs /= self.divisor
        return inputs


def fit_normalization(name: str, images: NDArray[np.uint8]) -> Normalization:
    """The scaling of this name, fitted where it needs fitting.

    `none` leaves 0 to 255; `unit` gives 0 to 1; `symmetric` -1 to 1; `center` the distance from the pixel's mean,
    with full ink as the unit; `standardize` that distance in standard deviations of the pixel. A pixel that hardly
    varies (by less than one grey level on average, as those at the rim) has no deviation to speak of: it is only
    centred, or the first ink ever to reach it would count a thousandfold.

    Args:
        name: one of `SCALINGS`.
        images: (N, 28, 28), the training part only.
    """
    pixels = images.reshape(len(images), -1)
    zero, one = np.zeros(pixels.shape[1]), np.ones(pixels.shape[1])
    if name == "none":
        return _scaling(zero, one)
    if name == "unit":
        return _scaling(zero, one * GREY_LEVELS)
    if name == "symmetric":
        return _scaling(one * GREY_LEVELS / 2, one * GREY_LEVELS / 2)
    mean = pixels.mean(axis=0, dtype=np.float64)
    if name == "center":
        return _scaling(mean, one * GREY_LEVELS)
    # Some rows at a time, since a double for each pixel of each image takes eight times the images' own memory.
    squares = sum(
        (((pixels[start : start + _CHUNK] - mean) ** 2).sum(axis=0) for start in range(0, len(pixels), _CHUNK)), zero
    )
    deviation = np.sqrt(squares / len(pixels))
    return _scaling(mean, np.where(deviation < 1, GREY_LEVELS, deviation))


def _scaling(offset: NDArray[np.float64], divisor: NDArray[np.float64]) -> Normalization:
    return Normalization(offset.astype(np.float32), divisor.astype(np.float32))
