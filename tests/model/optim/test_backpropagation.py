"""The gradient is the slope of the loss: checked against central differences in double precision."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from model.errors import ConfigError
from model.nn.activations import ACTIVATIONS
from model.nn.architecture import Architecture
from model.nn.initializers import initialise
from model.nn.layer import Context, Layer, Mask
from model.nn.network import Network, sequential
from model.nn.outputs import OUTPUTS
from model.nn.parameters import Parameters
from model.optim.backpropagation import loss_and_gradient
from model.optim.losses import LOSSES, REJECT_LOSS, Loss, loss_for
from model.optim.regularization import add_weight_decay, dropout_mask, one_hot, weight_penalty
from model.training.config import TrainingConfig

STEP = 1e-6
BATCH = 5
CLASSES = 3
OF_HIDDEN_LAYERS = (
    "dropout",
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
    masks: list[Mask]
    dropout: float
    weight_decay: float
    batch_norm: bool = False

    def layers(self, gradient: Parameters) -> list[Layer]:
        architecture, parameters = self.network.architecture, self.network.parameters
        return sequential(architecture, parameters, gradient, batch_norm=self.batch_norm, dropout=self.dropout)

    def value_and_gradient(self) -> tuple[float, Parameters]:
        gradient = self.network.parameters.zeros_like()
        layers, context = self.layers(gradient), Context()
        value = loss_and_gradient(layers, self.loss, self.inputs, self.targets, context, masks=self.masks)
        add_weight_decay(self.network.parameters, gradient, self.weight_decay)
        return value + weight_penalty(self.network.parameters, self.weight_decay), gradient

    def central_differences(self) -> np.ndarray:
        """The slope of the loss by each parameter; of the layers only the forward pass, which is half of the time."""
        layers, context = self.layers(self.network.parameters.zeros_like()), Context()

        def value() -> float:
            context.begin(self.masks)
            signal = self.inputs
            for layer in layers:
                signal, _ = layer.forward(signal, context)
            mean = self.loss.value_and_gradient(signal, self.targets, np.empty_like(signal))
            return mean + weight_penalty(self.network.parameters, self.weight_decay)

        assert value() == self.value_and_gradient()[0]
        theta = self.network.parameters.flat
        slopes = np.empty_like(theta)
        for index, centre in enumerate(theta.copy()):
            theta[index] = centre + STEP
            above = value()
            theta[index] = centre - STEP
            slopes[index] = (above - value()) / (2 * STEP)
            theta[index] = centre
        return slopes


def example(hidden: tuple[int, ...], activation: str, output: str, loss: str, regularizer: str = "none") -> Example:
    rng = np.random.default_rng(len(hidden))
    network = initialise(Architecture((8, *hidden, CLASSES), activation, output), rng=rng, dtype=np.float64)
    # Biases away from zero, where a gradient that forgets them would go unnoticed.
    network.parameters.flat += rng.normal(0, 0.1, len(network.parameters))
    smoothing = 0.1 if regularizer == "label smoothing" else 0.0
    dropout = 0.4 if "dropout" in regularizer else 0.0
    # Only this loss knows what belongs to no class.
    labels = rng.integers(-1 if loss == REJECT_LOSS else 0, CLASSES, BATCH)
    masks = [dropout_mask((BATCH, units), dropout, rng=rng) for units in hidden] if dropout else []
    return Example(
        network,
        loss_for(output, loss),
        rng.normal(size=(BATCH, 8)),
        one_hot(labels, CLASSES, smoothing=smoothing, dtype=np.float64),
        masks,
        dropout,
        0.3 if regularizer == "weight decay" else 0.0,
        "normalisation" in regularizer,
    )


@pytest.mark.parametrize(("hidden", "regularizer"), REGULARIZED)
@pytest.mark.parametrize(("output", "loss"), PAIRS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_parameters_gradient_is_the_central_difference(
    hidden: tuple[int, ...], activation: str, output: str, loss: str, regularizer: str
) -> None:
    case = example(hidden, activation, output, loss, regularizer)
    _, gradient = case.value_and_gradient()
    np.testing.assert_allclose(gradient.flat, case.central_differences(), rtol=1e-5, atol=1e-8)


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
    alone, in_larger = case.network.parameters.zeros_like(), case.network.parameters.zeros_like()
    large = Context()
    loss_and_gradient(case.layers(in_larger), case.loss, case.inputs, case.targets, large)
    value = loss_and_gradient(case.layers(in_larger), case.loss, case.inputs[:2], case.targets[:2], large)
    expected = loss_and_gradient(case.layers(alone), case.loss, case.inputs[:2], case.targets[:2], Context())
    assert value == expected
    np.testing.assert_array_equal(alone.flat, in_larger.flat)


def test_the_pieces_of_a_batch_weighted_by_their_shares_add_up_to_its_gradient() -> None:
    case = example((6,), "tanh", "softmax", "cross-entropy")
    whole_value, whole = case.value_and_gradient()
    total, value = case.network.parameters.zeros_like(), 0.0
    for part in (slice(0, 2), slice(2, 5)):
        piece, share = case.network.parameters.zeros_like(), (part.stop - part.start) / BATCH
        inputs, targets, layers = case.inputs[part], case.targets[part], case.layers(piece)
        value += share * loss_and_gradient(layers, case.loss, inputs, targets, Context(), weight=share)
        total.flat += piece.flat
    assert value == pytest.approx(whole_value)
    np.testing.assert_allclose(total.flat, whole.flat, rtol=1e-12)


@pytest.mark.parametrize(("batch_norm", "dropout"), [(False, 0.0), (True, 0.4)])
def test_the_gradient_by_a_kernel_is_the_slope_when_all_positions_move_together(
    dropout: float, *, batch_norm: bool
) -> None:
    settings = {"channels": (2, 2), "kernel_size": (6, 3), "stride": (6, 1), "hidden": (3,)}
    architecture = TrainingConfig().changed(**settings, activation="tanh").architecture
    rng = np.random.default_rng(2)
    network = initialise(architecture, "glorot", rng=rng, dtype=np.float64)
    network.parameters.flat += rng.normal(0, 0.1, len(network.parameters))
    # More images than a thread takes at once.
    inputs, targets = rng.random((40, 784)), one_hot(rng.integers(0, 10, 40), 10, dtype=np.float64)
    masks = [dropout_mask((40, 3), dropout, rng=rng)]
    loss = loss_for("softmax", "cross-entropy")
    case = Example(network, loss, inputs, targets, masks, dropout, 0.0, batch_norm)
    _, gradient = case.value_and_gradient()
    np.testing.assert_allclose(gradient.flat, case.central_differences(), rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_step_computes_in_the_networks_own_precision(activation: str) -> None:
    settings = {"channels": (2,), "kernel_size": (6,), "stride": (6,), "hidden": (6,)}
    architecture = TrainingConfig().changed(**settings, activation=activation).architecture
    network, context = initialise(architecture, rng=np.random.default_rng(0)), Context()
    gradient = network.parameters.zeros_like()
    context.begin([np.ones((BATCH, 6), np.bool_)])
    signal, ways_back = np.ones((BATCH, 784), np.float32), []
    for layer in sequential(architecture, network.parameters, gradient, batch_norm=True, dropout=0.5):
        signal, backward = layer.forward(signal, context)
        assert signal.dtype == np.float32
        ways_back.append(backward)
    for backward in reversed(ways_back):
        signal = backward(signal)
        assert signal.dtype == np.float32
