"""The shape of a network: what its layers are, how many units they have, and what is between them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from model.errors import ConfigError
from model.nn.activations import ACTIVATIONS
from model.nn.convolution import ConvolutionShape
from model.nn.outputs import OUTPUTS
from model.preprocess import FRAME_SIZE

INPUTS = FRAME_SIZE * FRAME_SIZE
CLASSES = 10
"""What every network that reads digits takes in and puts out."""

TASK_OUTPUTS: Mapping[str, int] = MappingProxyType({"classifier": CLASSES, "autoencoder": INPUTS})
"""How many outputs a network has for each thing it can be trained for (`model.optim.tasks`)."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape of a network.

    Attributes:
        sizes: units of the input, of each hidden layer and of the output, such as (784, 256, 128, 10). Two sizes
            make a network without a hidden layer: softmax regression.
        activation: of the hidden layers, a name in `model.nn.activations.ACTIVATIONS`.
        output: what turns logits into outputs, a name in `model.nn.outputs.OUTPUTS`.
        convolutions: what the first layers are; those after them are fully connected.

    Raises:
        ConfigError: fewer than two sizes, a size below 1, an unknown activation or output, convolutions that don't
            lead from one size to the next.
    """

    sizes: tuple[int, ...]
    activation: str = "relu"
    output: str = "softmax"
    convolutions: tuple[ConvolutionShape, ...] = ()

    def __post_init__(self) -> None:
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise ConfigError(f"layer sizes must be two or more positive numbers, not {list(self.sizes)}")
        if self.activation not in ACTIVATIONS:
            raise ConfigError(f"unknown activation '{self.activation}'; known: {', '.join(ACTIVATIONS)}")
        if self.output not in OUTPUTS:
            raise ConfigError(f"unknown output '{self.output}'; known: {', '.join(OUTPUTS)}")
        ends = [(layer.inputs, layer.units) for layer in self.convolutions]
        if ends != list(pairwise(self.sizes))[:-1][: len(ends)]:
            raise ConfigError(f"the convolutions {ends} don't lead through layers of sizes {list(self.sizes)}")

    @property
    def layers(self) -> int:
        """How many layers have weights."""
        return len(self.sizes) - 1

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """The names and shapes of all parameters: of each layer, the weights and a bias for each unit or channel.

        Weights are (inputs, outputs); of a convolution (kernel_size, kernel_size, in_channels, out_channels).
        """
        dense = list(pairwise(self.sizes))[len(self.convolutions) :]
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, weight in enumerate([*(one.kernel for one in self.convolutions), *dense]):
            shapes[f"{layer}.weight"] = weight
            shapes[f"{layer}.bias"] = weight[-1:]
        return shapes

    @property
    def parameters(self) -> int:
        """How many numbers its weights and biases are."""
        return sum(math.prod(shape) for shape in self.parameter_shapes().values())

    @property
    def channels(self) -> tuple[int, ...]:
        """Of each hidden layer, how many units differ in more than their place: channels of a convolution."""
        hidden = self.sizes[1 + len(self.convolutions) : -1]
        return (*(layer.out_channels for layer in self.convolutions), *hidden)
