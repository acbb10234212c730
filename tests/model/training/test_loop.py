"""Training: whatever is chosen, it learns."""

from itertools import cycle
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

# Where two things are combined, each comes at least once: that the gradient is right for all pairs is checked in
# tests/model/optim/test_backpropagation.py, and costs no training.


@pytest.mark.parametrize(("optimizer", "hidden"), list(zip(OPTIMIZERS, cycle([(), (16,), (16, 16)]), strict=False)))
def test_every_optimizer_learns_at_its_usual_rate_and_at_every_depth(optimizer: str, hidden: tuple[int, ...]) -> None:
    trained = run(CONFIG.changed(optimizer=optimizer, hidden=hidden, epochs=25, batch_size=16))
    assert score_of(trained) > 0.95
    epochs = trained.history.epochs
    assert epochs[-1].loss < epochs[0].loss / 2


@pytest.mark.parametrize(
    ("activation", "output", "loss"),
    [
        ("sigmoid", "softmax", "cross-entropy"),
        ("tanh", "softmax", "binary-cross-entropy"),
        ("relu", "sigmoid", "binary-cross-entropy"),
        ("leaky-relu", "sigmoid", "mse"),
        ("gelu", "linear", "mse"),
        ("relu", "linear", "mae"),
        ("leaky-relu", "sigmoid", "mae"),
        ("sigmoid", "softmax", "mse"),
        ("tanh", "softmax", "mae"),
    ],
)
def test_every_activation_and_every_loss_on_every_output_learns(activation: str, output: str, loss: str) -> None:
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


@pytest.mark.parametrize(
    ("scaling", "init"),
    [("unit", "he"), ("symmetric", "glorot"), ("center", "normal"), ("standardize", "he")],
)
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


def test_four_thousand_real_digits_teach_it_most_of_the_way(mnist_folder: Path) -> None:
    examples = preprocess_examples(load_mnist(mnist_folder).train)
    training, validation = split_validation(examples, 1_000, rng=np.random.default_rng(0))
    config = TrainingConfig().changed(hidden=(64,), epochs=4, batch_size=32, learning_rate=0.003)
    assert score_of(train(config, training, validation, seed=np.random.SeedSequence(0))) > 0.87
