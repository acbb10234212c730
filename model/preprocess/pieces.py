"""The pieces of ink in a picture, and which of them belong to what is around it: frames, bars, a desk, a thumb."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.preprocess.components import grown, in_pixels, label_components
from model.preprocess.steps import StepName

_MAX_CELLS = 320
"""Along the longer side: as coarse as this, pieces are told apart."""

_CONTACT = 0.12
"""Share of the picture's shorter side: what lies along its edge for longer is no end of a stroke."""

_ALONG = 0.6
"""Share of a piece's longer side: one that has more of it along the edge lies along it, rather than ends there."""

_LINE = 0.1
"""Of its length: how wide a line across the picture is at most."""

_SOLID = 0.85
"""Share of its box that a bar covers, but for the signs on it."""

_SHEET = 0.75
"""Share of a band along each side of a sheet that is free of ink."""

_SHEETS = 0.93
"""The same of the bands along its four sides together."""

_RIM = 3
"""Cells along the edge of a sheet that belong to the edge."""

_LARGE = 0.3
"""Share of each side of the picture that a sheet covers."""

_MIN_INSIDE = 0.1
"""Share of the same: what is smaller is no digit that something lies around."""

_ALIKE = 0.8
"""Share of the larger side that the smaller has: so alike are the cells of a form."""

_FRAME_SIDE = 0.8
"""Share of each side of its box that a frame covers."""

_MIN_IN_FRAME = 0.2
"""Share of the frame's shorter side that ink in it has."""

_SPECK = 0.06
"""Of the same: what is smaller is no stroke."""

_THICK = 1.8
"""Times as thick as the digit's strokes: a block that is thicker is no stroke of it, but a button."""

_BASE = 1.3
"""Times the digit's longer side: a line that is longer is one to write on."""

_RIVAL = 0.5
"""Of the digit's height: what is as high and lies apart may be another digit."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The connected parts of ink, in cells.

    Attributes:
        labels: int64 (rows, columns), the piece of each cell; -1 for paper.
        left: (pieces,) the first column of each; likewise `top`, and `right` and `bottom`, which are one beyond.
        contact: (pieces,) cells along the picture's edge.
        area: (pieces,) cells of each.
        cell: pixels to a side of one.
    """

    labels: NDArray[np.int64]
    left: NDArray[np.int64]
    top: NDArray[np.int64]
    right: NDArray[np.int64]
    bottom: NDArray[np.int64]
    contact: NDArray[np.int64]
    area: NDArray[np.int64]
    cell: int

    @property
    def height(self) -> NDArray[np.int64]:
        """(pieces,) of each."""
        return self.bottom - self.top

    @property
    def width(self) -> NDArray[np.int64]:
        """(pieces,) of each."""
        return self.right - self.left

    @property
    def size(self) -> NDArray[np.int64]:
        """(pieces,) the longer side of each."""
        return np.maximum(self.height, self.width)

    @property
    def fill(self) -> NDArray[np.float64]:
        """(pieces,) the share of its box that each covers."""
        return np.asarray(self.area / (self.height * self.width))

    @property
    def crosses(self) -> NDArray[np.bool_]:
        """(pieces,) whether each reaches from one edge of the picture to the opposite one."""
        rows, columns = self.labels.shape
        return np.asarray((self.height == rows) | (self.width == columns))


def find_pieces(mask: NDArray[np.bool_]) -> Pieces:
    """The connected parts of a mask (height, width) of a whole picture."""
    cell = -(-max(mask.shape) // _MAX_CELLS)
    if cell > 1:
        starts = [np.arange(0, length, cell) for length in mask.shape]
        mask = np.logical_or.reduceat(np.logical_or.reduceat(mask, starts[0], axis=0), starts[1], axis=1)
    labels, count = label_components(mask)
    rows, columns = np.nonzero(mask)
    piece = labels[rows, columns]
    low = np.full((2, count), max(mask.shape))
    high = np.zeros((2, count), np.int64)
    for axis, places in enumerate((columns, rows)):
        np.minimum.at(low[axis], piece, places)
        np.maximum.at(high[axis], piece, places + 1)
    edge = np.concatenate([labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]])
    contact = np.bincount(edge[edge >= 0], minlength=count)
    area = np.bincount(piece, minlength=count)
    return Pieces(labels, low[0], low[1], high[0], high[1], contact, area, cell)


