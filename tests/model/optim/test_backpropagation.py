"""The gradient is the slope of the loss: checked against central differences in double precision."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from model.errors import ConfigError
from model.nn.activations import ACTIVATIONS
from model.nn.initializers import initialise
from model.nn.network import Architecture, Network
from model.nn.outputs import OUTPUTS
from model.nn.parameters import Parameters
from model.optim.backpropagation import Mask, Masks, Workspace, loss_and_gradient
from model.optim.losses import LOSSES, REJECT_LOSS, Loss, loss_for
from model.optim.regularization import add_weight_decay, dropout_mask, one_hot, weight_penalty

STEP = 1e-6
BATCH = 5
CLASSES = 3
OF_HIDDEN_LAYERS = (
    "dropout",
    "dropout after the first hidden layer",
    "batch normalisation",
    "batch normalisation and dropout",
)
REGULARIZED = [
    ((6,), "none"),
    *itertools.product([(), (7, 4, 5)], ("none", "weight decay", "label smoothing")),
    *itertools.product([(7, 4, 5)], OF_HIDDEN_LAYERS),
]


def supported(output: str, loss: str) -> bool:
    try:
        loss_for(output, loss)
    except ConfigError:
        return False
    return True


PAIRS = [pair for pair in itertools.product(OUTPUTS, LOSSES) if supported(*pair)]


@dataclass(frozen=True)
class Example:
    """A small network with a batch, and the loss on it as a function of the parameters."""

    network: Network
    loss: Loss
    inputs: np.ndarray
    targets: np.ndarray
    masks: Masks
    dropout: float
    weight_decay: float
    channels: tuple[int, ...] = ()

    def value_and_gradient(self) -> tuple[float, Parameters]:
        gradient = self.network.parameters.zeros_like()
        value = loss_and_gradient(
            self.network,
            self.loss,
            self.inputs,
            self.targets,
            gradient,
            Workspace(self.network, BATCH, dropout=self.dropout, channels=self.channels),
            masks=self.masks,
            dropout=self.dropout,
        )
        add_weight_decay(self.network.parameters, gradient, self.weight_decay)
        return value + weight_penalty(self.network.parameters, self.weight_decay), gradient


def example(hidden: tuple[int, ...], activation: str, output: str, loss: str, regularizer: str = "none") -> Example:
    rng = np.random.default_rng(len(hidden))
    network = initialise(Architecture((8, *hidden, CLASSES), activation, output), rng=rng, dtype=np.float64)
    # Biases away from zero, where a gradient that forgets them would go unnoticed.
    network.parameters.flat += rng.normal(0, 0.1, len(network.parameters))
    smoothing = 0.1 if regularizer == "label smoothing" else 0.0
    dropout = 0.4 if "dropout" in regularizer else 0.0
    # Only this loss knows what belongs to no class.
    labels = rng.integers(-1 if loss == REJECT_LOSS else 0, CLASSES, BATCH)
    masks: list[Mask] = [dropout_mask((BATCH, units), dropout, rng=rng) for units in hidden] if dropout else []
    if regularizer == "dropout after the first hidden layer":
        masks[:1] = [None] * len(masks[:1])
    return Example(
        network,
        loss_for(output, loss),
        rng.normal(size=(BATCH, 8)),
        one_hot(labels, CLASSES, smoothing=smoothing, dtype=np.float64),
        masks,
        dropout,
        0.3 if regularizer == "weight decay" else 0.0,
        hidden if "normalisation" in regularizer else (),
    )


@pytest.mark.parametrize(("hidden", "regularizer"), REGULARIZED)
@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_parameters_gradient_is_the_central_difference(
    hidden: tuple[int, ...], activation: str, output: str, loss: str, regularizer: str
) -> None:
    case = example(hidden, activation, output, loss, regularizer)
    _, gradient = case.value_and_gradient()
    theta = case.network.parameters.flat
    slopes = np.empty_like(theta)
    for index in range(len(theta)):
        centre = theta[index]
        theta[index] = centre + STEP
        above, _ = case.value_and_gradient()
        theta[index] = centre - STEP
        below, _ = case.value_and_gradient()
        theta[index] = centre
        slopes[index] = (above - below) / (2 * STEP)
    np.testing.assert_allclose(gradient.flat, slopes, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(), (6,), (7, 4, 5)])
def test_the_input_gradient_is_the_central_difference(hidden: tuple[int, ...], activation: str) -> None:
    case = example(hidden, activation, "softmax", "cross-entropy")
    network, inputs = case.network, case.inputs
    for output in range(CLASSES):
        gradient = network.input_gradient(inputs, output)
        for index in range(inputs.shape[1]):
            nudge = np.zeros(inputs.shape[1])
            nudge[index] = STEP
            slope = (network.logits(inputs + nudge) - network.logits(inputs - nudge))[:, output] / (2 * STEP)
            np.testing.assert_allclose(gradient[:, index], slope, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_a_shorter_last_batch_uses_only_its_own_images(activation: str) -> None:
    case = example((6,), activation, "softmax", "cross-entropy")
    network, loss = case.network, case.loss
    alone, in_larger = network.parameters.zeros_like(), network.parameters.zeros_like()
    large = Workspace(network, BATCH)
    loss_and_gradient(network, loss, case.inputs, case.targets, in_larger, large)
    value = loss_and_gradient(network, loss, case.inputs[:2], case.targets[:2], in_larger, large)
    expected = loss_and_gradient(network, loss, case.inputs[:2], case.targets[:2], alone, Workspace(network, 2))
    assert value == expected
    np.testing.assert_array_equal(alone.flat, in_larger.flat)


def test_the_pieces_of_a_batch_weighted_by_their_shares_add_up_to_its_gradient() -> None:
    case = example((6,), "tanh", "softmax", "cross-entropy")
    whole_value, whole = case.value_and_gradient()
    total, value = case.network.parameters.zeros_like(), 0.0
    for part in (slice(0, 2), slice(2, 5)):
        piece, share = case.network.parameters.zeros_like(), (part.stop - part.start) / BATCH
        inputs, targets, workspace = case.inputs[part], case.targets[part], Workspace(case.network, 3)
        value += share * loss_and_gradient(case.network, case.loss, inputs, targets, piece, workspace, weight=share)
        total.flat += piece.flat
    assert value == pytest.approx(whole_value)
    np.testing.assert_allclose(total.flat, whole.flat, rtol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_step_computes_in_the_networks_own_precision(activation: str) -> None:
    network = initialise(Architecture((8, 6, 3), activation), rng=np.random.default_rng(0))
    workspace = Workspace(network, BATCH, dropout=0.5)
    arrays = [network.parameters.flat, *workspace.outputs, *workspace.kept, *workspace.gradients]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
