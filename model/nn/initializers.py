"""The random weights theta_0 that training starts from (lecture topic 7). Biases start at zero."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import DTypeLike

from model.nn.architecture import Architecture
from model.nn.layer import Floats
from model.nn.network import Network
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
    dtype: DTypeLike = np.float32,
) -> Network:
    """A network to start training from; a unit of a convolution has as many inputs as its patch has numbers."""
    draw = INITIALIZERS[initializer]
    parameters = Parameters(architecture.parameter_shapes(), dtype)
    for layer in range(architecture.layers):
        weight = parameters[f"{layer}.weight"]
        *inputs, outputs = weight.shape
        weight[:] = draw(math.prod(inputs), outputs, rng).reshape(weight.shape)
    return Network(architecture, parameters)
