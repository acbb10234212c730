"""A run that ends at chance says why, and which setting to change; one that has learned something says nothing."""

from typing import Any

import pytest

from model.evaluation import hidden_units
from model.training.diagnosis import why_nothing_was_learned
from tests.model.small_training import CONFIG, VALIDATION, run

AUTOENCODER = {"task": "autoencoder", "output": "sigmoid", "loss": "mse"}


def reasons(**settings: Any) -> list[str]:
    config = CONFIG.changed(**settings)
    trained = run(config)
    units = hidden_units(trained.network, trained.scaling, VALIDATION.images)
    return why_nothing_was_learned(config, trained, units, VALIDATION)


@pytest.mark.parametrize(
    ("settings", "seen", "change"),
    [
        (
            {"init": "zeros", "epochs": 6},
            "all of the 16 units of hidden layer 1 have the same weights",
            "network.init he",
        ),
        (
            {"init": "zeros", "activation": "sigmoid", "epochs": 6},
            "all of the 16 units of hidden layer 1 have the same weights",
            "network.init he",
        ),
        (
            {"learning_rate": 0.3, "hidden": (16, 16, 16), "epochs": 6},
            "16 of the 16 units of hidden layer 1 are dead",
            "a lower learning.learning_rate than 0.3; or network.activation leaky-relu",
        ),
        (
            {"activation": "sigmoid", "scaling": "none", "init": "normal", "learning_rate": 3.0, "epochs": 6},
            "16 of the 16 units of hidden layer 1 are saturated",
            "network.scaling unit instead of none",
        ),
        (
            {"activation": "tanh", "learning_rate": 3.0, "epochs": 6},
            "16 of the 16 units of hidden layer 1 are saturated",
            "a lower learning.learning_rate than 3",
        ),
        (
            {"optimizer": "sgd", "learning_rate": 1e-6, "epochs": 6},
            "the weights moved by 0.00% of their length",
            "a higher learning.learning_rate than 1e-06",
        ),
        (
            {"activation": "sigmoid", "hidden": (16,) * 5, "epochs": 6},
            "on the plateau of one answer for every image",
            "network.activation relu or fewer hidden layers",
        ),
        (
            {"hidden": (8,), "learning_rate": 0.0006, "epochs": 2},
            "the loss still falls",
            "more stopping.epochs",
        ),
        ({"batch_size": "full", "epochs": 1}, "it took 1 step only", "raise stopping.epochs"),
        (
            {**AUTOENCODER, "optimizer": "sgd", "learning_rate": 1e-5, "epochs": 6},
            "the weights moved by 0.00% of their length",
            "a higher learning.learning_rate",
        ),
    ],
)
def test_a_run_at_chance_names_what_is_seen_and_what_to_change(
    settings: dict[str, Any], seen: str, change: str
) -> None:
    found = [reason for reason in reasons(**settings) if seen in reason]
    assert len(found) == 1
    assert change in found[0]


def test_the_absolute_errors_plateau_is_known() -> None:
    found = reasons(loss="mae", output="linear", optimizer="sgd", learning_rate=0.3, epochs=6)
    assert "on the plateau of one answer for every image: learning.loss mse" in found[0]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"hidden": ()},
        {**AUTOENCODER, "activation": "tanh", "epochs": 20, "hidden": (32,), "learning_rate": 0.005},
    ],
)
def test_a_run_that_learned_something_has_nothing_to_explain(settings: dict[str, Any]) -> None:
    assert reasons(**settings) == []
