"""A photo of paper: light, shadows, rules, a camera's blur and noise, and what JPEG leaves of it."""

import numpy as np
from numpy.typing import NDArray

from model.augmentation.pictures.inks import Coverage

_BLOCK = 8
"""Pixels a side of JPEG's blocks (ITU-T T.81, A.1)."""

_RULED, _SQUARED = 0.15, 0.1
"""Shares of the sheets."""

_SHADOWED = 0.3
_COMPRESSED = 0.6


def photographed(ink: Coverage, rng: np.random.Generator, *, strength: float, noise: float) -> NDArray[np.uint8]:
    """Ink on paper as a camera sees it.

    Args:
        ink: of the whole picture.
        rng: the source of randomness.
        strength: share of the light that full ink takes away, 0 to 1.
        noise: standard deviation of the camera's noise, in grey levels.
    """
    height, width = ink.shape
    seen = light(height, width, rng) * rules(height, width, rng)
    seen *= 1 - np.float32(strength) * ink
    seen = blurred(seen, rng.uniform(0, 0.25))
    seen += noise * rng.standard_normal(seen.shape, dtype=np.float32)
    if rng.random() < _COMPRESSED:
        seen = compressed(seen, step=rng.uniform(2, 14))
    return np.rint(np.clip(seen, 0, 255)).astype(np.uint8)


def light(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """White paper (height, width) in light that falls off to one side and to the corners, with a shadow's edge."""
    down, across = (np.linspace(-1, 1, length, dtype=np.float32) for length in (height, width))
    level = rng.uniform(120, 235) * (1 + rng.uniform(-0.2, 0.2) * down[:, None] + rng.uniform(-0.2, 0.2) * across)
    level *= 1 - rng.uniform(0, 0.15) * (down[:, None] ** 2 + across**2)
    if rng.random() < _SHADOWED:
        angle = rng.uniform(0, 2 * np.pi)
        beyond = np.cos(angle) * across + np.sin(angle) * down[:, None] - rng.uniform(-0.7, 0.7)
        edge = 1 / (1 + np.exp(-np.clip(beyond / rng.uniform(0.01, 0.2), -30, 30)))
        level *= 1 - rng.uniform(0.1, 0.4) * edge
    return np.asarray(level, np.float32)


def rules(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """What the lines of a sheet leave of the light (height, width), 1 for all: mostly there are none."""
    left = np.ones((height, width), np.float32)
    kind = rng.random()
    spacing, dark = rng.uniform(14, 34), rng.uniform(0.05, 0.25)
    if kind < _RULED + _SQUARED:
        left[_every(height, spacing, rng)] -= np.float32(dark)
    if kind < _SQUARED:
        left[:, _every(width, spacing, rng)] -= np.float32(dark)
    return left


def _every(length: int, spacing: float, rng: np.random.Generator) -> NDArray[np.intp]:
    return np.arange(rng.uniform(0, spacing), length - 0.5, spacing).astype(np.intp)


def blurred(picture: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Each pixel gives so much of itself to each neighbour, along both axes; what is at the edge keeps it."""
    for axis in (0, 1):
        padded = np.pad(picture, [(1, 1) if each == axis else (0, 0) for each in range(2)], mode="edge")
        before, after = (padded.take(range(start, start + picture.shape[axis]), axis=axis) for start in (0, 2))
        picture = (1 - 2 * np.float32(share)) * picture + np.float32(share) * (before + after)
    return picture


def compressed(picture: NDArray[np.float32], *, step: float) -> NDArray[np.float32]:
    """What JPEG leaves: the cosine transform of each block in steps that are wider for what changes faster."""
    height, width = picture.shape
    padded = np.pad(picture, [(0, -length % _BLOCK) for length in (height, width)], mode="edge")
    blocks = padded.reshape(padded.shape[0] // _BLOCK, _BLOCK, -1, _BLOCK).transpose(0, 2, 1, 3)
    places = np.arange(_BLOCK)
    cosines = np.cos(np.pi / _BLOCK * np.outer(places, places + 0.5)) * np.sqrt(2 / _BLOCK)
    cosines[0] /= np.sqrt(2)
    cosines = cosines.astype(np.float32)
    steps = np.float32(step) * (1 + (places[:, None] + places) / np.float32(2))
    coefficients = np.rint(cosines @ blocks @ cosines.T / steps) * steps
    restored = (cosines.T @ coefficients @ cosines).transpose(0, 2, 1, 3).reshape(padded.shape)
    return np.asarray(restored[:height, :width], np.float32)
