"""Weight sharing: what many positions have is learned once, and training keeps them alike."""

import numpy as np
import pytest

from model.nn.convolution import Conv2d
from model.nn.initializers import INITIALIZERS, initialise
from model.nn.network import Network
from model.nn.normalization import fit_normalization
from model.nn.parameters import Parameters
from model.optim.backpropagation import Workspace, loss_and_gradient
from model.optim.losses import loss_for
from model.optim.optimizers import OPTIMIZERS
from model.optim.regularization import one_hot
from model.optim.weight_sharing import SharedParameters, learned_shapes, unrolled
from model.training.config import TrainingConfig
from model.training.examples.batches import Batches
from tests.model.small_training import CONFIG, TRAINING, run

SHARING = CONFIG.changed(channels=(2, 3), kernel_size=(5, 4), stride=(4, 2), hidden=(8,))


def random_network(config: TrainingConfig, seed: int = 0) -> Network:
    rng = np.random.default_rng(seed)
    network = initialise(config.architecture, rng=rng, convolutions=config.network.convolutions, dtype=np.float64)
    for number, layer in enumerate(config.network.convolutions):
        network.parameters[f"{number}.bias"].reshape(-1, layer.out_channels)[:] = rng.normal(size=layer.out_channels)
    return network


def is_shared(parameters: Parameters, layers: tuple[Conv2d, ...]) -> bool:
    """Whether every position has the same weights, and there are none beyond its patch."""
    for number, layer in enumerate(layers):
        weight, bias = parameters[f"{number}.weight"], parameters[f"{number}.bias"].reshape(-1, layer.out_channels)
        kernels = layer.kernels(weight)
        if (kernels != kernels[0, 0]).any() or (bias != bias[0]).any():
            return False
        if np.count_nonzero(weight) > kernels.size:
            return False
    return True


def test_the_gradient_of_a_shared_weight_is_the_slope_when_all_positions_move_together() -> None:
    config = TrainingConfig().changed(
        channels=(2, 2), kernel_size=(6, 3), stride=(6, 1), hidden=(3,), activation="tanh", init="glorot"
    )
    network, loss = random_network(config), loss_for("softmax", "cross-entropy")
    rng = np.random.default_rng(2)
    inputs, targets = rng.random((3, 784)), one_hot(np.array([1, 5, 9]), 10, dtype=np.float64)
    workspace = Workspace(network, 3)
    parameters = SharedParameters(network.parameters, config.network.convolutions)
    gradient = SharedParameters(network.parameters.zeros_like(), config.network.convolutions)
    ignored = network.parameters.zeros_like()
    loss_and_gradient(network, loss, inputs, targets, gradient.unrolled, workspace)
    gradient.sum_positions()

    def loss_at(theta: np.ndarray) -> float:
        parameters.learned.flat[:] = theta
        parameters.unroll()
        return loss_and_gradient(network, loss, inputs, targets, ignored, workspace)

    theta = parameters.learned.flat.copy()
    moves = 1e-6 * np.eye(len(theta))
    slopes = [(loss_at(theta + move) - loss_at(theta - move)) / 2e-6 for move in moves]
    np.testing.assert_allclose(gradient.learned.flat, slopes, rtol=1e-5, atol=1e-8)


def test_what_is_learned_once_is_unrolled_to_every_position_and_back() -> None:
    layers = SHARING.network.convolutions
    parameters = random_network(SHARING).parameters
    learned = SharedParameters(parameters, layers).learned
    assert learned.shapes == learned_shapes(parameters.shapes, layers)
    assert [learned.shapes[f"{layer}.weight"] for layer in range(2)] == [(5, 5, 1, 2), (4, 4, 2, 3)]
    assert len(learned) < len(parameters) / 10
    again = unrolled(learned, parameters.shapes, layers)
    assert is_shared(again, layers)
    np.testing.assert_array_equal(again.flat, parameters.flat)


def test_where_nothing_is_shared_nothing_is_copied() -> None:
    parameters = random_network(CONFIG).parameters
    assert SharedParameters(parameters, ()).learned is parameters
    assert unrolled(parameters, parameters.shapes, ()) is parameters


@pytest.mark.parametrize("initializer", INITIALIZERS)
def test_the_first_weights_have_the_deviation_that_a_patch_asks_for(initializer: str) -> None:
    config = TrainingConfig().changed(channels=(500,), kernel_size=(5,), stride=(9,), init=initializer)
    network = initialise(
        config.architecture, initializer, rng=np.random.default_rng(3), convolutions=config.network.convolutions
    )
    assert is_shared(network.parameters, config.network.convolutions)
    drawn = config.network.convolutions[0].kernels(network.parameters["0.weight"])[0, 0]
    wanted = {"he": np.sqrt(2 / 25), "glorot": np.sqrt(2 / 525), "normal": 0.05, "zeros": 0}[initializer]
    assert drawn.std() == pytest.approx(wanted, rel=0.05)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_keeps_the_weights_shared(optimizer: str) -> None:
    config = SHARING.changed(optimizer=optimizer, weight_decay=0.01, dropout=0.2, ema_decay=0.9, clip_norm=1.0)
    trained = run(config)
    assert is_shared(trained.network.parameters, config.network.convolutions)
    first, *_, last = trained.history.epochs
    assert last.loss < first.loss


def test_dropout_spares_the_units_that_share_their_weights() -> None:
    config = SHARING.changed(dropout=0.5)
    batches = Batches(
        config, TRAINING, fit_normalization(config.network.scaling, TRAINING.images), seed=np.random.SeedSequence(0)
    )
    *shared, dropped = next(batches.micro_batches(0)).masks
    assert shared == [None, None]
    assert dropped is not None
    assert 0.3 < dropped.mean() < 0.7


def test_a_batch_in_micro_batches_shares_as_a_whole_one_does() -> None:
    assert is_shared(run(SHARING.changed(batch_size="full")).network.parameters, SHARING.network.convolutions)
