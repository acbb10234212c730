"""The ink of a picture in cells, and which piece each cell belongs to."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model.numbers.boxes import Box, height_of_line
from model.numbers.components import label_components
from model.numbers.cuts import find_cuts
from model.numbers.ink import Piece
from model.numbers.marks import MAX_PIECES, gather

PAPER = -1

Owners = NDArray[np.int64]
"""(rows, columns): the piece to which each cell belongs, `PAPER`, or the number of pieces for a speck."""


def in_cells(mask: NDArray[np.bool_], cell: int) -> NDArray[np.bool_]:
    """The mask in cells of so many pixels to a side, each of which is set if any of its pixels is."""
    if cell == 1:
        return mask
    starts = [np.arange(0, length, cell) for length in mask.shape]
    rows = np.logical_or.reduceat(mask, starts[0], axis=0)
    cells: NDArray[np.bool_] = np.logical_or.reduceat(rows, starts[1], axis=1)
    return cells


def take_apart(mask: NDArray[np.bool_]) -> tuple[list[Piece], Owners]:
    """Take ink to pieces: its connected components, gathered, and cut where they might be two digits.

    Args:
        mask: bool (rows, columns), the ink, of which there is some.

    Returns:
        The pieces from left to right, in cells, and the piece to which each cell belongs.
    """
    labels, boxes = _components(mask)
    line_height = height_of_line(boxes)
    groups = gather(boxes)
    spare = MAX_PIECES - len(groups)
    parts: list[tuple[Piece, NDArray[np.bool_], int]] = []
    for group in groups:
        ink, left = _ink_of(labels, [boxes[index] for index in group], group)
        cut = _cut(ink, line_height, most=spare)
        spare -= len(cut) - 1
        parts += [(_piece(part, left, is_cut=number > 0), part, left) for number, part in enumerate(cut)]
    parts.sort(key=lambda part: part[0].box.centre)
    owners = np.where(mask, len(parts), PAPER)
    for number, (_, part, left) in enumerate(parts):
        owners[:, left : left + part.shape[1]][part] = number
    return [piece for piece, _, _ in parts], owners


def _components(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], list[Box]]:
    """The component to which each cell belongs, and the components' boxes."""
    labels, count = label_components(mask)
    rows, columns = np.nonzero(mask)
    component = labels[rows, columns]
    lowest = np.full((2, count), max(mask.shape))
    highest = np.zeros((2, count), np.int64)
    for axis, places in enumerate((columns, rows)):
        np.minimum.at(lowest[axis], component, places)
        np.maximum.at(highest[axis], component, places + 1)
    return labels, [Box(*sides) for sides in np.concatenate([lowest, highest]).T.astype(float).tolist()]


def _ink_of(
    labels: NDArray[np.int64], boxes: Sequence[Box], components: Sequence[int]
) -> tuple[NDArray[np.bool_], int]:
    """The ink (rows, columns) of some components, cropped from left to right, and the column where it begins."""
    left = int(min(box.left for box in boxes))
    right = int(max(box.right for box in boxes))
    cropped = labels[:, left:right]
    ink = cropped == components[0] if len(components) == 1 else np.isin(cropped, components)
    return ink, left


def _cut(ink: NDArray[np.bool_], line_height: float, most: int) -> list[NDArray[np.bool_]]:
    """A piece, cut at `most` places where it might be two digits, from left to right; (rows, columns) each."""
    bottom = ink.shape[0] - ink[::-1].argmax(axis=0)
    extent = np.where(ink.any(axis=0), bottom - ink.argmax(axis=0), 0)
    amount, width = ink.sum(axis=0) / line_height, ink.shape[1] / line_height
    columns = find_cuts(extent / line_height, amount, width, most=most)
    parts = []
    for start, end in pairwise([0, *columns, ink.shape[1]]):
        part = np.zeros_like(ink)
        part[:, start:end] = ink[:, start:end]
        parts.append(part)
    return [part for part in parts if part.any()]


def _piece(ink: NDArray[np.bool_], left: int, *, is_cut: bool) -> Piece:
    """The piece of ink that is cropped from column `left` on."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = Box(left + float(columns[0]), float(rows[0]), left + float(columns[-1]) + 1.0, float(rows[-1]) + 1.0)
    return Piece(box, 0, is_cut)
