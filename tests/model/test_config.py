"""Training settings: recipes and flags, and a clear word for each that makes no sense."""

from pathlib import Path
from typing import Any

import pytest

from model.augment import Affine
from model.config import TrainingConfig, load_recipe, with_settings
from model.errors import ConfigError


def test_the_packages_recipe_is_found_by_its_name() -> None:
    config = load_recipe("small")
    assert config.name == "small"
    assert config.hidden == (512, 256)
    assert not config.augmentation.is_identity


def test_a_recipe_file_overrides_only_what_it_names(tmp_path: Path) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text('name = "mine"\nhidden = []\nlearning_rate = 1\n[augmentation]\nrotation = 3\n')
    config = load_recipe(str(recipe))
    assert config == TrainingConfig(name="mine", hidden=(), learning_rate=1.0, augmentation=Affine(rotation=3.0))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hiden": [3]}, "unknown setting 'hiden'; known: name, hidden"),
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
        ({"optimizer": "adamant"}, "unknown optimizer 'adamant'; known: sgd, adam"),
        ({"loss": "hinge"}, "unknown loss 'hinge'; known: cross-entropy"),
        ({"schedule": "step"}, "unknown schedule 'step'; known: constant, cosine"),
        ({"activation": "step"}, "unknown activation 'step'"),
        ({"limit": 5000}, "limit must be above the 5,000 validation images"),
        ({"refused_share": 2}, "refused_share must lie in 0 to 1"),
        ({"seed": -1}, "seed must be 0 or more"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        with_settings(TrainingConfig(), settings)


def test_a_missing_recipe_and_a_broken_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="recipe 'nope' is neither a file nor one of: small"):
        load_recipe("nope")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_recipe(str(tmp_path))
    broken = tmp_path / "broken.toml"
    broken.write_text("hidden = [")
    with pytest.raises(ConfigError, match=r"broken\.toml' is not TOML"):
        load_recipe(str(broken))
