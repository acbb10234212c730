"""Which runs of pieces may be one digit."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.numbers.boxes import around, height_of_line
from model.numbers.ink import Piece

MAX_PIECES_OF_A_DIGIT = 5
"""Of 2,978 drawn digits one has four strokes and none has more, but a cut may make two of one."""

_MAX_WIDTH = 2.2
"""By the height of the tallest piece: a run of several pieces that is wider is not tried."""

_MAX_POINTS = 600
"""A run of several pieces with more points than this is not tried: it is a scribble, and drawing it takes long."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run of pieces that may be one digit.

    Attributes:
        first: index of its first piece.
        end: the index after its last.
    """

    first: int
    end: int


def find_candidates(pieces: Sequence[Piece]) -> list[Candidate]:
    """The runs that are tried, by their first piece: each single piece and all that is not plainly too much."""
    heights = {
        line: height_of_line([piece.box for piece in pieces if piece.line == line])
        for line in {piece.line for piece in pieces}
    }
    return [
        Candidate(first, end)
        for first, piece in enumerate(pieces)
        for end in range(first + 1, min(first + MAX_PIECES_OF_A_DIGIT, len(pieces)) + 1)
        if pieces[end - 1].run == piece.run
        and (end == first + 1 or _may_be_a_digit(pieces[first:end], heights[piece.line]))
    ]


def _may_be_a_digit(run: Sequence[Piece], line: float) -> bool:
    box = around(piece.box for piece in run)
    return box.width <= _MAX_WIDTH * max(line, box.height) and sum(piece.points for piece in run) <= _MAX_POINTS
