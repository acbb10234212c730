"""Ink seen as people send it: photos of paper, screenshots, a hard pencil on few pixels, chalk, and tiny images.

Each is made as the picture that it would be and goes the one way to 28x28 that every picture goes, so that what is
learned from has been found on paper, cut out and resampled as the service does it.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from model.augmentation.pictures.inks import Coverage, DrawnInk, Ink
from model.augmentation.pictures.paper import blurred, light, photographed
from model.preprocess import BOX_THRESHOLD, FRAME_SIZE, Trace, preprocess_coverage, preprocess_image

Picture = NDArray[np.uint8]
"""Grey (height, width), or red, green, blue and alpha (height, width, 4)."""

_ALIKE = 0.8
"""Correlation with the same ink on clean paper from which it was found."""

_PENCIL = 0.3
"""Of the photos: the share that shows pencil, which takes little of the light."""

_MIN_CONTRAST = 90
"""Grey levels between the ink and the paper of a screenshot, on average over its colours."""

_FRAMED = 0.3

_SMALLEST = 10
"""Pixels: a digit of fewer hard ones could be another as well; a pen of two pixels wants more."""


def see(ink: Ink, rng: np.random.Generator) -> NDArray[np.uint8] | None:
    """Ink on a picture of a random kind, as the network sees it.

    Returns:
        uint8 (28, 28); None if the ink was not found, or not all of it, or something else as well.
    """
    kinds: Sequence[Kind] = KINDS if isinstance(ink, DrawnInk) else KINDS[:-1]
    picture, coverage = kinds[int(rng.integers(len(kinds)))](ink, rng)
    found = preprocess_image(picture)
    # Type so small that hard pixels leave nothing of it is no ink either.
    if found.is_blank or coverage.max() <= BOX_THRESHOLD:
        return None
    # All of it, while the service leaves out what it takes for another thing beside the digit.
    clean = preprocess_coverage(coverage, Trace("image"))
    return found.pixels if alike(found.pixels, clean.pixels) > _ALIKE else None


def alike(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Correlation -1 to 1 of two images (28, 28), seen a little out of focus."""
    a, b = (blurred(image.astype(np.float32), 0.25).reshape(-1) for image in (one, other))
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-9))


def photo(ink: Ink, rng: np.random.Generator) -> tuple[Picture, Coverage]:
    """Paper under uneven light, written on with a pen of one to three pixels, a felt pen or a pencil."""
    height, width = rng.integers(100, 220, 2)
    size = rng.uniform(0.3, 0.85) * min(height, width)
    pen = rng.uniform(1, 3.5) if rng.random() < 0.6 else size * rng.uniform(0.05, 0.14)
    coverage = placed(ink.at(size, pen), int(height), int(width), rng)
    is_pencil = rng.random() < _PENCIL
    strength = rng.uniform(0.12, 0.3) if is_pencil else rng.uniform(0.35, 0.9)
    noise = rng.uniform(0.3, 1.5) if is_pencil else rng.uniform(0.5, 4)
    return photographed(coverage, rng, strength=strength, noise=noise), coverage


def screenshot(ink: Ink, rng: np.random.Generator) -> tuple[Picture, Coverage]:
    """A canvas in any two colours, its ink's edges soft or hard, some with a frame or a bar along one side."""
    height, width = rng.integers(60, 300, 2)
    size = rng.uniform(0.3, 0.85) * min(height, width)
    coverage = placed(ink.at(size, max(1.0, size * rng.uniform(0.02, 0.13))), int(height), int(width), rng)
    if rng.random() < 0.5:
        coverage = (coverage >= 0.5).astype(np.float32)
    paper, colour = _colours(rng)
    levels = paper + coverage[..., None] * (colour - paper)
    if rng.random() < _FRAMED:
        thickness = int(rng.integers(1, 9))
        inside = np.ones(coverage.shape, np.bool_)
        for axis in (0, 1) if rng.random() < 0.6 else (int(rng.integers(2)),):
            turned = inside.swapaxes(0, axis)
            turned[:thickness] = False
            turned[-thickness:] &= rng.random() < 0.3
        levels[~inside] = colour
    picture = np.full((*coverage.shape, 4), 255, np.uint8)
    picture[..., :3] = np.rint(levels)
    return picture, coverage


