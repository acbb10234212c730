"""The multi-layer perceptron: fully connected layers with an activation between, ending in logits.

x -> x W1 + b1 -> ReLU -> ... -> x WL + bL = logits. The output activation (such as softmax) belongs to the loss when
training and to the classifier when serving, so that both can use its numerically stable form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from types import MappingProxyType

import numpy as np

from model.errors import ConfigError
from model.nn.activations import ACTIVATIONS, Activation, Floats
from model.nn.convolution import Conv2d
from model.nn.outputs import OUTPUTS
from model.nn.parameters import Parameters
from model.nn.products import Product, product_with
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

    Raises:
        ConfigError: fewer than two sizes, a size below 1, an unknown activation or output.
    """

    sizes: tuple[int, ...]
    activation: str = "relu"
    output: str = "softmax"

    def __post_init__(self) -> None:
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise ConfigError(f"layer sizes must be two or more positive numbers, not {list(self.sizes)}")
        if self.activation not in ACTIVATIONS:
            raise ConfigError(f"unknown activation '{self.activation}'; known: {', '.join(ACTIVATIONS)}")
        if self.output not in OUTPUTS:
            raise ConfigError(f"unknown output '{self.output}'; known: {', '.join(OUTPUTS)}")

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
        convolutions: that it may begin with; if it does, their weights must not change any more.
    """

    architecture: Architecture
    parameters: Parameters
    convolutions: tuple[Conv2d, ...] = ()
    activation: Activation = field(init=False, repr=False, compare=False)
    _products: tuple[Product, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", ACTIVATIONS[self.architecture.activation])
        layers = zip_longest(range(self.architecture.layers), self.convolutions[: self.architecture.layers])
        products = tuple(product_with(self.parameters[f"{number}.weight"], layer) for number, layer in layers)
        object.__setattr__(self, "_products", products)

    def logits(self, inputs: Floats, *, at_once: bool = False) -> Floats:
        """The raw scores (batch, outputs) for scaled pixels (batch, inputs).

        Args:
            inputs: of any number of images; each has the scores that it has alone, bit for bit.
            at_once: take less time if there are many; then the last digits depend on how many.
        """
        return self._layers(inputs, at_once=at_once)[-1][1]

    def outputs(self, inputs: Floats) -> Floats:
        """What the output layer makes of the logits: probabilities, grey values or numbers; (batch, outputs)."""
        return OUTPUTS[self.architecture.output].forward(self.logits(inputs))

    def activations(self, inputs: Floats, *, at_once: bool = False) -> list[Floats]:
        """What each layer puts out, (batch, units) each: the activations of the hidden ones, then the logits."""
        return [outputs for _, outputs in self._layers(inputs, at_once=at_once)]

    def input_gradient(self, inputs: Floats, output: int) -> Floats:
        """How each input speaks for one output: the gradient (batch, inputs) of that logit by the inputs.

        Simonyan et al. 2013, "Deep inside convolutional networks", section 3.
        """
        return self.logit_gradients(inputs, output)[0]

    def logit_gradients(self, inputs: Floats, output: int) -> list[Floats]:
        """The gradients of one logit by the inputs and by what each hidden layer puts out, (batch, units) each."""
        layers = self._layers(inputs)
        gradient = np.zeros_like(layers[-1][1])
        gradient[:, output] = 1
        gradients: list[Floats] = []
        for layer in reversed(range(self.architecture.layers)):
            if gradients:
                gradient = gradient.copy()  # what it was is kept
                self.activation.backward(*layers[layer], gradient)
            gradient = gradient @ self.parameters[f"{layer}.weight"].T
            gradients.append(gradient)
        return gradients[::-1]

    def _layers(self, inputs: Floats, *, at_once: bool = False) -> list[tuple[Floats, Floats]]:
        """The pre-activations and the outputs of each layer; one array where the activation works in place."""
        layers: list[tuple[Floats, Floats]] = []
        signal = inputs
        for layer in range(self.architecture.layers):
            product = self._products[layer]
            pre_activations = product.at_once(signal) if at_once else product(signal)
            pre_activations += self.parameters[f"{layer}.bias"]
            signal = pre_activations
            if layer < self.architecture.layers - 1:
                signal = np.empty_like(pre_activations) if self.activation.needs_pre_activations else pre_activations
                self.activation.forward(pre_activations, out=signal)
            layers.append((pre_activations, signal))
        return layers
