"""Folding: nothing of batch normalisation is left in what is kept, and it computes the same."""

from dataclasses import replace

import numpy as np
import pytest

from model.errors import ConfigError
from model.nn.activations import ACTIVATIONS
from model.nn.initializers import initialise
from model.nn.layer import Context, Floats
from model.nn.network import sequential
from model.optim.folding import fold
from model.training.config import TrainingConfig
from tests.model.small_training import CONFIG, VALIDATION, run, score_of


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_folded_weights_compute_of_each_image_what_the_batch_computed(activation: str) -> None:
    settings = {"channels": (2, 3), "kernel_size": (5, 4), "stride": (4, 2), "hidden": (8, 6)}
    architecture = TrainingConfig().changed(**settings, activation=activation).architecture
    rng = np.random.default_rng(2)
    network = initialise(architecture, rng=rng, dtype=np.float64)
    network.parameters.flat += rng.normal(0, 0.3, len(network.parameters))
    inputs = rng.normal(size=(30, 784))
    before = network.parameters.copy()
    context = Context()
    signal: Floats = inputs
    for layer in sequential(architecture, network.parameters, before.zeros_like(), batch_norm=True):
        signal, _ = layer.forward(signal, context)
    alone = replace(network, parameters=fold(network, inputs))
    np.testing.assert_allclose(alone.logits(inputs), signal, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(alone.logits(inputs[:1]), signal[:1], rtol=1e-9, atol=1e-9)
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
