"""Images distorted as they are: turned, slanted, stretched, bent, and with a thicker or thinner pen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.preprocess import BOX_SIZE, CENTRE, FRAME_SIZE
from model.settings import check, setting

_FAINTEST_INK = 25
"""Grey levels from which a pixel counts for the ink's box, as in `model.preprocess.image`."""

_BORDER = 1
"""Pixels of paper around the frame, so that what lies outside can be looked up."""


@dataclass(frozen=True, slots=True)
class ImageAugmentation:
    """How far random distortions of an image go; each amount is drawn evenly between minus and plus its limit.

    Raises:
        ConfigError: a limit is out of range.
    """

    rotation: float = setting(0.0, "degrees it is turned, at most", ge=0)
    shear: float = setting(0.0, "slant, in pixels sideways for one down", ge=0)
    scale: float = setting(0.0, "logarithm of the factor by which height and width change, each for itself", ge=0)
    shift: float = setting(0.0, "pixels it moves down and to the right, each for itself", ge=0)
    bend: float = setting(0.0, "pixels that elastic bending (Simard et al. 2003) moves the ink", ge=0)
    bend_width: float = setting(5.0, "pixels over which neighbours are bent alike, a standard deviation", gt=0)
    thickness: float = setting(0.0, "share of the way to the ink of the darkest or lightest neighbour", ge=0, le=1)
    # Interpolation softens, and a network that has only seen soft images is at a loss before sharp ones.
    untouched: float = setting(0.0, "share of the images that are left as they are", ge=0, le=1)
    normalised: bool = setting(
        default=False, about="bring the result back to MNIST's size and place, as the service does"
    )

    def __post_init__(self) -> None:
        check(self, "augmentation.images.")

    @property
    def is_identity(self) -> bool:
        """Whether nothing is to be distorted."""
        return not any((self.rotation, self.shear, self.scale, self.shift, self.bend, self.thickness))


