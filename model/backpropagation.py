"""The gradient of the loss by all parameters, layer by layer from the output back (Rumelhart et al. 1986)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.activations import Floats
from model.batch_normalisation import normalise, normalised_gradient
from model.losses import Loss
from model.network import Network
from model.parameters import Parameters
from model.shared_layer import SharedLayer

Mask = NDArray[np.bool_] | None
"""Which units of a hidden layer stay, (batch, units): what dropout leaves (`model.regularization`); None for all."""

Masks = Sequence[Mask]
"""Of each hidden layer."""

Parts = Sequence[tuple[slice, slice]]
"""Of a matrix of weights (inputs, units): beyond these parts, which have no unit in common, it is 0."""


class Workspace:
    """The arrays a training step writes into, made once for the largest batch, so that steps allocate nothing big.

    Attributes:
        sums: the weighted sums of each layer, (batch, units) each.
        outputs: what each layer puts out, same shapes: the same arrays where the activation works in place.
        kept: what dropout lets through, same shapes; the same arrays as the outputs where nothing is dropped.
        gradients: the loss's gradient by the sums, same shapes.
        normalised: the weighted sums before the bias, with batch normalisation as it leaves them, same shapes; the
            same arrays as the sums without it.
        channels: of each hidden layer, what batch normalisation takes together; empty without it.
        parts: of each layer, the inputs and units between which there are weights other than 0.
    """

    def __init__(
        self,
        network: Network,
        batch_size: int,
        *,
        dropout: float = 0.0,
        channels: Sequence[int] = (),
        shared: Sequence[SharedLayer] = (),
    ) -> None:
        sizes = network.architecture.sizes[1:]
        shapes = [(batch_size, size) for size in sizes]
        dtype = network.parameters.flat.dtype
        self.sums: list[Floats] = [np.empty(shape, dtype) for shape in shapes]
        self.outputs = self.sums
        if network.activation.needs_sums:
            # The logits are sums and outputs in one.
            self.outputs = [*(np.empty(shape, dtype) for shape in shapes[:-1]), self.sums[-1]]
        self.kept = self.outputs
        if dropout:
            self.kept = [*(np.empty(shape, dtype) for shape in shapes[:-1]), self.sums[-1]]
        self.gradients: list[Floats] = [np.empty(shape, dtype) for shape in shapes]
        self.channels = channels
        self.normalised = self.sums
        if channels:
            self.normalised = [*(np.empty(shape, dtype) for shape in shapes[:-1]), self.sums[-1]]
        dense: list[Parts] = [[(slice(None), slice(None))]] * (len(sizes) - len(shared))
        self.parts: list[Parts] = [*(layer.parts for layer in shared), *dense]


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
        gradient: of the network's layout, overwritten within the workspace's parts.
        workspace: overwritten; made for this network and `dropout`.
        masks: for dropout, which units of each hidden layer stay.
        dropout: the share of units that the masks drop; those that stay are raised to make up for it.
        weight: the gradient is multiplied by it: the batch's share of a larger one.
    """
    size = len(inputs)
    sums, outputs, kept, gradients, normalised = (
        [array[:size] for array in arrays]
        for arrays in (
            workspace.sums,
            workspace.outputs,
            workspace.kept,
            workspace.gradients,
            workspace.normalised,
        )
    )
    parts, channels, factors = workspace.parts, workspace.channels, list[Floats]()
    last = network.architecture.layers - 1
    parameters, activation = network.parameters, network.activation
    raised = 1 / (1 - dropout)

    signal = inputs
    for layer in range(last + 1):
        _multiply(signal, parameters[f"{layer}.weight"], parts[layer], out=normalised[layer])
        if layer < len(channels):
            factors.append(normalise(normalised[layer], channels[layer]))
        np.add(normalised[layer], parameters[f"{layer}.bias"], out=sums[layer])
        if layer < last:
            activation.forward(sums[layer], out=outputs[layer])
            if dropout:
                _drop(outputs[layer], masks[layer], raised, out=kept[layer])
        signal = kept[layer]

    value = loss.value_and_gradient(sums[last], targets, gradients[last])
    if weight != 1:
        gradients[last] *= weight

    for layer in range(last, -1, -1):
        if layer < last:
            _multiply_back(
                gradients[layer + 1], parameters[f"{layer + 1}.weight"], parts[layer + 1], out=gradients[layer]
            )
            if dropout:
                _drop(gradients[layer], masks[layer], raised, out=gradients[layer])
            activation.backward(sums[layer], outputs[layer], gradients[layer])
        layer_inputs = inputs if layer == 0 else kept[layer - 1]
        np.sum(gradients[layer], axis=0, out=gradient[f"{layer}.bias"])
        if layer < len(channels):
            normalised_gradient(gradients[layer], normalised[layer], factors[layer], channels[layer])
        _multiply_across(layer_inputs, gradients[layer], parts[layer], out=gradient[f"{layer}.weight"])
    return value


def _multiply(signal: Floats, weight: Floats, parts: Parts, *, out: Floats) -> None:
    """The sums (batch, units) of a signal (batch, inputs)."""
    for seen, units in parts:
        np.matmul(signal[:, seen], weight[seen, units], out=out[:, units])


def _multiply_back(gradient: Floats, weight: Floats, parts: Parts, *, out: Floats) -> None:
    """The gradient by the signal (batch, inputs) of that by the sums (batch, units)."""
    if len(parts) == 1:
        np.matmul(gradient, weight.T, out=out)
        return
    out[:] = 0
    for seen, units in parts:
        out[:, seen] += gradient[:, units] @ weight[seen, units].T


def _multiply_across(signal: Floats, gradient: Floats, parts: Parts, *, out: Floats) -> None:
    """The gradient by the weights (inputs, units) of that by the sums (batch, units)."""
    for seen, units in parts:
        np.matmul(signal[:, seen].T, gradient[:, units], out=out[seen, units])


def _drop(signal: Floats, mask: Mask, raised: float, *, out: Floats) -> None:
    if mask is not None:
        np.multiply(signal, mask, out=out)
        out *= raised
    elif out is not signal:
        np.copyto(out, signal)
