"""Straight lines of a form that digits touch in a picture, so that they are one component with them: taken away."""

import numpy as np
from numpy.typing import NDArray

from model.numbers.boxes import Box
from model.preprocess import label_components

Mask = NDArray[np.bool_]

_WIDE = 1.4
"""By its height: a component that is wider may stand on a line, or be a row of cells."""

_UNDER_SEVERAL = 2.0
"""The same of digits on a line, which is no part of any of them."""

_NARROW = 0.6
"""The same of a cell that is one of several."""

_THICK = 5.0
"""By the width of the pen: what is less high is a line with nothing on it."""

_INKED = 0.88
"""Share of a component's width or height that a line goes along."""

_INKED_UPRIGHT = 0.95
"""The same of an upright line: the tail of a 9 may go from near the top of a cell to its bottom."""

_LOOKED_AT = 48
"""Columns, or rows, in which a line is looked for, however long it is."""

_STEEPEST = 0.06
"""Down for one to the right."""

_CONTENT = 0.3
"""By the height of the component: something so high must be left without the lines."""


def without_lines(mask: Mask, labels: NDArray[np.int64], boxes: list[Box], pen: float) -> Mask:
    """The mask (rows, columns) without lines; itself if there are none.

    Args:
        mask: the ink.
        labels: the component to which each cell belongs.
        boxes: of the components.
        pen: the width of the ink, in cells.
    """
    cleaned = mask
    for index, box in enumerate(boxes):
        if not _may_have_lines(box, len(boxes), pen):
            continue
        place = np.s_[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
        lines = _lines(labels[place] == index, max(pen, 1.0))
        if lines is not None:
            cleaned = cleaned.copy() if cleaned is mask else cleaned
            cleaned[place] &= ~lines
    return cleaned


def _may_have_lines(box: Box, count: int, pen: float) -> bool:
    if box.height < _THICK * pen:
        return False  # a line and nothing on it
    return box.width >= _WIDE * box.height or (count > 1 and box.width >= _NARROW * box.height)


def _lines(ink: Mask, pen: float) -> Mask | None:
    """The cells of a component that belong to lines only; None if it has no line to stand on and is no frame."""
    thickness = round(pen) + 2
    levels = _level_lines(ink, thickness, _INKED)
    upright = [band.T for band in _level_lines(ink.T, thickness, _INKED_UPRIGHT)] if len(levels) > 1 else []
    # The foot of a wide 2 is as long as it is.
    if not levels or (ink.shape[1] < _UNDER_SEVERAL * ink.shape[0] and len(upright) < 2):
        return None
    beyond = ink & ~np.logical_or.reduce([*levels, *upright])
    lines = np.logical_or.reduce(
        [
            *(_alone(ink, band, beyond, thickness) for band in levels),
            *(_alone(ink.T, band.T, beyond.T, thickness).T for band in upright),
        ]
    )
    return lines if _is_filled(ink & ~lines) else None


def _is_filled(ink: Mask) -> bool:
    labels, count = label_components(ink)
    heights = [np.ptp(np.flatnonzero((labels == index).any(axis=1))) + 1 for index in range(min(count, 32))]
    return bool(max(heights, default=0) >= _CONTENT * len(ink))


def _level_lines(ink: Mask, thickness: int, share: float) -> list[Mask]:
    """Bands (rows, columns) around the lines from side to side, none near another."""
    rows, columns = ink.shape
    most = int(_STEEPEST * columns)
    across = np.arange(columns) / columns - 0.5
    thick = ink.copy()
    thick[1:] |= ink[:-1]
    thick[:-1] |= ink[1:]
    looked_at = np.arange(0, columns, max(columns // _LOOKED_AT, 1))
    padded = np.pad(thick[:, looked_at], ((most, most), (0, 0)))
    places = np.arange(rows)[:, None] + most
    found: list[tuple[float, float, int]] = []
    for drop in range(-most, most + 1, 2):
        shift = np.rint(drop * across[looked_at]).astype(np.int64)
        inked = padded[places + shift, np.arange(len(looked_at))].mean(axis=1)
        along = np.flatnonzero(inked >= share)
        # The line is as many rows thick; at the right slope the most of them are inked.
        runs = np.split(along, np.flatnonzero(np.diff(along) > 1) + 1) if len(along) else []
        found += [(float(inked[run].sum()), float(run.mean()), drop) for run in runs]
    bands: list[tuple[float, int]] = []
    for _, row, drop in sorted(found, reverse=True):
        if all(abs(row - other) > 2 * thickness for other, _ in bands):
            bands.append((row, drop))
    reach = thickness / 2 + 1
    down = np.arange(rows)[:, None]
    return [np.abs(down - (row + drop * across)) <= reach for row, drop in bands]


def _alone(ink: Mask, band: Mask, beyond: Mask, thickness: int) -> Mask:
    """The ink of a level band but for that of strokes which meet it from beyond, above or below."""
    meets = np.zeros_like(ink)
    for step in range(1, thickness + 4):
        meets[step:] |= beyond[:-step]
        meets[:-step] |= beyond[step:]
    return band & ink & ~meets
