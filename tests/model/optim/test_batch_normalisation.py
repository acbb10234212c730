"""Batch normalisation: mean 0 and deviation 1, the right gradient, and nothing of it left in what is kept."""

from dataclasses import replace

import numpy as np
import pytest

from model.errors import ConfigError
from model.nn.initializers import initialise
from model.nn.network import Architecture
from model.optim.backpropagation import Workspace, loss_and_gradient
from model.optim.batch_normalisation import fold, normalise, normalised_gradient
from model.optim.losses import loss_for
from model.optim.regularization import one_hot
from model.training.config import TrainingConfig
from tests.model.small_training import CONFIG, VALIDATION, run, score_of


@pytest.mark.parametrize("channels", [6, 3, 1])
def test_each_channel_has_a_mean_of_zero_and_a_deviation_of_one(channels: int) -> None:
    pre_activations = np.random.default_rng(0).normal(3, 7, (50, 6)) * np.arange(1, 7)
    normalise(pre_activations, channels)
    together = pre_activations.reshape(-1, channels)
    np.testing.assert_allclose(together.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(together.std(axis=0), 1, rtol=1e-5)


def test_a_unit_that_says_the_same_of_every_image_says_nothing() -> None:
    pre_activations = np.full((50, 2), 7.0)
    factor = normalise(pre_activations, 2)
    assert not pre_activations.any()
    assert np.isfinite(factor).all()


@pytest.mark.parametrize("channels", [6, 3, 1])
def test_the_gradient_by_the_sums_is_the_central_difference(channels: int) -> None:
    rng = np.random.default_rng(1)
    pre_activations, weights = rng.normal(2, 3, (5, 6)), rng.normal(size=(5, 6))

    def value(shifted: np.ndarray) -> float:
        normalised = shifted.copy()
        normalise(normalised, channels)
        return float((weights * normalised**3).sum())

    normalised = pre_activations.copy()
    factor = normalise(normalised, channels)
    gradient = 3 * weights * normalised**2
    normalised_gradient(gradient, normalised, factor, channels)
    for index in np.ndindex(pre_activations.shape):
        step = np.zeros_like(pre_activations)
        step[index] = 1e-5
        slope = (value(pre_activations + step) - value(pre_activations - step)) / 2e-5
        assert gradient[index] == pytest.approx(slope, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("activation", ["relu", "gelu", "tanh"])
@pytest.mark.parametrize("channels", [(8, 6), (4, 6), (2, 1)])
def test_folded_weights_compute_of_each_image_what_the_batch_computed(
    activation: str, channels: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(2)
    network = initialise(Architecture((20, 8, 6, 3), activation), rng=rng, dtype=np.float64)
    network.parameters.flat += rng.normal(0, 0.3, len(network.parameters))
    inputs, targets = rng.normal(size=(30, 20)), one_hot(rng.integers(0, 3, 30), 3, dtype=np.float64)
    before = network.parameters.copy()
    workspace, ignored = Workspace(network, 30, channels=channels), network.parameters.zeros_like()
    loss_and_gradient(network, loss_for("softmax", "cross-entropy"), inputs, targets, ignored, workspace)
    alone = replace(network, parameters=fold(network, channels, inputs))
    np.testing.assert_allclose(alone.logits(inputs), workspace.pre_activations[-1], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(alone.logits(inputs[:1]), workspace.pre_activations[-1][:1], rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(network.parameters.flat, before.flat)


NORMALISED = CONFIG.changed(batch_norm=True, epochs=12)


@pytest.mark.parametrize(
    "config",
    [
        NORMALISED.changed(hidden=(16, 12), dropout=0.2),
        NORMALISED.changed(hidden=()),
        NORMALISED.changed(batch_size="full", epochs=30),
        NORMALISED.changed(channels=(4, 8), kernel_size=(5, 5), stride=(2, 2), ema_decay=0.9),
    ],
)
def test_it_trains_what_reads_images_one_by_one(config: TrainingConfig) -> None:
    trained = run(config)
    assert score_of(trained) > 0.9
    images = trained.scaling.apply(VALIDATION.images[:40])
    together = trained.network.logits(images)
    one_by_one = np.concatenate([trained.network.logits(image[None]) for image in images])
    np.testing.assert_allclose(one_by_one, together, rtol=1e-4, atol=1e-4)


def test_a_batch_of_one_has_no_deviation() -> None:
    with pytest.raises(ConfigError, match=r"batch_size must be at least 2 with learning\.batch_norm, not 1"):
        NORMALISED.changed(batch_size=1)
