"""Training settings: recipes and flags, and a clear word for each that makes no sense."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.augmentation.images import ImageAugmentation
from model.errors import ConfigError
from model.training.config import TrainingConfig
from model.training.recipe import load_recipe, with_settings


def test_the_packages_recipe_is_found_by_its_name() -> None:
    config = load_recipe("small")
    assert config.name == "small"
    assert config.hidden == (512, 256)
    assert not config.augmentation.is_identity


def test_a_recipe_file_overrides_only_what_it_names(tmp_path: Path) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text('name = "mine"\nhidden = []\nlearning_rate = 1\n[augmentation]\nrotation = 3\n')
    config = load_recipe(str(recipe))
    assert config == TrainingConfig(
        name="mine", hidden=(), learning_rate=1.0, augmentation=ImageAugmentation(rotation=3.0)
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hiden": [3]}, "unknown setting 'hiden'; known: name, task, maps, kernels, strides, hidden"),
        ({"augmentation": {"twist": 3}}, "unknown setting 'augmentation.twist'; known: rotation"),
        ({"augmentation": {"rotation": -5}}, "augmentation.rotation must be 0 or more, not -5"),
        ({"augmentation": {"scale": float("nan")}}, "augmentation.scale must be 0 or more, not nan"),
        ({"augmentation": 3}, "augmentation must be a table"),
        ({"hidden": 3}, "setting 'hidden' cannot be 3"),
        ({"hidden": [0]}, "hidden layers must have at least 1 unit"),
        ({"epochs": 2.5}, "setting 'epochs' cannot be 2.5"),
        ({"epochs": True}, "setting 'epochs' cannot be True"),
        ({"epochs": 0}, "epochs must be at least 1, not 0"),
        ({"learning_rate": 0}, "learning_rate must be above 0"),
        ({"learning_rate": float("inf")}, "learning_rate must be above 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be above 0"),
        ({"momentum": 1.0}, "momentum must be at least 0 and below 1"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"optimizer": "adamant"}, "unknown optimizer 'adamant'; known: sgd, momentum, nesterov, adagrad"),
        ({"loss": "hinge"}, "unknown loss 'hinge'; known: cross-entropy"),
        ({"schedule": "stairs"}, "unknown schedule 'stairs'; known: constant, step, cosine"),
        ({"activation": "step"}, "unknown activation 'step'"),
        ({"limit": 1}, "limit must be at least 2, one to train on and one to validate on, not 1"),
        ({"task": "poetry"}, "unknown task 'poetry'; known: classifier, autoencoder"),
        ({"output": "argmax"}, "unknown output 'argmax'"),
        ({"init": "ones"}, "unknown init 'ones'; known: he, glorot, normal, zeros"),
        ({"scaling": "log"}, "unknown scaling 'log'; known: none, unit, symmetric, center, standardize"),
        ({"output": "sigmoid"}, "loss cross-entropy needs probabilities: output softmax, not sigmoid"),
        ({"task": "autoencoder"}, "task autoencoder needs output sigmoid or linear, not softmax"),
        ({"batch_size": "half"}, "setting 'batch_size' cannot be 'half'"),
        ({"batch_size": 2.0}, "setting 'batch_size' cannot be 2.0"),
        ({"dropout": 1.0}, "dropout must be at least 0 and below 1, not 1.0"),
        ({"label_smoothing": -0.1}, "label_smoothing must be at least 0 and below 1"),
        ({"average_decay": 1}, "average_decay must be at least 0 and below 1"),
        ({"squares_decay": 1}, "squares_decay must be at least 0 and below 1"),
        ({"warm_up": 1}, "warm_up must be at least 0 and below 1"),
        ({"weight_decay": -1}, "weight_decay must be 0 or more"),
        ({"weight_decay": float("nan")}, "weight_decay must be 0 or more"),
        ({"clip_norm": 0}, "clip_norm must be above 0"),
        ({"max_seconds": 0}, "max_seconds must be above 0"),
        ({"keep": "first"}, "unknown keep 'first'; known: best, last"),
        ({"patience": 0}, "patience must be at least 1"),
        ({"loss_tolerance": -1}, "loss_tolerance must be above 0"),
        ({"gradient_tolerance": 0}, "gradient_tolerance must be above 0"),
        ({"step_epochs": 0}, "step_epochs must be at least 1"),
        ({"step_factor": 0}, "step_factor must be above 0"),
        ({"step_factor": 3}, "step_factor must be at most 1"),
        ({"refused_share": 2}, "refused_share must lie in 0 to 1"),
        ({"seed": -1}, "seed must be 0 or more"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        with_settings(TrainingConfig(), settings)


@pytest.mark.parametrize("recipe", ["small", "autoencoder"])
def test_a_config_comes_back_from_its_settings_with_the_usual_values_written_out(recipe: str) -> None:
    config = load_recipe(recipe)
    settings = json.loads(json.dumps(config.as_settings()))
    assert (settings["learning_rate"], settings["weight_decay"]) == (0.001, 0.0)
    again = with_settings(TrainingConfig(), settings)
    assert again == replace(config, learning_rate=0.001, weight_decay=0.0)
    assert again.as_settings() == config.as_settings()


def test_each_optimizer_has_its_usual_learning_rate_unless_one_is_given() -> None:
    assert TrainingConfig(optimizer="sgd").actual_learning_rate > TrainingConfig().actual_learning_rate
    assert TrainingConfig(optimizer="adamw").actual_weight_decay == 0.01
    given = TrainingConfig(optimizer="adamw", learning_rate=0.5, weight_decay=0.0)
    assert (given.actual_learning_rate, given.actual_weight_decay) == (0.5, 0.0)


@pytest.mark.parametrize(("images", "held_out"), [(60_000, 5_000), (30_000, 5_000), (6_000, 1_000), (7, 1), (2, 1)])
def test_at_most_a_sixth_is_held_out_for_validation(images: int, held_out: int) -> None:
    assert TrainingConfig().held_out(images) == held_out


def test_a_missing_recipe_and_a_broken_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="recipe 'nope' is neither a file nor one of: autoencoder, release, small"):
        load_recipe("nope")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_recipe(str(tmp_path))
    broken = tmp_path / "broken.toml"
    broken.write_text("hidden = [")
    with pytest.raises(ConfigError, match=r"broken\.toml' is not TOML"):
        load_recipe(str(broken))
