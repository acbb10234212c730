"""Connected components of a mask and what is around them, without a loop over pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class _Runs:
    """The runs of ink of a mask, row by row from left to right: (runs,) each."""

    row: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def label_components(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], int]:
    """Number the parts of a mask that touch each other by a side or a corner.

    The mask's rows are taken as runs of ink. Runs of neighbouring rows that touch are joined as in Shiloach & Vishkin
    1982, "An O(log n) parallel connectivity algorithm": all at once, each to the lowest number it touches.

    Args:
        mask: bool (height, width).

    Returns:
        int64 (height, width), 0 to count - 1 where the mask is set and -1 elsewhere; and the count.
    """
    runs = _runs(mask)
    root = np.arange(len(runs.row))
    upper, lower = _touching(runs, mask.shape[1])
    while len(upper):
        one, other = root[upper], root[lower]
        apart = one != other
        upper, lower, one, other = upper[apart], lower[apart], one[apart], other[apart]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(shorter := root[root], root):
            root = shorter
    names, numbers = np.unique(root, return_inverse=True)
    lengths = runs.end - runs.start
    labels = np.full(mask.shape, -1, np.int64)
    labels[mask] = np.repeat(numbers, lengths)  # the mask's pixels come in the order of the runs
    return labels, len(names)


def grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask (height, width) with all that touches it by a side or a corner."""
    wide = np.pad(mask, 1)
    wide = wide[:-2] | wide[1:-1] | wide[2:]
    result: NDArray[np.bool_] = wide[:, :-2] | wide[:, 1:-1] | wide[:, 2:]
    return result


def in_pixels(cells: NDArray[np.bool_], cell: int, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """A mask of cells, so many pixels to a side, as one (height, width) of pixels."""
    if cell > 1:
        cells = np.repeat(np.repeat(cells, cell, axis=0), cell, axis=1)
    return cells[: shape[0], : shape[1]]


def _runs(mask: NDArray[np.bool_]) -> _Runs:
    edges = np.diff(mask.astype(np.int8), axis=1, prepend=0, append=0)
    row, start = np.nonzero(edges == 1)
    end = np.nonzero(edges == -1)[1]
    return _Runs(row, start, end)


def _touching(runs: _Runs, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs of runs, one a row below the other, that touch: the indices of the upper and of the lower ones."""
    span = width + 2
    starts = runs.row * span + runs.start
    ends = runs.row * span + runs.end
    # Corners count: a run that starts where the one above ends touches it.
    first = np.searchsorted(ends, starts + span, side="left")
    last = np.searchsorted(starts, ends + span, side="right")
    counts = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(upper)) - np.repeat(counts.cumsum() - counts, counts)
    return upper, np.repeat(first, counts) + within
