"""Ink in pieces from left to right, whichever way it came in: what `model.numbers.strokes` and `.raster` make."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from model.numbers.boxes import Box
from model.preprocess import Preprocessed


@dataclass(frozen=True, slots=True)
class Piece:
    """Ink that no two digits share.

    Attributes:
        box: around it.
        points: how many must be drawn; 0 for a picture, of which that is done.
        is_cut: whether it was cut off from the piece before.
    """

    box: Box
    points: int
    is_cut: bool = False


class PiecedInk(Protocol):
    """Ink taken apart."""

    @property
    def pieces(self) -> Sequence[Piece]:
        """From left to right; none if there is no ink."""

    def preprocess(self, first: int, end: int) -> Preprocessed:
        """The pieces from `first` up to but without `end` as the network sees them.

        The trace is in units of its own.
        """

    def sent_box(self, first: int, end: int) -> Box:
        """The box of the same pieces in the caller's units."""
