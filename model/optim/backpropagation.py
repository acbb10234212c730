"""The gradient of the loss by all parameters, layer by layer from the output back (Rumelhart et al. 1986)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.nn import Conv2d, Floats, Network, Parameters
from model.optim.batch_normalisation import normalise, normalised_gradient
from model.optim.losses import Loss

Mask = NDArray[np.bool_] | None
"""Which units of a hidden layer dropout leaves, (batch, units); None for all."""

Masks = Sequence[Mask]
"""Of each hidden layer."""

Blocks = Sequence[tuple[slice, slice]]
"""Of a matrix of weights (inputs, units): beyond these blocks, which have no unit in common, it is 0."""


class Workspace:
    """The arrays a training step writes into, made once for the largest batch, so that steps allocate nothing big.

    Attributes:
        pre_activations: the pre-activations of each layer, (batch, units) each.
        outputs: what each layer puts out, same shapes: the same arrays where the activation works in place.
        kept: what dropout lets through, same shapes; the same arrays as the outputs where nothing is dropped.
        gradients: the loss's gradient by the pre-activations, same shapes.
        normalised: the pre-activations before the bias, with batch normalisation as it leaves them, same shapes; the
            same arrays as the pre-activations without it.
        channels: of each hidden layer, what batch normalisation takes together; empty without it.
        blocks: of each layer, the inputs and units between which there are weights other than 0.
    """

    def __init__(
        self,
        network: Network,
        batch_size: int,
        *,
        dropout: float = 0.0,
        channels: Sequence[int] = (),
        convolutions: Sequence[Conv2d] = (),
    ) -> None:
        sizes = network.architecture.sizes[1:]
        shapes = [(batch_size, size) for size in sizes]
        dtype = network.parameters.flat.dtype
        self.pre_activations: list[Floats] = [np.empty(shape, dtype) for shape in shapes]
        self.outputs = self.pre_activations
        if network.activation.needs_pre_activations:
            # The logits are pre-activations and outputs in one.
            self.outputs = [*(np.empty(shape, dtype) for shape in shapes[:-1]), self.pre_activations[-1]]
        self.kept = self.outputs
        if dropout:
            self.kept = [*(np.empty(shape, dtype) for shape in shapes[:-1]), self.pre_activations[-1]]
        self.gradients: list[Floats] = [np.empty(shape, dtype) for shape in shapes]
        self.channels = channels
        self.normalised = self.pre_activations
        if channels:
            self.normalised = [*(np.empty(shape, dtype) for shape in shapes[:-1]), self.pre_activations[-1]]
        dense: list[Blocks] = [[(slice(None), slice(None))]] * (len(sizes) - len(convolutions))
        self.blocks: list[Blocks] = [*(layer.blocks for layer in convolutions), *dense]


def loss_and_gradient(
    network: Network,
    loss: Loss,
    inputs: Floats,
    targets: Floats,
    gradient: Parameters,
    workspace: Workspace,
    *,
    masks: Masks = (),
    dropout: float = 0.0,
    weight: float = 1.0,
) -> float:
    """Return the mean loss over a batch and write its gradient by every parameter into `gradient`.

    Args:
        network: not changed.
        loss: taken on the network's logits.
        inputs: (batch, inputs), no longer than the workspace's batch.
        targets: (batch, outputs), what the outputs should be.
        gradient: of the network's layout, overwritten within the workspace's blocks.
        workspace: overwritten; made for this network and `dropout`.
        masks: for dropout, which units of each hidden layer stay.
        dropout: the share of units that the masks drop; those that stay are raised to make up for it.
        weight: the gradient is multiplied by it: the batch's share of a larger one.
    """
    size = len(inputs)
    pre_activations, outputs, kept, gradients, normalised = (
        [array[:size] for array in arrays]
        for arrays in (
            workspace.pre_activations,
            workspace.outputs,
            workspace.kept,
            workspace.gradients,
            workspace.normalised,
        )
    )
    blocks, channels, factors = workspace.blocks, workspace.channels, list[Floats]()
    last = network.architecture.layers - 1
    parameters, activation = network.parameters, network.activation
    raised = 1 / (1 - dropout)

    signal = inputs
    for layer in range(last + 1):
        _multiply(signal, parameters[f"{layer}.weight"], blocks[layer], out=normalised[layer])
        if layer < len(channels):
            factors.append(normalise(normalised[layer], channels[layer]))
        np.add(normalised[layer], parameters[f"{layer}.bias"], out=pre_activations[layer])
        if layer < last:
            activation.forward(pre_activations[layer], out=outputs[layer])
            if dropout:
                _drop(outputs[layer], masks[layer], raised, out=kept[layer])
        signal = kept[layer]

    value = loss.value_and_gradient(pre_activations[last], targets, gradients[last])
    if weight != 1:
        gradients[last] *= weight

    for layer in range(last, -1, -1):
        if layer < last:
            _multiply_back(
                gradients[layer + 1], parameters[f"{layer + 1}.weight"], blocks[layer + 1], out=gradients[layer]
            )
            if dropout:
                _drop(gradients[layer], masks[layer], raised, out=gradients[layer])
            activation.backward(pre_activations[layer], outputs[layer], gradients[layer])
        layer_inputs = inputs if layer == 0 else kept[layer - 1]
        np.sum(gradients[layer], axis=0, out=gradient[f"{layer}.bias"])
        if layer < len(channels):
            normalised_gradient(gradients[layer], normalised[layer], factors[layer], channels[layer])
        _multiply_across(layer_inputs, gradients[layer], blocks[layer], out=gradient[f"{layer}.weight"])
    return value


def _multiply(signal: Floats, weight: Floats, blocks: Blocks, *, out: Floats) -> None:
    """The pre-activations (batch, units) of a signal (batch, inputs)."""
    for seen, units in blocks:
        np.matmul(signal[:, seen], weight[seen, units], out=out[:, units])


def _multiply_back(gradient: Floats, weight: Floats, blocks: Blocks, *, out: Floats) -> None:
    """The gradient by the signal (batch, inputs) of that by the pre-activations (batch, units)."""
    if len(blocks) == 1:
        np.matmul(gradient, weight.T, out=out)
        return
    out[:] = 0
    for seen, units in blocks:
        out[:, seen] += gradient[:, units] @ weight[seen, units].T


def _multiply_across(signal: Floats, gradient: Floats, blocks: Blocks, *, out: Floats) -> None:
    """The gradient by the weights (inputs, units) of that by the pre-activations (batch, units)."""
    for seen, units in blocks:
        np.matmul(signal[:, seen].T, gradient[:, units], out=out[seen, units])


def _drop(signal: Floats, mask: Mask, raised: float, *, out: Floats) -> None:
    if mask is not None:
        np.multiply(signal, mask, out=out)
        out *= raised
    elif out is not signal:
        np.copyto(out, signal)
