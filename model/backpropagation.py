"""The gradient of the loss by all parameters, layer by layer from the output back (Rumelhart et al. 1986)."""

import numpy as np
from numpy.typing import NDArray

from model.activations import Floats
from model.losses import Loss
from model.network import Network
from model.parameters import Parameters


class Workspace:
    """The arrays a training step writes into, made once for the largest batch, so that steps allocate nothing big.

    Attributes:
        outputs: what each layer puts out, (batch, units) each.
        gradients: the loss's gradient by them, same shapes.
    """

    def __init__(self, network: Network, batch_size: int) -> None:
        dtype = network.parameters.flat.dtype
        sizes = network.architecture.sizes[1:]
        self.outputs: list[Floats] = [np.empty((batch_size, size), dtype) for size in sizes]
        self.gradients: list[Floats] = [np.empty((batch_size, size), dtype) for size in sizes]


def loss_and_gradient(
    network: Network,
    loss: Loss,
    inputs: Floats,
    labels: NDArray[np.integer],
    gradient: Parameters,
    workspace: Workspace,
) -> float:
    """Return the mean loss over a batch and write its gradient by every parameter into `gradient`.

    Args:
        network: not changed.
        loss: taken on the network's logits.
        inputs: (batch, inputs), no longer than the workspace's batch.
        labels: (batch,), the true class of each.
        gradient: of the network's layout, overwritten.
        workspace: overwritten.
    """
    parameters = network.parameters
    last = network.architecture.layers - 1
    outputs = [array[: len(inputs)] for array in workspace.outputs]
    gradients = [array[: len(inputs)] for array in workspace.gradients]

    signal = inputs
    for layer, output in enumerate(outputs):
        np.matmul(signal, parameters[f"{layer}.weight"], out=output)
        np.add(output, parameters[f"{layer}.bias"], out=output)
        if layer < last:
            network.activation.forward(output, out=output)
        signal = output

    value = loss.value_and_gradient(outputs[last], labels, gradients[last])

    for layer in range(last, -1, -1):
        if layer < last:
            np.matmul(gradients[layer + 1], parameters[f"{layer + 1}.weight"].T, out=gradients[layer])
            network.activation.backward(outputs[layer], gradients[layer])
        layer_inputs = inputs if layer == 0 else outputs[layer - 1]
        np.matmul(layer_inputs.T, gradients[layer], out=gradient[f"{layer}.weight"])
        np.sum(gradients[layer], axis=0, out=gradient[f"{layer}.bias"])
    return value
