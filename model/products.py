"""Products of what a layer gets with its weights, in the way that takes the least time."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from model.activations import Floats
from model.shared_layer import SharedLayer

_FEWEST_FOR_ONE_PRODUCT = 16
"""Rows from which on one product of matrices takes less time than going through the rows one by one."""

_WORTH_GATHERING = 4
"""Gathering the weights of what is not 0 pays where it is at most one in so many."""


class Product(Protocol):
    """A matrix of weights (inputs, units), ready to be multiplied by."""

    def __call__(self, rows: Floats, /) -> Floats:
        """The sums (batch, units) of rows (batch, inputs)."""


def product_with(weights: Floats, layer: SharedLayer | None = None) -> Product:
    """The quickest right way to multiply by weights (inputs, units).

    Args:
        weights: may change afterwards, unless a layer is given.
        layer: that the weights may be those of; if they are, they are read once and not at each place.
    """
    if layer:
        kernel = _shared_kernel(weights, layer)
        if kernel is not None:
            return _Shared(kernel, layer)
    return _Dense(weights)


@dataclass(frozen=True, slots=True, eq=False)
class _Dense:
    """A matrix like any other."""

    weights: Floats

    def __call__(self, rows: Floats, /) -> Floats:
        """See `Product`.

        A single row takes as long as reading the weights from memory. Many of its values are 0, paper or units that
        ReLU keeps silent, and what these are multiplied by needs no reading.
        """
        weights = self.weights
        if len(rows) >= _FEWEST_FOR_ONE_PRODUCT:
            whole: Floats = rows @ weights
            return whole
        sums = np.empty((len(rows), weights.shape[1]), np.result_type(rows, weights))
        for row, out in zip(rows, sums, strict=True):
            used = row.nonzero()[0]
            if _WORTH_GATHERING * len(used) < len(row):
                np.dot(row[used], weights.take(used, axis=0), out=out)
            else:
                np.dot(row, weights, out=out)
        return sums


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """The weights of a layer that shares them: (kernel * kernel * channels, maps), alike at all places."""

    kernel: Floats
    layer: SharedLayer

    def __call__(self, rows: Floats, /) -> Floats:
        """See `Product`: the patches are the rows of one product (Chellapilla et al. 2006), of each image its own.

        So what is said of an image does not depend on those beside it, not even in the last digit.
        """
        patches = self.layer.patches(rows).reshape(len(rows), -1, len(self.kernel))
        sums: Floats = patches @ self.kernel
        return sums.reshape(len(rows), self.layer.units)


def _shared_kernel(weights: Floats, layer: SharedLayer) -> Floats | None:
    """What the layer has at each place, if these are the weights of such a layer."""
    if weights.shape != (layer.inputs, layer.units):
        return None
    kernel = layer.kernels(weights)[0, 0]
    alike = np.zeros_like(weights)
    layer.kernels(alike)[:] = kernel
    return kernel.reshape(-1, layer.maps).copy() if np.array_equal(alike, weights) else None
