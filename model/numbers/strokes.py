"""A drawing of several digits in strokes, taken to pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.numbers.boxes import Box, around, box_of, height_of_line
from model.numbers.cuts import find_cuts
from model.numbers.ink import Piece, Sign, SignCharacter
from model.numbers.layout import MAX_PIECES, Row, box_of_sign, in_reading_order, lay_out
from model.numbers.marks import gather
from model.preprocess import Preprocessed, Stroke, Trace, checked_strokes, ink_corners, preprocess_strokes

Polyline = NDArray[np.float64]

_COLUMNS = 40
"""Columns to the height of the tallest stroke, in which a piece's profile is taken."""

_MAX_COLUMNS = 4000
"""However wide it is."""

_MAX_SAMPLES = 50_000
"""At which a profile is taken, however long the ink is."""

_SCRIBBLE = 12.0
"""Ink this many times as long as it is wide and high is no joined digits, and is not cut."""

_SHAPE_STEPS = 40
"""Along the longer side of a stroke's box, by which its shape is told."""

_POINT_SPACING = 0.01
"""By the height of the tallest stroke: points nearer to each other are drawn as one."""


@dataclass(frozen=True, slots=True)
class PiecedStrokes:
    """Strokes in pieces.

    Attributes:
        pieces: in the order they are read.
        drawn: the polylines of each, in units of the whole drawing's longer side from its corner.
        signs: those beside them, in the caller's units.
        corner: of the whole drawing in the caller's units.
        unit: that longer side in the caller's units.
    """

    pieces: Sequence[Piece]
    drawn: Sequence[Sequence[Polyline]]
    signs: Sequence[Sign]
    corner: tuple[float, float]
    unit: float

    @property
    def trace(self) -> Trace:
        """That it came as strokes."""
        return Trace("strokes")

    @classmethod
    def of(cls, strokes: Sequence[Stroke]) -> "PiecedStrokes":
        """Take strokes to pieces.

        Args:
            strokes: as `model.preprocess.preprocess_strokes` takes them.

        Raises:
            InkError: as it raises.
        """
        lines = checked_strokes(strokes)
        if not lines:
            return cls([], [], [], (0.0, 0.0), 1.0)
        corner, far_corner = ink_corners(lines)
        unit = float((far_corner - corner).max()) or 1.0
        lines = [(line - corner) / unit for line in lines]
        boxes = [box_of([line]) for line in lines]
        rows = lay_out(boxes, lambda index: _resampled(lines[index], _step(boxes[index])), pen=0.0)
        parts = [_parts(lines, boxes, row) for row in rows]
        x, y = corner.tolist()
        found = [[(sign.sign, box_of_sign(sign, boxes)) for sign in row.signs] for row in rows]
        pieces, drawn, placed = in_reading_order(parts, found)
        signs = [replace(sign, box=_sent(sign.box, (x, y), unit)) for sign in placed]
        return cls(pieces, drawn, signs, (x, y), unit)

    def preprocess(self, first: int, end: int) -> Preprocessed:
        """These pieces as the network sees them."""
        return preprocess_strokes([line for lines in self.drawn[first:end] for line in lines])

    def leaning(self) -> tuple[()]:
        """Strokes are parted as they were drawn."""
        return ()

    def sent_box(self, first: int, end: int) -> Box:
        """Their box in the caller's units."""
        box = around(piece.box for piece in self.pieces[first:end])
        return _sent(box, self.corner, self.unit)


def _sent(box: Box, corner: tuple[float, float], unit: float) -> Box:
    """A box in the caller's units."""
    x, y = corner
    return Box(x + box.left * unit, y + box.top * unit, x + box.right * unit, y + box.bottom * unit)


def _step(box: Box) -> float:
    """Between the points by which the shape of a stroke is told."""
    return max(box.width, box.height, 1e-9) / _SHAPE_STEPS


