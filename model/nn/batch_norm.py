"""Batch normalisation: pre-activations brought to a mean of 0 and a deviation of 1 over the batch.

x W becomes (x W - mean) / deviation before the bias is added (Ioffe and Szegedy 2015). Layers learn faster when those
before them no longer change the scale of what they get, and the chance by which a batch is put together keeps them
from learning by heart. Mean and deviation are those of a unit; in a convolution, of a channel at all positions. There
is no gain to learn: the next layer's weights do the same.
"""

from dataclasses import dataclass

import numpy as np

from model.nn.layer import Backward, Context, Floats

_EPSILON = 1e-5
"""Added to the variance: a unit that says the same of every image is not blown up."""


@dataclass(frozen=True, slots=True, eq=False)
class BatchNorm:
    """(x - mean) / deviation + b, each a number a channel.

    Attributes:
        bias: (channels,); of units so many apart, mean and deviation are taken together.
        bias_gradient: where the gradient by it is written.
    """

    bias: Floats
    bias_gradient: Floats

    def forward(self, inputs: Floats, context: Context, /) -> tuple[Floats, Backward]:
        """See `Layer`."""
        size, units = inputs.shape
        channels = len(self.bias)
        positions = units // channels
        _, factor = normalise(inputs, channels)
        normalised, spread = inputs, np.tile(factor, positions)
        outputs = context.empty(inputs.shape, inputs.dtype)
        np.add(normalised, np.tile(self.bias, positions), out=outputs)

        def backward(gradient: Floats, /, *, to_inputs: bool = True) -> Floats:
            del to_inputs
            total = _sum(gradient.sum(axis=0), channels)
            along = _sum(np.einsum("bu,bu->u", gradient, normalised), channels)
            self.bias_gradient[:] = total
            gradient -= np.tile(total / (size * positions), positions)
            # What was normalised is not looked at again.
            np.multiply(normalised, np.tile(along / (size * positions), positions), out=normalised)
            gradient -= normalised
            gradient *= spread
            return gradient

        return outputs, backward


def normalise(pre_activations: Floats, channels: int) -> tuple[Floats, Floats]:
    """Bring pre-activations (batch, units) to a mean of 0 and a deviation of 1, in place.

    Args:
        pre_activations: of a layer, before the bias.
        channels: of units `channels` apart, mean and deviation are taken together; as many as units for each alone.

    Returns:
        The mean that they had, and one over the deviation, (channels,) each.
    """
    size, units = pre_activations.shape
    positions = units // channels
    mean = _sum(pre_activations.sum(axis=0), channels) / (size * positions)
    pre_activations -= np.tile(mean, positions)
    squares = _sum(np.einsum("bu,bu->u", pre_activations, pre_activations), channels)
    factor = 1 / np.sqrt(squares / (size * positions) + _EPSILON)
    pre_activations *= np.tile(factor, positions)
    return mean, factor


def _sum(values: Floats, channels: int) -> Floats:
    """The sum (channels,) over all positions of values (units,)."""
    total: Floats = values.reshape(-1, channels).sum(axis=0)
    return total
