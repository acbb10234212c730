"""The ink of a picture in cells, and which piece each cell belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.numbers.boxes import Box, height_of_line
from model.numbers.cuts import find_cuts
from model.numbers.ink import Piece, Sign, SignCharacter
from model.numbers.layout import MAX_PIECES, Points, Row, box_of_sign, in_reading_order, lay_out, without_lines
from model.numbers.marks import gather
from model.preprocess import label_components

PAPER = -1

Owners = NDArray[np.int64]
"""(rows, columns): the piece to which each cell belongs, `PAPER`, or the number of pieces for ink in none."""

_Ink = tuple[NDArray[np.bool_], int]
"""Ink (rows, columns), and the column where it begins."""


def in_cells(mask: NDArray[np.bool_], cell: int) -> NDArray[np.bool_]:
    """The mask in cells of so many pixels to a side, each of which is set if any of its pixels is."""
    if cell == 1:
        return mask
    starts = [np.arange(0, length, cell) for length in mask.shape]
    rows = np.logical_or.reduceat(mask, starts[0], axis=0)
    cells: NDArray[np.bool_] = np.logical_or.reduceat(rows, starts[1], axis=1)
    return cells


@dataclass(frozen=True, slots=True)
class TakenApart:
    """A mask in pieces.

    Attributes:
        pieces: in the order they are read, in cells.
        owners: the piece to which each cell belongs.
        signs: those beside them.
    """

    pieces: list[Piece]
    owners: Owners
    signs: list[Sign]


def take_apart(mask: NDArray[np.bool_], slant: float = 0.0) -> TakenApart:
    """Take ink to pieces: its connected components in rows, gathered, and cut where they might be two digits.

    Args:
        mask: bool (rows, columns), the ink, of which there is some.
        slant: of the cuts, sideways for one up: 0 for upright ones.

    Raises:
        InkError: there is more than is read at once.
    """
    labels, boxes = _components(mask)
    pen = _pen_width(mask)
    cleaned = without_lines(mask, labels, boxes, pen)
    if cleaned is not mask:
        labels, boxes = _components(cleaned)
    rows = lay_out(boxes, lambda index: _points_of(labels, boxes[index], index), pen)
    parts = [_parts(labels, boxes, row, slant) for row in rows]
    signs = [[(sign.sign, box_of_sign(sign, boxes)) for sign in row.signs] for row in rows]
    pieces, inks, placed = in_reading_order(parts, signs)
    owners = np.where(mask, len(pieces), PAPER)
    for number, (part, left) in enumerate(inks):
        owners[:, left : left + part.shape[1]][part] = number
    return TakenApart(pieces, owners, placed)


def _parts(labels: NDArray[np.int64], boxes: Sequence[Box], row: Row, slant: float) -> list[tuple[Piece, _Ink]]:
    """The pieces of a row, each with its ink."""
    crosses = [_ink_of(labels, [boxes[index] for index in marks], marks) for marks in row.like_plus]
    parts: list[tuple[Piece, _Ink]] = [(_piece(ink, left, sign="+"), (ink, left)) for ink, left in crosses]
    if not row.marks:
        return parts
    beside = [boxes[index] for index in row.marks]
    line_height = height_of_line(beside)
    groups = gather(beside)
    spare = MAX_PIECES - len(groups)
    for group in groups:
        marks = [row.marks[place] for place in group]
        ink, left = _ink_of(labels, [boxes[index] for index in marks], marks)
        cut = _cut(ink, line_height, slant, most=spare)
        spare -= len(cut) - 1
        parts += [(_piece(part, left, is_cut=number > 0), (part, left)) for number, part in enumerate(cut)]
    return parts


def _points_of(labels: NDArray[np.int64], box: Box, index: int) -> Points:
    """The middles of a component's cells."""
    left, top = int(box.left), int(box.top)
    rows, columns = np.nonzero(labels[top : int(box.bottom), left : int(box.right)] == index)
    return np.stack([columns + (left + 0.5), rows + (top + 0.5)], axis=1)


def _pen_width(mask: NDArray[np.bool_]) -> float:
    """How wide the lines are, in cells, told from how much of the ink lies at an edge."""
    inner = mask[1:-1, 1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    area = float(mask.sum())
    return 2 * area / max(area - float(inner.sum()), 1.0)


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


def _ink_of(labels: NDArray[np.int64], boxes: Sequence[Box], components: Sequence[int]) -> _Ink:
    """The ink (rows, columns) of some components, cropped from left to right, and the column where it begins."""
    left = int(min(box.left for box in boxes))
    right = int(max(box.right for box in boxes))
    cropped = labels[:, left:right]
    ink = cropped == components[0] if len(components) == 1 else np.isin(cropped, components)
    return ink, left


def _cut(ink: NDArray[np.bool_], line_height: float, slant: float, most: int) -> list[NDArray[np.bool_]]:
    """A piece, cut at `most` places where it might be two digits, from left to right; (rows, columns) each."""
    rows, columns = np.nonzero(ink)
    column = columns + np.rint(slant * (rows - rows.min())).astype(np.int64)  # as if what leans stood upright
    column -= column.min()
    upright = np.zeros((ink.shape[0], int(column.max()) + 1), np.bool_)
    upright[rows, column] = True
    bottom = upright.shape[0] - upright[::-1].argmax(axis=0)
    extent = np.where(upright.any(axis=0), bottom - upright.argmax(axis=0), 0)
    amount, width = upright.sum(axis=0) / line_height, upright.shape[1] / line_height
    cuts = find_cuts(extent / line_height, amount, width, most=most)
    part_of = np.full(ink.shape, PAPER)
    part_of[rows, columns] = np.searchsorted(cuts, column, side="right")
    parts = [part_of == number for number in range(len(cuts) + 1)]
    return [part for part in parts if part.any()]


def _piece(ink: NDArray[np.bool_], left: int, *, is_cut: bool = False, sign: SignCharacter | None = None) -> Piece:
    """The piece of ink that is cropped from column `left` on."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = Box(left + float(columns[0]), float(rows[0]), left + float(columns[-1]) + 1.0, float(rows[-1]) + 1.0)
    return Piece(box, 0, is_cut, sign)