def _parts(lines: Sequence[Polyline], boxes: Sequence[Box], row: Row) -> list[tuple[Piece, list[Polyline]]]:
    """The pieces of a row, each with its polylines."""
    heights = [boxes[index] for index in (*row.marks, *(index for marks in row.like_plus for index in marks))]
    line_height = height_of_line(heights)
    crosses = [[lines[index] for index in marks] for marks in row.like_plus]
    parts = [(_piece(drawn, line_height, sign="+"), drawn) for drawn in crosses]
    if not row.marks:
        return parts
    beside = [boxes[index] for index in row.marks]
    groups = gather(beside)
    spare = MAX_PIECES - len(groups)
    for group in groups:
        marks = [row.marks[place] for place in sorted(group)]
        drawn = [lines[index] for index in marks]
        cut = _cut(drawn, line_height, most=spare)
        spare -= len(cut) - 1
        parts += [(_piece(part, line_height, is_cut=number > 0), part) for number, part in enumerate(cut)]
    return parts


def _piece(
    lines: Sequence[Polyline], line_height: float, *, is_cut: bool = False, sign: SignCharacter | None = None
) -> Piece:
    # A slow pen or a fast screen gives far more points than are drawn.
    drawn = [min(float(len(line)), _length(line) / (_POINT_SPACING * line_height)) for line in lines]
    return Piece(box_of(lines), round(sum(drawn)), is_cut, sign=sign)


def _length(line: Polyline) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _cut(lines: list[Polyline], line_height: float, most: int) -> list[list[Polyline]]:
    """A piece, cut at `most` places where it might be two digits, from left to right."""
    box = box_of(lines)
    columns = min(round(_COLUMNS * box.width / line_height), _MAX_COLUMNS)
    length = sum(map(_length, lines))
    if columns < 3 or length > _SCRIBBLE * (box.width + line_height):
        return [lines]
    extent, ink = _profile(lines, box, columns, length)
    parts, rest = [], lines
    for column in find_cuts(extent / line_height, ink / line_height, box.width / line_height, most=most):
        left, rest = _split_at(rest, box.left + column * box.width / columns)
        parts.append(left)
    return [part for part in [*parts, rest] if part]


def _profile(
    lines: Sequence[Polyline], box: Box, columns: int, length: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far the ink of each column reaches from top to bottom, and how much there is; (columns,) each."""
    step = box.width / columns
    spacing = max(step / 2, length / _MAX_SAMPLES)
    dense = np.concatenate([_resampled(line, spacing) for line in lines])
    column = np.clip(((dense[:, 0] - box.left) / step).astype(int), 0, columns - 1)
    top, bottom = np.full(columns, np.inf), np.full(columns, -np.inf)
    np.minimum.at(top, column, dense[:, 1])
    np.maximum.at(bottom, column, dense[:, 1])
    ink = np.bincount(column, minlength=columns).astype(np.float64) * spacing
    return np.maximum(bottom - top, 0.0), ink


def _resampled(line: Polyline, spacing: float) -> Polyline:
    """The line as points about `spacing` apart."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
    places = np.linspace(0.0, along[-1], 1 + int(np.ceil(along[-1] / spacing)))
    return np.stack([np.interp(places, along, line[:, axis]) for axis in range(2)], axis=1)


def _split_at(lines: Sequence[Polyline], x: float) -> tuple[list[Polyline], list[Polyline]]:
    """The parts of lines to the left of x and to the right of it."""
    left: list[Polyline] = []
    right: list[Polyline] = []
    for line in lines:
        is_right = line[:, 0] >= x
        turns = np.flatnonzero(is_right[1:] != is_right[:-1]) + 1
        start: list[NDArray[np.float64]] = []
        for part in np.split(np.arange(len(line)), turns):
            end = _crossing(line, int(part[-1]), x)
            (right if is_right[part[0]] else left).append(np.concatenate([*start, line[part], *end]))
            start = end
    return left, right


def _crossing(line: Polyline, last: int, x: float) -> list[NDArray[np.float64]]:
    """Where the segment after point `last` crosses x, as [(1, 2)]; nothing at the line's end."""
    if last + 1 == len(line):
        return []
    before, after = line[last], line[last + 1]
    share = (x - before[0]) / (after[0] - before[0])
    return [np.array([[x, before[1] + share * (after[1] - before[1])]])]
