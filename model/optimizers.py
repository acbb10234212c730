"""How the gradient moves the parameters (lecture topics 7 to 10).

Every optimizer updates in place and walks the flat buffer in blocks that fit the processor's cache, so that its
several passes over the numbers cost one pass over memory. To add one: write a class with a `step` and enter it in
`OPTIMIZERS`.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from model.activations import Floats
from model.parameters import Parameters

_BLOCK = 16_384
"""Elements: four float32 arrays of this length take 256 KiB, well inside a core's second-level cache."""


class Optimizer(Protocol):
    """A rule that turns gradients into steps, with whatever memory of earlier steps it keeps."""

    def step(self, parameters: Parameters, gradient: Parameters, learning_rate: float) -> None:
        """Move `parameters` in place, downhill along `gradient`, which may be overwritten."""


class OptimizerFactory(Protocol):
    """Makes an optimizer with its state at zero."""

    def __call__(self, parameters: Parameters, *, momentum: float) -> Optimizer:
        """An optimizer for parameters of this layout."""


class SGD:
    """Gradient descent with momentum: v = momentum * v + g, theta -= learning_rate * v (Polyak 1964).

    With momentum 0 it is plain gradient descent: full-batch, mini-batch or stochastic is a matter of the batch.
    """

    def __init__(self, parameters: Parameters, *, momentum: float) -> None:
        self._momentum = momentum
        self._velocity = np.zeros_like(parameters.flat)
        self._scratch = np.empty(_BLOCK, parameters.flat.dtype)

    def step(self, parameters: Parameters, gradient: Parameters, learning_rate: float) -> None:
        """See `Optimizer`."""
        for theta, slope, velocity in _blocks(parameters.flat, gradient.flat, self._velocity):
            scratch = self._scratch[: len(theta)]
            velocity *= self._momentum
            velocity += slope
            np.multiply(velocity, learning_rate, out=scratch)
            theta -= scratch


class Adam:
    """Adaptive moments with bias correction (Kingma and Ba 2015; lecture topic 10).

    m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; theta -= learning_rate * mb / (sqrt(vb) + 1e-7), where mb and vb are
    m / (1 - b1^t) and v / (1 - b2^t). `momentum` is b1; b2 is 0.999.
    """

    SECOND_MOMENT_DECAY = 0.999
    EPSILON = 1e-7

    def __init__(self, parameters: Parameters, *, momentum: float) -> None:
        self._momentum = momentum
        self._steps = 0
        self._first = np.zeros_like(parameters.flat)
        self._second = np.zeros_like(parameters.flat)
        self._scratch = np.empty(_BLOCK, parameters.flat.dtype)

    def step(self, parameters: Parameters, gradient: Parameters, learning_rate: float) -> None:
        """See `Optimizer`."""
        self._steps += 1
        first_correction = 1 - self._momentum**self._steps
        second_correction = 1 - self.SECOND_MOMENT_DECAY**self._steps
        rate = learning_rate / first_correction
        for theta, slope, first, second in _blocks(parameters.flat, gradient.flat, self._first, self._second):
            scratch = self._scratch[: len(theta)]
            first *= self._momentum
            np.multiply(slope, 1 - self._momentum, out=scratch)
            first += scratch
            second *= self.SECOND_MOMENT_DECAY
            np.multiply(slope, slope, out=scratch)
            scratch *= 1 - self.SECOND_MOMENT_DECAY
            second += scratch
            np.divide(second, second_correction, out=scratch)
            np.sqrt(scratch, out=scratch)
            scratch += self.EPSILON
            np.divide(first, scratch, out=scratch)
            scratch *= rate
            theta -= scratch


OPTIMIZERS: Mapping[str, OptimizerFactory] = MappingProxyType({"sgd": SGD, "adam": Adam})
"""Every optimizer by the name it has on the command line."""


def _blocks(*buffers: Floats) -> Iterator[tuple[Floats, ...]]:
    """The same stretch of each buffer, block by block."""
    for start in range(0, len(buffers[0]), _BLOCK):
        yield tuple(buffer[start : start + _BLOCK] for buffer in buffers)
