"""Paths drawn as the network sees ink, a batch at once: what `model.preprocess.strokes` does for one drawing."""

import numpy as np
from numpy.typing import NDArray

from model.augmentation.paths import Paths
from model.preprocess import BOX_SIZE, CENTRE, FRAME_SIZE

_AT_ONCE = 128
"""Drawings whose distances to the pixels fit a core's cache."""

_CANVAS = BOX_SIZE + 1
"""Pixels from the corner of the ink's box that its soft edge can reach."""

_FAR = np.float32(1e3)
"""Pixels: where points that leave no ink are put."""


def render(
    paths: Paths, *, pen_width: NDArray[np.float32], softness: NDArray[np.float32] | float = 1.0
) -> NDArray[np.float32]:
    """Draw each path with a round pen into the 28x28 frame, boxed and centred by MNIST's recipe.

    Args:
        paths: with at least one point of ink each.
        pen_width: (batch,), in pixels of the frame.
        softness: pixels over which the ink's edge fades, one for all or (batch,).

    Returns:
        float32 (batch, 784), 0 paper to 255 ink.
    """
    images = np.empty((len(paths), FRAME_SIZE * FRAME_SIZE), np.float32)
    softness = np.broadcast_to(np.asarray(softness, np.float32), len(paths))
    for start in range(0, len(paths), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        part = Paths(paths.points[some], paths.stroke[some])
        ink = _draw(_boxed(part, pen_width[some]), pen_width[some], softness[some])
        images[some] = _centred(ink).reshape(len(part), -1)
    return images


def _boxed(paths: Paths, pen_width: NDArray[np.float32]) -> NDArray[np.float32]:
    """The points (batch, points, 2) in pixels, the ink's box in the frame's corner, its longer side 20 pixels."""
    inked = (paths.stroke >= 0)[..., None]
    low = np.where(inked, paths.points, np.inf).min(axis=1)
    high = np.where(inked, paths.points, -np.inf).max(axis=1)
    extent = (high - low).max(axis=1)
    # A dot is as any ink brought to the full size of the box, by its pen.
    scale = (BOX_SIZE - pen_width) / np.maximum(extent, 1e-6)
    points = (paths.points - low[:, None]) * scale[:, None, None] + (pen_width / 2)[:, None, None]
    boxed: NDArray[np.float32] = np.where(inked, points, _FAR).astype(np.float32)
    return boxed


def _draw(
    points: NDArray[np.float32], pen_width: NDArray[np.float32], softness: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Coverage (batch, canvas, canvas), 0 to 1, by the distance of each pixel's centre to the nearest point."""
    centres = np.arange(_CANVAS, dtype=np.float32) + np.float32(0.5)
    across = (points[..., 0, None] - centres) ** 2
    down = (points[..., 1, None] - centres) ** 2
    nearest = np.full((len(points), _CANVAS, _CANVAS), np.inf, np.float32)
    squared = np.empty_like(nearest)
    for index in range(points.shape[1]):
        np.add(down[:, index, :, None], across[:, index, None, :], out=squared)
        np.minimum(nearest, squared, out=nearest)
    np.sqrt(nearest, out=nearest)
    radius, fade = (np.float32(0.5) * pen_width)[:, None, None], softness[:, None, None]
    coverage: NDArray[np.float32] = (radius - nearest) / fade + np.float32(0.5)
    return np.clip(coverage, 0, 1, out=coverage)


def _centred(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Put the ink (batch, canvas, canvas) into the frame by whole pixels, its centre of mass where MNIST has it."""
    down = _shifts(ink.sum(axis=2))
    across = _shifts(ink.sum(axis=1))
    # Ink that fills only a corner of its canvas may lie where the canvas as a whole reaches out of the frame.
    frames = np.zeros((len(ink), FRAME_SIZE + _CANVAS, FRAME_SIZE + _CANVAS), np.float32)
    for index, (row, column) in enumerate(zip(down, across, strict=True)):
        frames[index, row : row + _CANVAS, column : column + _CANVAS] = ink[index]
    inside: NDArray[np.float32] = np.rint(frames[:, :FRAME_SIZE, :FRAME_SIZE] * np.float32(255))
    return inside


def _shifts(profile: NDArray[np.float32]) -> list[int]:
    """Whole-pixel shifts that centre ink with the sums `profile` (batch, canvas) along an axis, kept in the frame."""
    centre = profile @ np.arange(_CANVAS, dtype=np.float32) / np.maximum(profile.sum(axis=1), 1e-6)
    extent = _CANVAS - np.argmax(profile[:, ::-1] > 0, axis=1)
    shifts: list[int] = np.clip(np.rint(CENTRE - centre).astype(int), 0, FRAME_SIZE - extent).tolist()
    return shifts
