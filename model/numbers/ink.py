"""Ink in pieces in the order they are read, from strokes (`model.numbers.strokes`) or a picture (`.raster`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from model.numbers.boxes import Box
from model.preprocess import Preprocessed, Trace

UNKNOWN: Literal["?"] = "?"

SignCharacter = Literal["-", "+", "=", ".", ",", ":", "/", "?"]
"""What is told apart; `?` is a mark that is none of these and too small to be a digit."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Ink that no two digits share.

    Attributes:
        box: around it.
        points: how many must be drawn; 0 for a picture, of which that is done.
        is_cut: whether it was cut off from the piece before.
        sign: which it is if it is no digit; None if it looks like none.
        line: the row that it is in, from 0.
        run: which unbroken run of pieces it is in: a sign, or the end of a row, begins another.
    """

    box: Box
    points: int
    is_cut: bool = False
    sign: SignCharacter | None = None
    line: int = 0
    run: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign beside digits.

    Attributes:
        sign: which it is.
        box: around its ink, in the unit of the pieces or in the caller's.
        line: the row that it is in, from 0.
        place: how many pieces, or characters, are read before it.
    """

    sign: SignCharacter
    box: Box
    line: int
    place: int


class PiecedInk(Protocol):
    """Ink taken apart."""

    @property
    def pieces(self) -> Sequence[Piece]:
        """Row by row from left to right; none if there is no ink."""

    @property
    def signs(self) -> Sequence[Sign]:
        """In the same order, with their boxes in the caller's units; `place` counts pieces."""

    @property
    def trace(self) -> Trace:
        """How the ink was found."""

    def preprocess(self, first: int, end: int) -> Preprocessed:
        """The pieces from `first` up to but without `end` as the network sees them.

        The trace is in units of its own.
        """

    def leaning(self) -> "Iterable[PiecedInk]":
        """Other ways to take it to pieces, along lines that lean."""

    def sent_box(self, first: int, end: int) -> Box:
        """The box of the same pieces in the caller's units."""