def surroundings(pieces: Pieces, *, has_edge: bool) -> tuple[NDArray[np.bool_], list[StepName]]:
    """Which pieces (pieces,) lie around the ink that was written, and what they are: `edge` or `frame`."""
    shorter = min(pieces.labels.shape)
    dropped = np.zeros(len(pieces.left), np.bool_)
    found: list[StepName] = []
    at_edge = along_edge(pieces)
    inside = ~at_edge & (pieces.size >= max(3, _MIN_INSIDE * shorter))
    if has_edge and at_edge.any() and inside.any():
        dropped |= at_edge
        found.append("edge")
    frame = _frame(pieces, ~dropped)
    if frame is not None:
        outside = (
            (pieces.left < pieces.left[frame])
            | (pieces.top < pieces.top[frame])
            | (pieces.right > pieces.right[frame])
            | (pieces.bottom > pieces.bottom[frame])
        )
        dropped |= outside
        dropped[frame] = True
        found.append("frame")
    return dropped, found


def is_at_edge(pieces: Pieces) -> NDArray[np.bool_]:
    """Which pieces (pieces,) touch the picture's edge with more than the end of a stroke."""
    is_long: NDArray[np.bool_] = pieces.contact > max(2, _CONTACT * min(pieces.labels.shape))
    return is_long


def along_edge(pieces: Pieces) -> NDArray[np.bool_]:
    """Which pieces (pieces,) lie along the picture's edge, or cross it in a line, rather than end at its edge."""
    is_line = np.minimum(pieces.height, pieces.width) <= _LINE * pieces.size
    lies_along: NDArray[np.bool_] = (is_at_edge(pieces) & (pieces.contact > _ALONG * pieces.size)) | (
        pieces.crosses & is_line
    )
    return lies_along


def bars(pieces: Pieces) -> NDArray[np.bool_]:
    """Which pieces (pieces,) are straight bars from edge to edge."""
    is_narrow = np.minimum(pieces.height, pieces.width) < _LARGE * min(pieces.labels.shape)
    return np.asarray(along_edge(pieces) & pieces.crosses & is_narrow & (pieces.fill > _SOLID))


def find_sheet(pieces: Pieces) -> int | None:
    """The piece that is a sheet of paper in the picture, straight or turned a little; None if none is."""
    if not len(pieces.area):
        return None
    rows, columns = pieces.labels.shape
    index = int(pieces.area.argmax())
    height, width = int(pieces.height[index]), int(pieces.width[index])
    if height < _LARGE * rows or width < _LARGE * columns or pieces.contact[index] > _LARGE * min(rows, columns):
        return None
    top, left = int(pieces.top[index]), int(pieces.left[index])
    own = pieces.labels[top : top + height, left : left + width] == index
    # Within its box, a fifth from each side, there is nothing but paper, and at most the end of a stroke.
    near, far = ([round(share * length) for length in (height, width)] for share in (0.14, 0.2))
    middle = own[far[0] : height - far[0]], own[:, far[1] : width - far[1]]
    bands = (
        middle[0][:, near[1] : far[1]],
        middle[0][:, width - far[1] : width - near[1]],
        middle[1][near[0] : far[0]],
        middle[1][height - far[0] : height - near[0]],
    )
    free = [float(band.mean()) if band.size else 0.0 for band in bands]
    return index if min(free) > _SHEET and sum(free) / 4 > _SHEETS else None


