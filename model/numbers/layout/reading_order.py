"""Where on a sheet marks lie: in rows, among signs, within rules; and the order in which all of it is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from model.errors import InkError
from model.numbers.boxes import Box, around
from model.numbers.ink import Piece, Sign, SignCharacter
from model.numbers.layout.rows import find_rows
from model.numbers.layout.rules import find_rules
from model.numbers.layout.shapes import Points
from model.numbers.layout.signs import FoundSign, find_signs
from model.numbers.marks import is_speck

MAX_DIGITS = 64
"""That are read at once."""

MAX_PIECES = 192
"""In which a row is cut at most."""

MAX_MARKS = 5 * MAX_DIGITS
"""That are looked at: of 2,978 drawn digits none has more than four."""

_Ink = TypeVar("_Ink")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of marks.

    Attributes:
        marks: the indices of those that are, or are part of, digits.
        signs: the others.
        like_plus: marks, one or two together, that are plus signs if they are no digits.
    """

    marks: list[int]
    signs: list[FoundSign]
    like_plus: list[tuple[int, ...]]


def lay_out(boxes: Sequence[Box], points_of: Callable[[int], Points], pen: float) -> list[Row]:
    """Find the rows of marks, from the top down, and the signs among them; rules and frames are in none.

    Args:
        boxes: of the marks, at least one.
        points_of: points along the ink of a mark, by its index.
        pen: the width of the ink, in the same unit; 0 for strokes.

    Raises:
        InkError: there are more marks than digits that are read have.
    """
    if len(boxes) == 1:
        return [Row([0], [], [])]
    kept = _looked_at(boxes)
    rules = find_rules([boxes[index] for index in kept], lambda place: points_of(kept[place]), pen)
    left = [index for place, index in enumerate(kept) if place not in rules] or kept
    rows = [[left[place] for place in row] for row in find_rows([boxes[index] for index in left])]
    return [_row(row, boxes, points_of, pen) for row in rows]


def _looked_at(boxes: Sequence[Box]) -> list[int]:
    """The largest marks: in a picture of noise there are thousands of specks."""
    if len(boxes) <= MAX_MARKS:
        return list(range(len(boxes)))
    by_size = sorted(range(len(boxes)), key=lambda index: -max(boxes[index].width, boxes[index].height))
    tallest = max(box.height for box in boxes)
    if not is_speck(boxes[by_size[MAX_MARKS]], tallest):
        raise too_many_digits(f"more than {MAX_MARKS} marks")
    return sorted(by_size[:MAX_MARKS])


def too_many_digits(found: str) -> InkError:
    """What is said of ink that is more than is read at once."""
    return InkError(f"{found}, but at most {MAX_DIGITS} digits are read at once")


def _row(marks: list[int], boxes: Sequence[Box], points_of: Callable[[int], Points], pen: float) -> Row:
    signs, like_plus = find_signs(boxes, marks, points_of, pen)
    taken = {index for found in (*(sign.marks for sign in signs), *like_plus) for index in found}
    digits = [index for index in marks if index not in taken]
    return Row(digits, signs, like_plus)


def in_reading_order(
    rows: Sequence[Sequence[tuple[Piece, _Ink]]], signs: Sequence[Sequence[tuple[SignCharacter, Box]]]
) -> tuple[list[Piece], list[_Ink], list[Sign]]:
    """Put the pieces of all rows, each with its ink, and the signs into the order in which they are read.

    Args:
        rows: the pieces of each row.
        signs: those of each row.

    Returns:
        The pieces, each with its line and its run; their ink; and the signs.
    """
    pieces: list[Piece] = []
    inks: list[_Ink] = []
    placed: list[Sign] = []
    run = -1
    for line, (parts, beside) in enumerate(zip(rows, signs, strict=True)):
        run += 1
        waiting = sorted(beside, key=lambda sign: sign[1].centre)
        for piece, ink in sorted(parts, key=lambda part: part[0].box.centre):
            while waiting and waiting[0][1].centre < piece.box.centre:
                placed.append(Sign(*waiting.pop(0), line, len(pieces)))
                run += 1
            pieces.append(replace(piece, line=line, run=run))
            inks.append(ink)
        placed += [Sign(sign, box, line, len(pieces)) for sign, box in waiting]
    return pieces, inks, placed


def box_of_sign(sign: FoundSign, boxes: Sequence[Box]) -> Box:
    """Around all its marks."""
    return around(boxes[index] for index in sign.marks)
