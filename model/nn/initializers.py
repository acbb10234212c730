"""The random weights theta_0 that training starts from (lecture topic 7). Biases start at zero."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import DTypeLike

from model.nn.activations import Floats
from model.nn.convolution import Conv2d
from model.nn.network import Architecture, Network
from model.nn.parameters import Parameters

Initializer = Callable[[int, int, np.random.Generator], Floats]
"""Gives the first weights (inputs, outputs) of a layer, in double precision."""

NORMAL_DEVIATION = 0.05
"""Of the initializer `normal`: about what He's rule gives a layer of 784 inputs."""


def he(inputs: int, outputs: int, rng: np.random.Generator) -> Floats:
    """Normal with variance 2 / inputs: keeps a signal's size through layers of ReLU (He et al. 2015)."""
    return rng.normal(0.0, math.sqrt(2 / inputs), (inputs, outputs))


def glorot(inputs: int, outputs: int, rng: np.random.Generator) -> Floats:
    """Uniform with variance 2 / (inputs + outputs): for tanh and sigmoid (Glorot and Bengio 2010)."""
    limit = math.sqrt(6 / (inputs + outputs))
    return rng.uniform(-limit, limit, (inputs, outputs))


def normal(inputs: int, outputs: int, rng: np.random.Generator) -> Floats:
    """Normal with the same deviation whatever the layer's size: a signal may grow or fade with depth."""
    return rng.normal(0.0, NORMAL_DEVIATION, (inputs, outputs))


def zeros(inputs: int, outputs: int, rng: np.random.Generator) -> Floats:
    """All zero: fine without a hidden layer; with one, its units stay alike for ever (with ReLU, they stay zero)."""
    del rng
    return np.zeros((inputs, outputs))


INITIALIZERS: Mapping[str, Initializer] = MappingProxyType(
    {"he": he, "glorot": glorot, "normal": normal, "zeros": zeros}
)
"""Every initializer by the name it has on the command line."""


def initialise(
    architecture: Architecture,
    initializer: str = "he",
    *,
    rng: np.random.Generator,
    convolutions: Sequence[Conv2d] = (),
    dtype: DTypeLike = np.float32,
) -> Network:
    """A network to start training from, its first layers the convolutions given."""
    draw = INITIALIZERS[initializer]
    parameters = Parameters(architecture.parameter_shapes(), dtype)
    for layer, (inputs, outputs) in enumerate(pairwise(architecture.sizes)):
        weight = parameters[f"{layer}.weight"]
        if layer < len(convolutions):
            kernels = convolutions[layer].kernels(weight)
            *patch, out_channels = kernels.shape[2:]
            kernels[:] = draw(math.prod(patch), out_channels, rng).reshape(kernels.shape[2:])
        else:
            weight[:] = draw(inputs, outputs, rng)
    return Network(architecture, parameters)