def distort(
    pixels: NDArray[np.uint8], distortion: ImageAugmentation, *, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Distort each image of a batch in its own random way, about the frame's centre.

    Args:
        pixels: (batch, 784), 0 paper to 255 ink.
        distortion: how far to go.
        rng: the source of randomness.

    Returns:
        float32 (batch, 784), 0 to 255, bilinearly interpolated; outside the frame is paper.
    """
    maps, shifts = _random_maps(len(pixels), distortion, rng)
    if distortion.normalised:
        maps *= _size_corrections(pixels, maps)[:, None, None]
    grid = np.arange(FRAME_SIZE, dtype=np.float32) - FRAME_SIZE / 2
    # Where in the source each pixel comes from, (batch, rows, columns).
    down = maps[:, 0, 0, None, None] * grid[:, None] + maps[:, 0, 1, None, None] * grid
    across = maps[:, 1, 0, None, None] * grid[:, None] + maps[:, 1, 1, None, None] * grid
    down += shifts[:, 0, None, None] + FRAME_SIZE / 2
    across += shifts[:, 1, None, None] + FRAME_SIZE / 2
    if distortion.bend:
        bends = _random_bends(len(pixels), distortion, rng)
        down += bends[0]
        across += bends[1]
    images = _sample(pixels.reshape(-1, FRAME_SIZE, FRAME_SIZE), down, across)
    if distortion.thickness:
        images = _thicken(images, rng.uniform(-distortion.thickness, distortion.thickness, len(pixels)))
    if distortion.normalised:
        images = _centred(images)
    distorted = images.reshape(pixels.shape)
    if distortion.untouched:
        untouched = rng.random(len(pixels)) < distortion.untouched
        distorted[untouched] = pixels[untouched]
    return distorted


def _size_corrections(pixels: NDArray[np.uint8], maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """The factors (batch,) by which the longer side of each image's ink, once it is mapped, is too long."""
    grid = np.arange(FRAME_SIZE, dtype=np.float32) - FRAME_SIZE / 2
    rows, columns = np.repeat(grid, FRAME_SIZE), np.tile(grid, FRAME_SIZE)
    is_ink = pixels > _FAINTEST_INK
    longest = np.zeros(len(pixels), np.float32)
    # The maps lead from the result to the source; where the source's ink ends up is the other way round.
    for forward in np.linalg.inv(maps).transpose(1, 0, 2):
        places = forward[:, 0, None] * rows + forward[:, 1, None] * columns
        last = places.max(axis=1, where=is_ink, initial=-np.inf)
        first = places.min(axis=1, where=is_ink, initial=np.inf)
        np.maximum(longest, last - first + 1, out=longest)
    return np.where(longest > 0, longest / BOX_SIZE, np.float32(1))


def _centred(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Move the ink of images (batch, 28, 28) by whole pixels so that its centre of mass is where MNIST has it."""
    places = np.arange(FRAME_SIZE, dtype=np.float32)
    total = np.maximum(images.sum(axis=(1, 2)), 1e-6)
    down, across = (
        np.rint(CENTRE - images.sum(axis=other) @ places / total).astype(int).tolist() for other in (2, 1)
    )
    moved = np.zeros_like(images)
    for source, result, rows, columns in zip(images, moved, down, across, strict=True):
        result[_reached(rows), _reached(columns)] = source[_reached(-rows), _reached(-columns)]
    return moved


def _reached(shift: int) -> slice:
    """The places in the frame that a shift by so many pixels moves something to."""
    return slice(max(0, shift), FRAME_SIZE + min(0, shift))


def _random_maps(
    count: int, distortion: ImageAugmentation, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Linear maps (count, 2, 2) of (row, column) and shifts (count, 2), from result to source."""
    angle = np.radians(rng.uniform(-distortion.rotation, distortion.rotation, count))
    shear = rng.uniform(-distortion.shear, distortion.shear, count)
    height, width = np.exp(rng.uniform(-distortion.scale, distortion.scale, (2, count)))
    shifts = rng.uniform(-distortion.shift, distortion.shift, (count, 2))
    cosine, sine = np.cos(angle), np.sin(angle)
    rotate = np.stack([cosine, -sine, sine, cosine], axis=1).reshape(-1, 2, 2)
    stretch = np.zeros((count, 2, 2))
    stretch[:, 0, 0], stretch[:, 1, 1], stretch[:, 1, 0] = height, width, shear
    return (rotate @ stretch).astype(np.float32), shifts.astype(np.float32)


def _random_bends(count: int, distortion: ImageAugmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    """Smooth random displacements (2, count, 28, 28) down and across, in pixels: noise under a Gaussian."""
    # What is smooth over so many pixels needs no noise at each of them.
    noisy = np.arange(0, FRAME_SIZE, max(1, int(distortion.bend_width / 2)))
    gaussian = np.exp(-0.5 * ((np.arange(FRAME_SIZE)[:, None] - noisy) / distortion.bend_width) ** 2)
    # Rows of unit length: what is smoothed keeps the standard deviation of the noise.
    gaussian = (gaussian / np.linalg.norm(gaussian, axis=1, keepdims=True)).astype(np.float32)
    noise = rng.standard_normal((2, count, len(noisy), len(noisy)), dtype=np.float32)
    smooth: NDArray[np.float32] = gaussian @ (noise @ gaussian.T)
    amounts = rng.uniform(0, distortion.bend, count).astype(np.float32)
    smooth *= amounts[:, None, None]
    return smooth


def _sample(images: NDArray[np.uint8], down: NDArray[np.float32], across: NDArray[np.float32]) -> NDArray[np.float32]:
    """The images (batch, 28, 28) at the places `down` and `across` of the same shape, which are overwritten."""
    padded = np.pad(images, ((0, 0), (_BORDER, _BORDER + 1), (_BORDER, _BORDER + 1)))
    side = padded.shape[1]
    for places in (down, across):
        places += _BORDER
        np.clip(places, 0, side - 2, out=places)
    row, column = down.astype(np.int32), across.astype(np.int32)
    down -= row
    across -= column
    corner = row * side + column + (np.arange(len(images), dtype=np.int32) * (side * side))[:, None, None]
    source = padded.reshape(-1)
    corners = (source[offset:].take(corner) for offset in (0, 1, side, side + 1))
    top, bottom = (next(corners) * (1 - across) + next(corners) * across for _ in range(2))
    sampled: NDArray[np.float32] = top * (1 - down) + bottom * down
    return sampled


def _thicken(images: NDArray[np.float32], amounts: NDArray[np.float64]) -> NDArray[np.float32]:
    """Move the ink of each image (batch, 28, 28) towards its neighbours' by its amount (batch,), -1 to 1.

    Above 0 it is towards the darkest of them, a thicker pen; below 0 towards the lightest, a thinner one.
    """
    moved = images.copy()
    for some, extreme in ((amounts > 0, np.maximum), (amounts < 0, np.minimum)):
        neighbours = images[some]
        for axis in (1, 2):
            padded = np.pad(neighbours, [(0, 0) if each != axis else (1, 1) for each in range(3)])
            before, at, after = (padded.take(range(start, start + FRAME_SIZE), axis=axis) for start in range(3))
            neighbours = extreme(extreme(before, at), after)
        share = np.abs(amounts[some]).astype(np.float32)[:, None, None]
        moved[some] += share * (neighbours - moved[some])
    return moved
