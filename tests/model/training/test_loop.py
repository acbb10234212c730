"""Training: whatever is chosen, it learns."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.data.examples import preprocess_examples
from model.data.mnist import load_mnist, split_validation
from model.evaluation.images import reconstruction_error
from model.optim.optimizers import OPTIMIZERS
from model.training.config import TrainingConfig
from model.training.loop import train
from tests.model.small_training import CONFIG, VALIDATION, run, score_of


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("hidden", [(), (16,), (16, 16)])
def test_every_optimizer_learns_at_every_depth_at_its_usual_rate(optimizer: str, hidden: tuple[int, ...]) -> None:
    trained = run(CONFIG.changed(optimizer=optimizer, hidden=hidden, epochs=25, batch_size=16))
    assert score_of(trained) > 0.95
    epochs = trained.history.epochs
    assert epochs[-1].loss < epochs[0].loss / 2


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky-relu", "gelu"])
@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("softmax", "cross-entropy"),
        ("softmax", "binary-cross-entropy"),
        ("sigmoid", "binary-cross-entropy"),
        ("sigmoid", "mse"),
        ("linear", "mse"),
        ("linear", "mae"),
        ("sigmoid", "mae"),
        ("softmax", "mse"),
        ("softmax", "mae"),
    ],
)
def test_every_activation_learns_under_every_loss(activation: str, output: str, loss: str) -> None:
    trained = run(
        CONFIG.changed(
            activation=activation,
            output=output,
            loss=loss,
            hidden=(32,),
            scaling="center",
            learning_rate=0.003,
            batch_size=16,
            epochs=40,
        )
    )
    losses = [epoch.loss for epoch in trained.history.epochs]
    assert losses[-1] < 0.8 * losses[0]
    # The absolute error is content with all zeros, which is right in nine outputs of ten: it may well stay there.
    assert loss == "mae" or score_of(trained) > 0.8


@pytest.mark.parametrize("scaling", ["unit", "symmetric", "center", "standardize"])
@pytest.mark.parametrize("init", ["he", "glorot", "normal"])
def test_every_scaling_and_initializer_learns(scaling: str, init: str) -> None:
    assert score_of(run(CONFIG.changed(scaling=scaling, init=init, learning_rate=0.005, epochs=12))) > 0.9


@pytest.mark.parametrize(
    "settings",
    [
        {"dropout": 0.3},
        {"label_smoothing": 0.1},
        {"weight_decay": 1e-3},
        {"optimizer": "adamw", "weight_decay": 0.05},
        {"clip_norm": 0.5},
        {"ema_decay": 0.9},
        {"schedule": "step", "step_size": 4, "gamma": 0.5},
        {"batch_size": "full", "epochs": 150},
        {"batch_size": 1, "epochs": 4, "learning_rate": 0.01, "optimizer": "sgd"},
        {"init": "zeros", "hidden": ()},
        {"scaling": "none", "learning_rate": 0.0003, "epochs": 30, "hidden": (64,)},
    ],
)
def test_every_way_of_training_learns(settings: dict[str, Any]) -> None:
    config = CONFIG.changed(**{"learning_rate": 0.005, "epochs": 15, **settings})
    assert score_of(run(config)) > 0.9


def test_an_autoencoder_draws_what_it_saw_ever_better() -> None:
    config = CONFIG.changed(task="autoencoder", output="sigmoid", loss="mse", hidden=(32,), epochs=8)
    trained = run(config)
    errors = [epoch.validation_loss for epoch in trained.history.epochs]
    assert errors[-1] < errors[0] * 0.7
    assert trained.kept_epoch.validation_accuracy is None
    error = reconstruction_error(trained.network, trained.scaling, VALIDATION.images)
    assert error == pytest.approx(trained.kept_epoch.validation_loss, rel=1e-4)


@pytest.mark.mnist
def test_two_thousand_real_digits_teach_it_most_of_the_way(mnist_folder: Path) -> None:
    some = load_mnist(mnist_folder).train.take(np.arange(3_000))
    training, validation = split_validation(preprocess_examples(some), 1_000, rng=np.random.default_rng(0))
    config = TrainingConfig().changed(hidden=(64,), epochs=8, batch_size=32)
    assert score_of(train(config, training, validation, seed=np.random.SeedSequence(0))) > 0.9
