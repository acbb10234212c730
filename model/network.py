"""The multi-layer perceptron: fully connected layers with an activation between, ending in logits.

x -> x W1 + b1 -> ReLU -> ... -> x WL + bL = logits. The output activation (softmax) belongs to the loss when
training and to the classifier when serving, so that both can use its numerically stable form.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike, NDArray

from model.activations import ACTIVATIONS, Activation, Floats
from model.errors import ConfigError
from model.parameters import Parameters
from model.preprocess import FRAME_SIZE

INPUTS = FRAME_SIZE * FRAME_SIZE
CLASSES = 10
"""What every network that reads digits takes in and puts out."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """The shape of a network.

    Attributes:
        sizes: units of the input, of each hidden layer and of the output, such as (784, 256, 128, 10). Two sizes
            make a network without a hidden layer: softmax regression.
        activation: of the hidden layers, a name in `model.activations.ACTIVATIONS`.

    Raises:
        ConfigError: fewer than two sizes, a size below 1, or an unknown activation.
    """

    sizes: tuple[int, ...]
    activation: str = "relu"

    def __post_init__(self) -> None:
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise ConfigError(f"layer sizes must be two or more positive numbers, not {list(self.sizes)}")
        if self.activation not in ACTIVATIONS:
            raise ConfigError(f"unknown activation '{self.activation}'; known: {', '.join(ACTIVATIONS)}")

    @property
    def layers(self) -> int:
        """How many layers have weights."""
        return len(self.sizes) - 1

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """The names and shapes of all parameters: weights (inputs, outputs), biases (outputs,)."""
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, (inputs, outputs) in enumerate(pairwise(self.sizes)):
            shapes[f"{layer}.weight"] = (inputs, outputs)
            shapes[f"{layer}.bias"] = (outputs,)
        return shapes


@dataclass(frozen=True, slots=True)
class Network:
    """An architecture with its parameters. Inference is pure: threads may share one network.

    Attributes:
        architecture: the shape.
        parameters: theta, laid out as the architecture says.
    """

    architecture: Architecture
    parameters: Parameters
    activation: Activation = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", ACTIVATIONS[self.architecture.activation])

    def logits(self, inputs: Floats) -> Floats:
        """The raw scores (batch, outputs) for scaled pixels (batch, inputs)."""
        return self.layer_outputs(inputs)[-1]

    def layer_outputs(self, inputs: Floats) -> list[Floats]:
        """What each layer puts out, (batch, units) each: the activations of the hidden ones, then the logits."""
        outputs: list[Floats] = []
        signal = inputs
        for layer in range(self.architecture.layers):
            signal = signal @ self.parameters[f"{layer}.weight"] + self.parameters[f"{layer}.bias"]
            if layer < self.architecture.layers - 1:
                self.activation.forward(signal, out=signal)
            outputs.append(signal)
        return outputs

    def input_gradient(self, inputs: Floats, output: int) -> Floats:
        """How each input speaks for one output: the gradient (batch, inputs) of that logit by the inputs.

        Simonyan et al. 2013, "Deep inside convolutional networks", section 3.
        """
        outputs = self.layer_outputs(inputs)
        gradient = np.zeros_like(outputs[-1])
        gradient[:, output] = 1
        for layer in reversed(range(self.architecture.layers)):
            if layer < self.architecture.layers - 1:
                self.activation.backward(outputs[layer], gradient)
            gradient = gradient @ self.parameters[f"{layer}.weight"].T
        return gradient


def initialise(architecture: Architecture, *, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Network:
    """A network with random weights to start training from, and zero biases.

    Weights are normal with variance 2 / inputs, which keeps the signal's size through layers of ReLU (He et al.
    2015, "Delving deep into rectifiers").
    """
    parameters = Parameters(architecture.parameter_shapes(), dtype)
    for layer, inputs in enumerate(architecture.sizes[:-1]):
        weight = parameters[f"{layer}.weight"]
        weight[:] = rng.normal(0.0, np.sqrt(2.0 / inputs), weight.shape)
    return Network(architecture, parameters)


def scale_pixels(pixels: NDArray[np.uint8], dtype: DTypeLike = np.float32) -> Floats:
    """Grey levels 0 to 255 of (batch, 28, 28) as inputs 0 to 1 of (batch, 784) (lecture topic 3)."""
    return np.divide(pixels.reshape(len(pixels), -1), 255, dtype=dtype)
