"""Batch normalisation worked into weights and biases: a drawing that is read alone has no batch.

What is kept of training is a network without it, which computes of each image what the one with it does in a batch.
"""

from model.nn import Floats, Network, Parameters, normalise


def fold(network: Network, inputs: Floats) -> Parameters:
    """The parameters of a network that computes of each image alone what this one does within a batch of `inputs`.

    Args:
        network: trained with batch normalisation in its hidden layers.
        inputs: (images, inputs), many, and such as it was trained with.
    """
    folded = Network(network.architecture, network.parameters.copy())
    signal = inputs
    for number, (layer, channels) in enumerate(zip(folded.layers, network.architecture.channels, strict=False)):
        weight, bias = folded.parameters[f"{number}.weight"], folded.parameters[f"{number}.bias"]
        pre_activations = layer.predict(signal, at_once=True)
        mean, factor = normalise(pre_activations, channels)
        pre_activations.reshape(-1, channels)[:] += bias
        # The mean is that of the sums with the bias.
        weight *= factor
        bias -= (mean - bias) * factor
        network.activation.forward(pre_activations, out=pre_activations)
        signal = pre_activations
    return folded.parameters