def inside(pieces: Pieces, index: int, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The pixels (height, width) of a sheet and of what is on it, without its edge."""
    own = pieces.labels == index
    spans = [
        np.maximum.accumulate(own, axis=axis) & np.flip(np.maximum.accumulate(np.flip(own, axis), axis=axis), axis)
        for axis in (0, 1)
    ]
    hull = spans[0] & spans[1]
    for _ in range(_RIM):
        padded = np.pad(hull, 1)
        hull = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:] & hull
    return in_pixels(hull, pieces.cell, shape)


def _frame(pieces: Pieces, among: NDArray[np.bool_]) -> int | None:
    """The smallest of those pieces that are a rectangle around the highest ink that any rectangle has in it.

    None where there are cells of a form, side by side or in one piece: what lies beside one of them is ink, too.
    """
    best, highest = None, 0
    rectangles: list[int] = []
    order = np.argsort(pieces.size)
    is_large = among & (pieces.size >= _LARGE * min(pieces.labels.shape))  # few, whatever the noise
    for index in order[is_large[order]].tolist():
        left, top, right, bottom = (
            int(side[index]) for side in (pieces.left, pieces.top, pieces.right, pieces.bottom)
        )
        within = among & (pieces.left > left) & (pieces.top > top) & (pieces.right < right) & (pieces.bottom < bottom)
        height = int(pieces.height[within].max(initial=0))
        if height <= _MIN_IN_FRAME * min(right - left, bottom - top):
            continue
        own = pieces.labels[top:bottom, left:right] == index
        rim = max(1, round(0.03 * min(own.shape)))
        sides = (own[:rim].any(axis=0), own[-rim:].any(axis=0), own[:, :rim].any(axis=1), own[:, -rim:].any(axis=1))
        if min(float(side.mean()) for side in sides) >= _FRAME_SIDE:
            if _is_divided(own, rim) or any(_are_cells(pieces, index, other) for other in rectangles):
                return None
            rectangles.append(index)
            if height > highest:
                best, highest = index, height
    return best


def _is_divided(own: NDArray[np.bool_], rim: int) -> bool:
    """Whether lines from top to bottom run within a rectangle (height, width)."""
    inner = own[rim:-rim, 2 * rim : -2 * rim]
    return inner.size > 0 and bool((inner.mean(axis=0) > _FRAME_SIDE).any())


def _are_cells(pieces: Pieces, one: int, other: int) -> bool:
    """Whether two rectangles lie beside each other and are alike."""
    sizes = [(int(pieces.height[index]), int(pieces.width[index])) for index in (one, other)]
    is_alike = all(min(pair) >= _ALIKE * max(pair) for pair in zip(*sizes, strict=True))
    is_beside = pieces.right[one] <= pieces.left[other] or pieces.right[other] <= pieces.left[one]
    return is_alike and bool(is_beside)


def beside_the_digit(pieces: Pieces, near: float) -> tuple[NDArray[np.bool_], bool]:
    """Which pieces (pieces,) lie too far from the highest one to belong to it.

    Args:
        pieces: of the ink.
        near: of the highest piece's height: how far from it a part of the digit may lie.

    Returns:
        The pieces, none if there may be several digits; and whether there may be.
    """
    none = np.zeros(len(pieces.left), np.bool_)
    if len(none) <= 1:
        return none, False
    beside = ~none
    main = int(pieces.height.argmax())
    height = int(pieces.height[main])
    left, top, right, bottom = (int(side[main]) for side in (pieces.left, pieces.top, pieces.right, pieces.bottom))
    is_block = (pieces.fill > _SOLID) & (
        np.minimum(pieces.height, pieces.width) > _THICK * _stroke_width(pieces, main)
    )
    is_other = is_block | _base_lines(pieces, main)
    is_part = (pieces.size >= _SPECK * height) & ~is_other
    while True:
        gap_across = np.maximum(pieces.left - right, left - pieces.right)
        gap_down = np.maximum(pieces.top - bottom, top - pieces.bottom)
        joined = beside & is_part & (np.maximum(gap_across, gap_down) <= max(1, near * height))
        if not joined.any():
            break
        beside &= ~joined
        left, right = min(left, int(pieces.left[joined].min())), max(right, int(pieces.right[joined].max()))
        top, bottom = min(top, int(pieces.top[joined].min())), max(bottom, int(pieces.bottom[joined].max()))
    beside &= (pieces.right <= left) | (pieces.left >= right) | (pieces.bottom <= top) | (pieces.top >= bottom)
    if (pieces.height[beside & ~is_other] >= _RIVAL * height).any():
        return none, True
    return beside, False


def _base_lines(pieces: Pieces, main: int) -> NDArray[np.bool_]:
    """Which pieces (pieces,) are lines to write on: below the digit, and longer than it to both sides."""
    is_flat = pieces.height <= _LINE * pieces.width
    is_longer = (pieces.left < pieces.left[main]) & (pieces.right > pieces.right[main])
    is_long = pieces.width >= _BASE * np.maximum(pieces.height[main], pieces.width[main])
    return np.asarray(is_flat & is_longer & is_long & (pieces.top >= pieces.bottom[main]))


def _stroke_width(pieces: Pieces, index: int) -> float:
    """The width of a piece's strokes, in cells: across a stroke its runs are the shortest."""
    own = pieces.labels[pieces.top[index] : pieces.bottom[index], pieces.left[index] : pieces.right[index]] == index
    runs = [int((np.diff(own.astype(np.int8), axis=axis, prepend=0) == 1).sum()) for axis in (0, 1)]
    return float(pieces.area[index] / max(runs))


def pixels_of(pieces: Pieces, chosen: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The pixels (height, width) of these pieces, with a rim of faint ones."""
    cells = np.append(chosen, False)[pieces.labels]
    others = np.append(~chosen, False)[pieces.labels]
    return in_pixels(grown(cells) & ~others, pieces.cell, shape)
