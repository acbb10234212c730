"""A picture of several digits, taken to pieces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.image_file import png_file, preprocess_image_file, read_image_file
from model.numbers.boxes import Box, around
from model.numbers.cells import PAPER, Owners, TakenApart, in_cells, take_apart
from model.numbers.ink import Piece, Sign
from model.preprocess import BOX_THRESHOLD, Preprocessed, Trace, find_ink, preprocess_coverage

_MAX_ROWS = 160
"""Cells from the top of the ink to its bottom: coarser than pixels are, in which components are looked for."""

_SLANTS = (0.1, 0.2, 0.3, 0.45, -0.15)
"""Of handwriting, sideways for one up."""

_MAX_CUT_AGAIN = 40
"""Pieces of ink that is cut along each of them: more would take long."""


@dataclass(frozen=True, slots=True)
class PiecedImage:
    """The ink of a picture in pieces.

    Attributes:
        pieces: in the order they are read, in pixels from the corner of the ink's box.
        signs: those beside them, in the pixels that were sent.
        owners: the piece to which each cell belongs.
        coverage: float32 (height, width) of the ink's box, 0 paper to 1 ink.
        cell: pixels to the side of a cell.
        corner: (left, top) of the ink's box in the picture.
        factor: pixels of the caller's to the side of one of the picture's.
        trace: how the ink was found.
    """

    pieces: Sequence[Piece]
    signs: Sequence[Sign]
    owners: Owners
    coverage: NDArray[np.float32]
    cell: int
    corner: tuple[int, int]
    factor: int
    trace: Trace

    @classmethod
    def of(cls, image: NDArray[np.uint8], factor: int = 1) -> "PiecedImage":
        """Take a picture to pieces.

        Args:
            image: as `model.preprocess.preprocess_image` takes it.
            factor: by which it was reduced from what the caller sent.

        Raises:
            InkError: as it raises.
        """
        found = find_ink(image)
        trace = Trace("image", found.colour, found.background, steps=found.steps)
        if found.coverage is None:
            return cls([], [], np.empty((0, 0), np.int64), np.empty((0, 0), np.float32), 1, (0, 0), factor, trace)
        apart, cell = _in_fitting_cells(found.coverage > BOX_THRESHOLD)
        whole = cls([], [], apart.owners, found.coverage, cell, found.corner, factor, trace)
        return whole._of_parts(apart)

    def leaning(self) -> Iterator["PiecedImage"]:
        """The same ink cut along lines that lean, as handwriting does, if any of it is cut at all."""
        if len(self.pieces) <= _MAX_CUT_AGAIN and any(piece.is_cut for piece in self.pieces):
            cells = in_cells(self.coverage > BOX_THRESHOLD, self.cell)
            yield from (self._of_parts(take_apart(cells, slant)) for slant in _SLANTS)

    def _of_parts(self, apart: TakenApart) -> "PiecedImage":
        pieces = [replace(piece, box=_in_pixels(piece.box, self.cell)) for piece in apart.pieces]
        signs = [
            replace(sign, box=_sent(_in_pixels(sign.box, self.cell), self.coverage.shape, self.corner, self.factor))
            for sign in apart.signs
        ]
        return replace(self, pieces=pieces, signs=signs, owners=apart.owners)

    @classmethod
    def of_file(cls, content: bytes, max_pixels: int) -> "PiecedImage":
        """Take the image in a file to pieces; takes and raises what `model.image_file.read_image_file` does."""
        picture = read_image_file(content, max_pixels)
        return cls.of(picture.pixels, picture.factor)

    def preprocess(self, first: int, end: int) -> Preprocessed:
        """These pieces as the network sees them."""
        box = around(piece.box for piece in self.pieces[first:end])
        (top, bottom), (left, right) = (
            # One cell more, for the faint rim of the ink, which belongs to no cell.
            (max(0, int(low) - self.cell), int(high) + self.cell)
            for low, high in ((box.top, box.bottom), (box.left, box.right))
        )
        coverage = self.coverage[top:bottom, left:right]
        owners = self.owners[top // self.cell : -(-bottom // self.cell), left // self.cell : -(-right // self.cell)]
        ours = (owners == PAPER) | ((owners >= first) & (owners < end))
        if not ours.all():
            rows = np.arange(top, top + coverage.shape[0]) // self.cell - top // self.cell
            columns = np.arange(left, left + coverage.shape[1]) // self.cell - left // self.cell
            coverage = coverage * ours[rows[:, None], columns]
        return preprocess_coverage(coverage, self.trace)

    def sent_box(self, first: int, end: int) -> Box:
        """Their box in the pixels that were sent."""
        box = around(piece.box for piece in self.pieces[first:end])
        return _sent(box, self.coverage.shape, self.corner, self.factor)


def _in_fitting_cells(mask: NDArray[np.bool_]) -> tuple[TakenApart, int]:
    """Ink in pieces, in cells as large as suits the height of its rows; and the side of a cell in pixels."""
    cell = -(-mask.shape[0] // _MAX_ROWS)
    apart = take_apart(in_cells(mask, cell))
    if cell == 1 or not apart.pieces:
        return apart, cell
    finer = max(1, int(cell * max(piece.box.height for piece in apart.pieces) // _MAX_ROWS))
    # Several rows, or a rule far below: the cells that suit all of the ink are too large for a digit.
    return (apart, cell) if 2 * finer > cell else (take_apart(in_cells(mask, finer)), finer)


def _in_pixels(box: Box, cell: int) -> Box:
    return Box(*(side * cell for side in (box.left, box.top, box.right, box.bottom)))


def _sent(box: Box, shape: tuple[int, ...], corner: tuple[int, int], factor: int) -> Box:
    """A box of the ink in the pixels that were sent."""
    height, width = shape
    x, y = corner
    sides = (x + box.left, y + box.top, x + min(box.right, width), y + min(box.bottom, height))
    return Box(*(side * factor for side in sides))


def rehearse() -> None:
    """Read a small picture as a digit and as a number: what that takes the first time, libraries keep."""
    pixels = np.tril(np.full((8, 8), 255, np.uint8))
    content = png_file(pixels)
    preprocess_image_file(content, pixels.size)
    PiecedImage.of_file(content, pixels.size).preprocess(0, 1)
