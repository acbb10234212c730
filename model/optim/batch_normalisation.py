"""Batch normalisation: pre-activations brought to a mean of 0 and a deviation of 1 over the batch.

x W becomes (x W - mean) / deviation before the bias is added (Ioffe and Szegedy 2015). Layers learn faster when those
before them no longer change the scale of what they get, and the chance by which a batch is put together keeps them
from learning by heart. Mean and deviation are those of a unit; in a convolution, of a channel at all positions. There
is no gain to learn: the next layer's weights do the same.

It is of the training alone: `fold` works mean and deviation over many images into weights and biases, and what is
kept is a multi-layer perceptron that computes as every other does.
"""

from collections.abc import Sequence

import numpy as np

from model.nn import Floats, Network, Parameters

_EPSILON = 1e-5
"""Added to the variance: a unit that says the same of every image is not blown up."""


def normalise(pre_activations: Floats, channels: int) -> Floats:
    """Bring pre-activations (batch, units) to a mean of 0 and a deviation of 1, in place.

    Args:
        pre_activations: of a layer, before the bias.
        channels: of units `channels` apart, mean and deviation are taken together; as many as units for each alone.

    Returns:
        One over the deviation, (units,).
    """
    mean, factor = _statistics(pre_activations, channels)
    pre_activations -= mean
    pre_activations *= factor
    return factor


def normalised_gradient(gradient: Floats, normalised: Floats, factor: Floats, channels: int) -> None:
    """Turn the gradient by what was normalised, (batch, units), into that by the pre-activations, in place."""
    size = len(gradient)
    along = _together(np.einsum("bu,bu->u", gradient, normalised) / size, channels)
    gradient -= _together(gradient.mean(axis=0), channels)
    gradient -= along * normalised
    gradient *= factor


def fold(network: Network, channels: Sequence[int], inputs: Floats) -> Parameters:
    """The parameters of a network that computes of each image alone what this one does within a batch of `inputs`.

    Args:
        network: trained with batch normalisation in its hidden layers.
        channels: of each hidden layer.
        inputs: (images, inputs), many, and such as it was trained with.
    """
    parameters = network.parameters.copy()
    signal = inputs
    for layer, count in enumerate(channels):
        weight, bias = parameters[f"{layer}.weight"], parameters[f"{layer}.bias"]
        pre_activations = signal @ weight
        mean, factor = _statistics(pre_activations, count)
        weight *= factor
        bias -= mean * factor
        pre_activations *= factor
        pre_activations += bias
        signal = np.empty_like(pre_activations)
        network.activation.forward(pre_activations, out=signal)
    return parameters


def _statistics(pre_activations: Floats, channels: int) -> tuple[Floats, Floats]:
    """The mean, and one over the deviation, (units,) each."""
    mean = _together(pre_activations.mean(axis=0), channels)
    centred = pre_activations - mean
    variance = _together(np.einsum("bu,bu->u", centred, centred) / len(pre_activations), channels)
    return mean, 1 / np.sqrt(variance + _EPSILON)


def _together(values: Floats, channels: int) -> Floats:
    """For each unit (units,) the mean of the values of its channel."""
    return np.tile(values.reshape(-1, channels).mean(axis=0), len(values) // channels)
