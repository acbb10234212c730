"""Pictures of no ink at all: cloth, fur, shadows, stripes, things that lie about."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.augmentation.pictures.paper import blurred, compressed
from model.preprocess import preprocess_image

_SIDES = (90, 220)
"""Pixels a side: from, and below."""


def see_texture(rng: np.random.Generator) -> NDArray[np.uint8] | None:
    """What the network sees of a texture, uint8 (28, 28); None if that is nothing."""
    height, width = (int(side) for side in rng.integers(*_SIDES, 2))
    kinds: list[Callable[[int, int, np.random.Generator], NDArray[np.float32]]] = [noise, stripes, cloth, things]
    texture = blurred(kinds[int(rng.integers(len(kinds)))](height, width, rng), 0.2)
    texture = (texture - texture.min()) / max(float(np.ptp(texture)), 1e-6)
    levels = rng.uniform(0, 120) + texture * rng.uniform(60, 135) + rng.normal(0, 3, texture.shape)
    levels = compressed(levels.astype(np.float32), step=rng.uniform(2, 14))
    found = preprocess_image(np.rint(np.clip(levels, 0, 255)).astype(np.uint8))
    return None if found.is_blank else found.pixels


def noise(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise (height, width), coarse or fine, alike in all directions or drawn out as fur is."""
    cells = rng.integers(4, 24, 2)
    coarse = rng.standard_normal((cells[0], cells[1]), dtype=np.float32)
    return np.asarray(_between(height, int(cells[0])) @ coarse @ _between(width, int(cells[1])).T, np.float32)


def stripes(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Four stripes or more (height, width), in any direction, hard or soft."""
    waves = np.sin(_along(height, width, rng.uniform(0, np.pi)) * np.pi * rng.uniform(8, 30) + rng.uniform(0, 6))
    return np.asarray(np.tanh(waves * rng.uniform(0.5, 8)), np.float32)


def cloth(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Two sets of stripes (height, width), one across the other."""
    return stripes(height, width, rng) * stripes(height, width, rng) + stripes(height, width, rng)


def things(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Patches with straight edges (height, width), each with a light of its own, over one another."""
    seen = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(5, 14)):
        inside = np.ones((height, width), np.bool_)
        angle = rng.uniform(0, np.pi)
        for turn in (angle, angle + np.pi / 2):
            along = _along(height, width, turn)
            inside &= np.abs(along - rng.uniform(-0.6, 0.6)) < rng.uniform(0.05, 0.5)
        shade = rng.uniform(-1, 1) + rng.uniform(-0.3, 0.3) * _along(height, width, rng.uniform(0, np.pi))
        seen = np.where(inside, shade, seen).astype(np.float32)
    return seen


def _along(height: int, width: int, angle: float) -> NDArray[np.float32]:
    """How far each pixel (height, width) lies in a direction, about -1 to 1."""
    down, across = (np.linspace(-1, 1, length, dtype=np.float32) for length in (height, width))
    return np.asarray(np.cos(angle) * across + np.sin(angle) * down[:, None], np.float32)


def _between(length: int, cells: int) -> NDArray[np.float32]:
    """Weights (length, cells) of smooth steps from cell to cell."""
    places = np.linspace(0, cells - 1, length)
    near = np.clip(1 - np.abs(places[:, None] - np.arange(cells)), 0, 1)
    return np.asarray(near * near * (3 - 2 * near), np.float32)
