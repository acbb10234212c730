"""The gradient is the slope of the loss: checked against central differences in double precision."""

import itertools

import numpy as np
import pytest

from model.activations import ACTIVATIONS
from model.backpropagation import Workspace, loss_and_gradient
from model.losses import LOSSES
from model.network import Architecture, Network, initialise

STEP = 1e-6
BATCH = 5

every_network = pytest.mark.parametrize(
    ("hidden", "activation", "loss"), list(itertools.product([(), (6,), (7, 4, 5)], ACTIVATIONS, LOSSES))
)


def example(hidden: tuple[int, ...], activation: str) -> tuple[Network, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(len(hidden))
    network = initialise(Architecture((8, *hidden, 3), activation), rng=rng, dtype=np.float64)
    # Biases away from zero, where a gradient that forgets them would go unnoticed.
    network.parameters.flat += rng.normal(0, 0.1, len(network.parameters))
    return network, rng.normal(size=(BATCH, 8)), rng.integers(0, 3, BATCH)


@every_network
def test_every_parameters_gradient_is_the_central_difference(
    hidden: tuple[int, ...], activation: str, loss: str
) -> None:
    network, inputs, labels = example(hidden, activation)
    gradient, scratch = network.parameters.zeros_like(), network.parameters.zeros_like()
    workspace = Workspace(network, BATCH)
    loss_and_gradient(network, LOSSES[loss], inputs, labels, gradient, workspace)
    theta = network.parameters.flat
    for index in range(len(theta)):
        centre = theta[index]
        theta[index] = centre + STEP
        above = loss_and_gradient(network, LOSSES[loss], inputs, labels, scratch, workspace)
        theta[index] = centre - STEP
        below = loss_and_gradient(network, LOSSES[loss], inputs, labels, scratch, workspace)
        theta[index] = centre
        assert gradient.flat[index] == pytest.approx((above - below) / (2 * STEP), rel=1e-5, abs=1e-8)


@every_network
def test_the_input_gradient_is_the_central_difference(hidden: tuple[int, ...], activation: str, loss: str) -> None:
    del loss
    network, inputs, _ = example(hidden, activation)
    for output in range(3):
        gradient = network.input_gradient(inputs, output)
        for index in range(inputs.shape[1]):
            nudge = np.zeros(inputs.shape[1])
            nudge[index] = STEP
            slope = (network.logits(inputs + nudge) - network.logits(inputs - nudge))[:, output] / (2 * STEP)
            np.testing.assert_allclose(gradient[:, index], slope, rtol=1e-5, atol=1e-8)


def test_a_shorter_last_batch_uses_only_its_own_images() -> None:
    network, inputs, labels = example((6,), "relu")
    alone, in_larger = network.parameters.zeros_like(), network.parameters.zeros_like()
    large = Workspace(network, BATCH)
    loss_and_gradient(network, LOSSES["cross-entropy"], inputs, labels, in_larger, large)
    value = loss_and_gradient(network, LOSSES["cross-entropy"], inputs[:2], labels[:2], in_larger, large)
    expected = loss_and_gradient(
        network, LOSSES["cross-entropy"], inputs[:2], labels[:2], alone, Workspace(network, 2)
    )
    assert value == expected
    np.testing.assert_array_equal(alone.flat, in_larger.flat)


def test_a_step_computes_in_the_networks_own_precision() -> None:
    network = initialise(Architecture((8, 6, 3)), rng=np.random.default_rng(0))
    workspace = Workspace(network, BATCH)
    arrays = [network.parameters.flat, *workspace.outputs, *workspace.gradients]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
