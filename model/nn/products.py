"""Products of what a layer gets with its weights, in the way that takes the least time."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from model.nn.activations import Floats
from model.nn.convolution import Conv2d

_WORTH_GATHERING = 4
"""Gathering the weights of what is not 0 pays where it is at most one in so many."""


class Product(Protocol):
    """A matrix of weights (inputs, units), ready to be multiplied by."""

    def __call__(self, rows: Floats, /) -> Floats:
        """The products (batch, units) of rows (batch, inputs), bit for bit those of each row alone."""

    def at_once(self, rows: Floats, /) -> Floats:
        """The same, in less time if there are many rows; the last digits depend on how many."""


def product_with(weights: Floats, convolution: Conv2d | None = None) -> Product:
    """The quickest right way to multiply by weights (inputs, units).

    Args:
        weights: may change afterwards, unless a convolution is given.
        convolution: that the weights may be those of; if they are, its kernel is read once and not at each position.
    """
    if convolution:
        kernel = _kernel_of(weights, convolution)
        if kernel is not None:
            return _Convolved(kernel, convolution)
    return _Dense(weights)


@dataclass(frozen=True, slots=True, eq=False)
class _Dense:
    """A matrix like any other."""

    weights: Floats

    def __call__(self, rows: Floats, /) -> Floats:
        """See `Product`.

        Each row is a product of its own: what one product of all says of a row depends on how many there are, in the
        last digits. A row takes as long as reading the weights from memory. Many of its values are 0, paper or units
        that ReLU keeps silent, and what these are multiplied by needs no reading.
        """
        weights = self.weights
        products = np.empty((len(rows), weights.shape[1]), np.result_type(rows, weights))
        for row, out in zip(rows, products, strict=True):
            used = row.nonzero()[0]
            if _WORTH_GATHERING * len(used) < len(row):
                np.dot(row[used], weights.take(used, axis=0), out=out)
            else:
                np.dot(row, weights, out=out)
        return products

    def at_once(self, rows: Floats, /) -> Floats:
        """See `Product`."""
        products: Floats = rows @ self.weights
        return products


@dataclass(frozen=True, slots=True, eq=False)
class _Convolved:
    """The kernel of a convolution, (kernel_size * kernel_size * in_channels, out_channels)."""

    kernel: Floats
    convolution: Conv2d

    def __call__(self, rows: Floats, /) -> Floats:
        """See `Product`: the patches are the rows of one product (Chellapilla et al. 2006), of each image its own.

        So what is said of an image does not depend on those beside it, not even in the last digit.
        """
        patches = self.convolution.patches(rows).reshape(len(rows), -1, len(self.kernel))
        products: Floats = patches @ self.kernel
        return products.reshape(len(rows), self.convolution.units)

    def at_once(self, rows: Floats, /) -> Floats:
        """See `Product`."""
        return self(rows)


def _kernel_of(weights: Floats, convolution: Conv2d) -> Floats | None:
    """The kernel that the weights have at each position, if they are those of such a convolution."""
    if weights.shape != (convolution.inputs, convolution.units):
        return None
    kernel = convolution.kernels(weights)[0, 0]
    unrolled = np.zeros_like(weights)
    convolution.kernels(unrolled)[:] = kernel
    return kernel.reshape(-1, convolution.out_channels).copy() if np.array_equal(unrolled, weights) else None
