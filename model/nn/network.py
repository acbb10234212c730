"""The network: convolutions, then fully connected layers, with an activation after each, ending in logits.

x -> x W1 + b1 -> ReLU -> ... -> x WL + bL = logits; a convolution multiplies each patch. The output activation (such
as softmax) belongs to the loss when training and to the classifier when serving, so that both can use its numerically
stable form.
"""

from dataclasses import dataclass, field

import numpy as np

from model.nn.activations import ACTIVATIONS, Activate, Activation
from model.nn.architecture import Architecture
from model.nn.batch_norm import BatchNorm
from model.nn.convolution import Conv2d
from model.nn.dense import Dense
from model.nn.dropout import Dropout
from model.nn.layer import Backward, Context, Floats, Layer
from model.nn.outputs import OUTPUTS
from model.nn.parameters import Parameters

WeightLayer = Dense | Conv2d


def weight_layers(
    architecture: Architecture, parameters: Parameters, gradient: Parameters | None = None, *, bias: bool = True
) -> tuple[WeightLayer, ...]:
    """The layers that have weights, over views of the parameters.

    Args:
        architecture: the shape.
        parameters: theta, laid out as the architecture says.
        gradient: of the same layout, where the gradient goes on the way back; None if nobody wants it.
        bias: whether the hidden ones add their bias: batch normalisation has it for them.
    """
    layers: list[WeightLayer] = []
    for number in range(architecture.layers):
        own = bias or number == architecture.layers - 1
        views = (
            parameters[f"{number}.weight"],
            parameters[f"{number}.bias"] if own else None,
            gradient[f"{number}.weight"] if gradient else None,
            gradient[f"{number}.bias"] if gradient and own else None,
        )
        is_convolution = number < len(architecture.convolutions)
        layers.append(Conv2d(architecture.convolutions[number], *views) if is_convolution else Dense(*views))
    return tuple(layers)


def sequential(
    architecture: Architecture,
    parameters: Parameters,
    gradient: Parameters | None = None,
    *,
    batch_norm: bool = False,
    dropout: float = 0.0,
) -> list[Layer]:
    """All that a batch goes through, one after the other, when it is learned from; the last puts out logits.

    Args:
        architecture: the shape.
        parameters: theta, laid out as the architecture says.
        gradient: of the same layout, where the gradient goes on the way back; None if nobody wants it.
        batch_norm: whether the pre-activations of hidden layers are normalised; then there has to be a gradient.
        dropout: the share of the units of hidden layers that is dropped. Units of convolutions are not: their
            neighbours at the next patches say much the same.
    """
    activate = Activate(ACTIVATIONS[architecture.activation])
    *hidden, last = weight_layers(architecture, parameters, gradient, bias=not batch_norm)
    layers: list[Layer] = []
    for number, layer in enumerate(hidden):
        layers.append(layer)
        if batch_norm and gradient:
            layers.append(BatchNorm(parameters[f"{number}.bias"], gradient[f"{number}.bias"]))
        layers.append(activate)
        if dropout and isinstance(layer, Dense):
            layers.append(Dropout(dropout))
    return [*layers, last]


@dataclass(frozen=True, slots=True)
class Network:
    """An architecture with its parameters. Inference is pure: threads may share one network.

    Attributes:
        architecture: the shape.
        parameters: theta, laid out as the architecture says.
        layers: those with weights; between them is the activation.
    """

    architecture: Architecture
    parameters: Parameters
    activation: Activation = field(init=False, repr=False, compare=False)
    layers: tuple[WeightLayer, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "activation", ACTIVATIONS[self.architecture.activation])
        object.__setattr__(self, "layers", weight_layers(self.architecture, self.parameters))

    def logits(self, inputs: Floats, *, at_once: bool = False) -> Floats:
        """The raw scores (batch, outputs) for scaled pixels (batch, inputs).

        Args:
            inputs: of any number of images; each has the scores that it has alone, bit for bit.
            at_once: take less time if there are many; then the last digits depend on how many.
        """
        return self.activations(inputs, at_once=at_once)[-1]

    def outputs(self, inputs: Floats) -> Floats:
        """What the output layer makes of the logits: probabilities, grey values or numbers; (batch, outputs)."""
        return OUTPUTS[self.architecture.output].forward(self.logits(inputs))

    def activations(self, inputs: Floats, *, at_once: bool = False) -> list[Floats]:
        """What each layer puts out, (batch, units) each: the activations of the hidden ones, then the logits."""
        signals: list[Floats] = []
        signal = inputs
        for layer in self.layers:
            if signals:
                self.activation.forward(signal, out=signal)
            signal = layer.predict(signal, at_once=at_once)
            signals.append(signal)
        return signals

    def input_gradient(self, inputs: Floats, output: int) -> Floats:
        """How each input speaks for one output: the gradient (batch, inputs) of that logit by the inputs.

        Simonyan et al. 2013, "Deep inside convolutional networks", section 3.
        """
        return self.logit_gradients(inputs, output)[0]

    def logit_gradients(self, inputs: Floats, output: int) -> list[Floats]:
        """The gradients of one logit by the inputs and by what each hidden layer puts out, (batch, units) each."""
        context = Context()
        signal, ways_back = inputs, list[Backward]()
        for layer in sequential(self.architecture, self.parameters):
            signal, backward = layer.forward(signal, context)
            ways_back.append(backward)
        gradient = np.zeros_like(signal)
        gradient[:, output] = 1
        gradients: list[Floats] = []
        for number, backward in reversed(list(enumerate(ways_back))):
            gradient = backward(gradient)
            if number % 2 == 0:  # back through a layer with weights, not an activation
                gradients.append(gradient.copy())
        return gradients[::-1]
