"""Training images drawn again a little differently, so that the network learns the digit and not the one drawing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.errors import ConfigError
from model.preprocess import FRAME_SIZE


@dataclass(frozen=True, slots=True)
class Affine:
    """How far random affine distortions go; each is drawn evenly between minus and plus its limit.

    Attributes:
        rotation: degrees.
        shear: horizontal pixels for one pixel down: the slant of handwriting.
        scale: the logarithm of the factor, for height and width on their own.
        shift: pixels, down and to the right on their own.

    Raises:
        ConfigError: a limit is negative or not finite.
    """

    rotation: float = 0.0
    shear: float = 0.0
    scale: float = 0.0
    shift: float = 0.0

    def __post_init__(self) -> None:
        for name in ("rotation", "shear", "scale", "shift"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ConfigError(f"augmentation.{name} must be 0 or more, not {getattr(self, name)}")

    @property
    def is_identity(self) -> bool:
        """Whether nothing is to be distorted."""
        return not any((self.rotation, self.shear, self.scale, self.shift))


def distort(pixels: NDArray[np.uint8], affine: Affine, *, rng: np.random.Generator) -> NDArray[np.float32]:
    """Distort each image of a batch by its own random affine map, about the frame's centre.

    Args:
        pixels: (batch, 784), 0 paper to 255 ink.
        affine: how far to go.
        rng: the source of randomness.

    Returns:
        float32 (batch, 784), 0 to 255, bilinearly interpolated; outside the frame is paper.
    """
    maps, shifts = _random_maps(len(pixels), affine, rng)
    padded = np.pad(pixels.reshape(-1, FRAME_SIZE, FRAME_SIZE), ((0, 0), (1, 2), (1, 2)))
    side = FRAME_SIZE + 3
    grid = np.arange(FRAME_SIZE, dtype=np.float32) - FRAME_SIZE / 2
    # Where in the source each pixel comes from, (batch, rows, columns), as an index into the padded image.
    down = maps[:, 0, 0, None, None] * grid[:, None] + maps[:, 0, 1, None, None] * grid
    across = maps[:, 1, 0, None, None] * grid[:, None] + maps[:, 1, 1, None, None] * grid
    down += shifts[:, 0, None, None] + (FRAME_SIZE / 2 + 1)
    across += shifts[:, 1, None, None] + (FRAME_SIZE / 2 + 1)
    np.clip(down, 0, side - 2, out=down)
    np.clip(across, 0, side - 2, out=across)
    row, column = down.astype(np.int32), across.astype(np.int32)
    down -= row
    across -= column
    corner = row * side + column + (np.arange(len(pixels), dtype=np.int32) * (side * side))[:, None, None]
    source = padded.reshape(-1)
    top = source[corner] * (1 - across) + source[corner + 1] * across
    bottom = source[corner + side] * (1 - across) + source[corner + side + 1] * across
    distorted: NDArray[np.float32] = top * (1 - down) + bottom * down
    return distorted.reshape(pixels.shape)


def _random_maps(
    count: int, affine: Affine, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Linear maps (count, 2, 2) of (row, column) and shifts (count, 2), from result to source."""
    angle = np.radians(rng.uniform(-affine.rotation, affine.rotation, count))
    shear = rng.uniform(-affine.shear, affine.shear, count)
    height, width = np.exp(rng.uniform(-affine.scale, affine.scale, (2, count)))
    shifts = rng.uniform(-affine.shift, affine.shift, (count, 2))
    cosine, sine = np.cos(angle), np.sin(angle)
    rotate = np.stack([cosine, -sine, sine, cosine], axis=1).reshape(-1, 2, 2)
    stretch = np.zeros((count, 2, 2))
    stretch[:, 0, 0], stretch[:, 1, 1], stretch[:, 1, 0] = height, width, shear
    return (rotate @ stretch).astype(np.float32), shifts.astype(np.float32)