def board(ink: Ink, rng: np.random.Generator) -> tuple[Picture, Coverage]:
    """Chalk on a blackboard, or a thick marker on a white one."""
    height, width = rng.integers(70, 220, 2)
    size = rng.uniform(0.35, 0.85) * min(height, width)
    coverage = placed(ink.at(size, size * rng.uniform(0.08, 0.2)), int(height), int(width), rng)
    if rng.random() < 0.5:
        return photographed(coverage, rng, strength=rng.uniform(0.5, 0.95), noise=rng.uniform(0, 3)), coverage
    grain = blurred(rng.random(coverage.shape, dtype=np.float32), 0.25)
    chalk = coverage * np.clip(0.5 + rng.uniform(0, 2) * (grain - 0.4), 0, 1) * 2
    dark = light(int(height), int(width), rng) * rng.uniform(0.1, 0.4)
    seen = dark + np.minimum(chalk, 1) * (rng.uniform(200, 250) - dark) + rng.normal(0, 2, dark.shape)
    return np.rint(np.clip(seen, 0, 255)).astype(np.uint8), coverage


def tiny(ink: Ink, rng: np.random.Generator) -> tuple[Picture, Coverage]:
    """Eight to sixteen pixels a side that the ink fills, in seventeen levels of grey."""
    side, fine = int(rng.integers(8, 17)), 4
    size = side * fine * rng.uniform(0.85, 1)
    coverage = placed(ink.at(size, size * rng.uniform(0.08, 0.16)), side * fine, side * fine, rng)
    means = coverage.reshape(side, fine, side, fine).mean(axis=(1, 3))
    return np.rint(np.rint(means * 16) * (255 / 16)).astype(np.uint8), coverage


def pencil(ink: Ink, rng: np.random.Generator) -> tuple[Picture, Coverage]:
    """Hard pixels, one or two wide, at 28x28 and other small sizes, dark on light or the other way round."""
    assert isinstance(ink, DrawnInk)  # noqa: S101 - what is no path of a pen has no hard pixels
    side = FRAME_SIZE if rng.random() < 0.6 else int(rng.integers(20, 65))
    size = max(int(side * rng.uniform(0.3, 0.95)), _SMALLEST)
    hard = ink.hard(size)
    if size > 1.4 * _SMALLEST and rng.random() < 0.3:
        hard = np.pad(hard, 1)
        hard = np.maximum(np.maximum(hard[1:, 1:], hard[:-1, 1:]), np.maximum(hard[1:, :-1], hard[:-1, :-1]))
    coverage = placed(hard, side, side, rng)
    picture = np.rint(coverage * 255).astype(np.uint8)
    return (255 - picture if rng.random() < 0.6 else picture), coverage


Kind = Callable[[Ink, np.random.Generator], tuple[Picture, Coverage]]

KINDS: Sequence[Kind] = (photo, screenshot, board, tiny, pencil)
"""Ways to see ink, each giving the picture and the ink on it; the last is for drawn ink alone."""


def placed(ink: Coverage, height: int, width: int, rng: np.random.Generator) -> Coverage:
    """Ink anywhere on a picture of so many pixels, cut off where it is larger."""
    coverage = np.zeros((height, width), np.float32)
    ink = ink[:height, :width]
    top, left = (int(rng.integers(0, room + 1)) for room in (height - ink.shape[0], width - ink.shape[1]))
    coverage[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return coverage


def _colours(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Red, green and blue of paper and ink: black and white half of the time."""
    if rng.random() < 0.5:
        paper, ink = np.full(3, 255.0), np.zeros(3)
        return (paper, ink) if rng.random() < 0.6 else (ink, paper)
    while True:
        paper, ink = rng.uniform(0, 255, (2, 3)).round()
        if abs(paper - ink).mean() > _MIN_CONTRAST:
            return paper, ink
