"""The gradient of the loss by all parameters, layer by layer from the output back (Rumelhart et al. 1986)."""

from collections.abc import Sequence

from model.nn import Context, Floats, Layer, Mask
from model.optim.losses import Loss


def loss_and_gradient(
    layers: Sequence[Layer],
    loss: Loss,
    inputs: Floats,
    targets: Floats,
    context: Context,
    *,
    masks: Sequence[Mask] = (),
    weight: float = 1.0,
) -> float:
    """Return the mean loss over a batch; the layers write its gradient by every parameter where they have it.

    Args:
        layers: of a network, such as `sequential` gives them; the last puts out logits.
        loss: taken on the logits.
        inputs: (batch, inputs).
        targets: (batch, outputs), what the outputs should be.
        context: of this training; begun anew.
        masks: of each layer that drops units, which of them stay.
        weight: the gradient is multiplied by it: the batch's share of a larger one.
    """
    context.begin(masks)
    signal, ways_back = inputs, []
    for layer in layers:
        signal, backward = layer.forward(signal, context)
        ways_back.append(backward)
    gradient = context.empty(signal.shape, signal.dtype)
    value = loss.value_and_gradient(signal, targets, gradient)
    if weight != 1:
        gradient *= weight
    for number, backward in reversed(list(enumerate(ways_back))):
        # Nobody learns what the pixels should have been.
        gradient = backward(gradient, to_inputs=number > 0)
    return value
