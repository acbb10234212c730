"""Settings without effect are told, each with what it needs; those that count are not."""

from typing import Any

import pytest

from model.training.config import SETTINGS, TrainingConfig
from model.training.idle import settings_without_effect
from model.training.recipe import load_recipe


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        (
            {"momentum": 0.5, "optimizer": "sgd"},
            ["learning.momentum has no effect: it needs learning.optimizer momentum, nesterov, adam or adamw"],
        ),
        (
            {"beta2": 0.5, "optimizer": "momentum"},
            ["learning.beta2 has no effect: it needs learning.optimizer rmsprop, adam or adamw"],
        ),
        ({"warmup": 0.1, "schedule": "step"}, ["learning.warmup has no effect: it needs learning.schedule cosine"]),
        (
            {"step_size": 3, "gamma": 0.5},
            [
                "learning.step_size has no effect: it needs learning.schedule step",
                "learning.gamma has no effect: it needs learning.schedule step",
            ],
        ),
        (
            {"gamma": 0.5, "schedule": "step", "epochs": 5},
            ["learning.gamma has no effect: it needs learning.step_size below stopping.epochs"],
        ),
        ({"dropout": 0.1, "hidden": ()}, ["learning.dropout has no effect: it needs units in network.hidden"]),
        (
            {"batch_norm": True, "hidden": ()},
            ["learning.batch_norm has no effect: it needs a hidden layer: network.hidden or network.channels"],
        ),
        (
            {"task": "autoencoder", "output": "sigmoid", "loss": "mse", "label_smoothing": 0.1, "refused_share": 0.1},
            [
                "learning.label_smoothing has no effect: it needs task classifier",
                "judgement.refused_share has no effect: it needs task classifier",
            ],
        ),
        ({"stroke_repeats": 2}, ["data.stroke_repeats has no effect: it needs data.strokes"]),
        (
            {"look_alikes": "O", "strokes": ("a",)},
            ["data.look_alikes has no effect: it needs data.strokes and learning.loss reject-cross-entropy"],
        ),
        (
            {"augmentation.strokes.bend": 0.1},
            ["augmentation.strokes.bend has no effect: it needs data.strokes or data.styled_digits"],
        ),
        (
            {"augmentation.images.bend_width": 3.0},
            ["augmentation.images.bend_width has no effect: it needs augmentation.images.bend above 0"],
        ),
        (
            {"augmentation.images.untouched": 0.5},
            ["augmentation.images.untouched has no effect: it needs another distortion in augmentation.images"],
        ),
        ({"patience": 5, "epochs": 5}, ["stopping.patience has no effect: it needs stopping.epochs above it"]),
    ],
)
def test_a_setting_without_effect_is_told_with_what_it_needs(settings: dict[str, Any], lines: list[str]) -> None:
    assert settings_without_effect(TrainingConfig().changed(**settings)) == lines


def test_named_at_its_usual_value_it_is_told_as_well() -> None:
    config = TrainingConfig().changed(optimizer="sgd")
    assert settings_without_effect(config) == []
    assert len(settings_without_effect(config, ["learning.momentum"])) == 1


@pytest.mark.parametrize("recipe", ["small", "release", "mlp", "autoencoder"])
def test_the_recipes_that_come_along_have_none(recipe: str) -> None:
    assert settings_without_effect(load_recipe(recipe)) == []


def test_what_counts_is_not_told() -> None:
    config = TrainingConfig().changed(
        start_from="weights.npz",
        strokes=("a",),
        images=("b",),
        loss="reject-cross-entropy",
        schedule="step",
        **{"augmentation.images.bend": 1.0},
    )
    told = settings_without_effect(config, [each.path for each in SETTINGS])
    assert told == ["learning.warmup has no effect: it needs learning.schedule cosine"]
