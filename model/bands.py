"""Products with matrices that are 0 but for bands, such as layers have whose units look at patches of an image.

A row of patches sees only some rows of pixels: with the units in their order, the weights that are not 0 lie along
the diagonal. Cut into parts of as many columns, each with the rows that it uses, a matrix of `model.weight_sharing`
is multiplied with a fifth to a half of the work. A matrix without zeros is one band.
"""

from dataclasses import dataclass

import numpy as np

from model.activations import Floats
from model.preprocess import FRAME_SIZE

_COUNTS = range(2, FRAME_SIZE + 1)
"""Of bands that are tried: as many as an image can have rows of patches."""

_WORTH = 20_000
"""Multiplications of weights that another band must save: it takes a product of its own."""

_FEWEST_FOR_ONE_PRODUCT = 4
"""Rows from which on one product of matrices takes less time than going through the rows one by one."""

_WORTH_GATHERING = 4
"""Gathering the weights of what is not 0 pays where it is at most one in so many."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A part of a matrix of weights, beside and above which, in its columns, there are only zeros.

    Attributes:
        inputs: its rows in the matrix.
        units: its columns.
        weights: itself, contiguous.
    """

    inputs: slice
    units: slice
    weights: Floats


def whole(weights: Floats) -> tuple[Band, ...]:
    """The matrix (inputs, units) as one band, in which later changes of the matrix show."""
    return (Band(slice(0, weights.shape[0]), slice(0, weights.shape[1]), weights),)


def bands(weights: Floats) -> tuple[Band, ...]:
    """The bands with which a product of the matrix (inputs, units), as it is now, takes the least work."""
    inputs, units = weights.shape
    used = weights != 0
    first = np.where(used.any(axis=0), used.argmax(axis=0), inputs)
    end = np.where(used.any(axis=0), inputs - used[::-1].argmax(axis=0), 0)
    best, least = list[tuple[slice, slice]](), weights.size
    for count in _COUNTS:
        if units % count:
            continue
        width = units // count
        starts = first.reshape(count, width).min(axis=1).tolist()
        ends = end.reshape(count, width).max(axis=1).tolist()
        work = sum(max(0, stop - start) * width + _WORTH for start, stop in zip(starts, ends, strict=True))
        if work < least:
            least = work
            best = [
                (slice(start, max(start, stop)), slice(number * width, (number + 1) * width))
                for number, (start, stop) in enumerate(zip(starts, ends, strict=True))
            ]
    return _copied(weights, best) if best else whole(weights)


def _copied(weights: Floats, parts: list[tuple[slice, slice]]) -> tuple[Band, ...]:
    """These parts of the matrix in one buffer: many small ones would lie about when weights are replaced."""
    sizes = [weights[part].size for part in parts]
    buffer = np.empty(sum(sizes), weights.dtype)
    found: list[Band] = []
    for part, stretch in zip(parts, np.split(buffer, np.cumsum(sizes)[:-1]), strict=True):
        own = stretch.reshape(weights[part].shape)
        own[:] = weights[part]
        found.append(Band(*part, own))
    return tuple(found)


def product(rows: Floats, parts: tuple[Band, ...]) -> Floats:
    """The product of rows (batch, inputs) and the matrix of these bands, (batch, units)."""
    if len(parts) == 1:
        return _product(rows, parts[0].weights)
    sums = np.empty((len(rows), parts[-1].units.stop), np.result_type(rows, parts[0].weights))
    for band in parts:
        sums[:, band.units] = _product(rows[:, band.inputs], band.weights)
    return sums


def _product(rows: Floats, weights: Floats) -> Floats:
    """The product of rows (batch, inputs) and weights (inputs, units).

    A single row takes as long as reading the weights from memory. Many of its values are 0, paper or units that ReLU
    keeps silent, and what these are multiplied by needs no reading; but what is gathered is written and read again.
    """
    if len(rows) >= _FEWEST_FOR_ONE_PRODUCT:
        whole_product: Floats = rows @ weights
        return whole_product
    sums = np.empty((len(rows), weights.shape[1]), np.result_type(rows, weights))
    for row, out in zip(rows, sums, strict=True):
        used = row.nonzero()[0]
        if _WORTH_GATHERING * len(used) < len(row):
            np.dot(row[used], weights.take(used, axis=0), out=out)
        else:
            np.dot(row, weights, out=out)
    return sums
