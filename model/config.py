"""What a training run is told: one frozen object, from a recipe file and the command line into the artifact."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

from model.augment import Affine
from model.errors import ConfigError
from model.losses import LOSSES
from model.network import Architecture
from model.optimizers import OPTIMIZERS
from model.schedules import SCHEDULES


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Every setting of a training run.

    Attributes:
        name: of the weights it makes, as the service's replies give it.
        hidden: units of each hidden layer; empty for softmax regression.
        activation: of the hidden layers.
        loss: what is minimised.
        optimizer: how the gradient moves the parameters.
        learning_rate: alpha, at the schedule's highest point.
        momentum: 0 to below 1; Adam's first decay rate.
        schedule: how the learning rate changes.
        batch_size: images a step.
        epochs: passes over the training images.
        validation_images: how many training images are held out to choose the best epoch and to calibrate.
        limit: only the first so many training images, those held out included; None for all.
        augmentation: how far each image is distorted anew in each epoch.
        uncertain_below: probability of the likeliest digit below which a reading is uncertain.
        refused_share: share of held-out digits that the not-a-digit threshold may refuse.
        seed: of every random choice.

    Raises:
        ConfigError: a value out of range or an unknown name.
    """

    name: str = "small"
    hidden: tuple[int, ...] = (512, 256)
    activation: str = "relu"
    loss: str = "cross-entropy"
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    momentum: float = 0.9
    schedule: str = "cosine"
    batch_size: int = 128
    epochs: int = 15
    validation_images: int = 5_000
    limit: int | None = None
    augmentation: Affine = field(default_factory=Affine)
    uncertain_below: float = 0.8
    refused_share: float = 0.005
    seed: int = 1

    def __post_init__(self) -> None:
        _require(all(units >= 1 for units in self.hidden), "hidden layers must have at least 1 unit", self.hidden)
        self.architecture(inputs=1, outputs=1)
        _require_known("loss", self.loss, LOSSES)
        _require_known("optimizer", self.optimizer, OPTIMIZERS)
        _require_known("schedule", self.schedule, SCHEDULES)
        _require(0 < self.learning_rate < float("inf"), "learning_rate must be above 0", self.learning_rate)
        _require(0 <= self.momentum < 1, "momentum must be at least 0 and below 1", self.momentum)
        _require(self.batch_size >= 1, "batch_size must be at least 1", self.batch_size)
        _require(self.epochs >= 1, "epochs must be at least 1", self.epochs)
        _require(self.validation_images >= 1, "validation_images must be at least 1", self.validation_images)
        _require(
            self.limit is None or self.limit > self.validation_images,
            f"limit must be above the {self.validation_images:,} validation images, to leave some to train on",
            self.limit,
        )
        _require(0 <= self.uncertain_below <= 1, "uncertain_below must lie in 0 to 1", self.uncertain_below)
        _require(0 <= self.refused_share <= 1, "refused_share must lie in 0 to 1", self.refused_share)
        _require(self.seed >= 0, "seed must be 0 or more", self.seed)

    def architecture(self, *, inputs: int, outputs: int) -> Architecture:
        """The network's shape for so many inputs and outputs."""
        return Architecture((inputs, *self.hidden, outputs), self.activation)


def load_recipe(name_or_path: str) -> TrainingConfig:
    """The settings of a recipe: one that comes with the package by its name, or any TOML file by its path.

    Raises:
        ConfigError: there is no such recipe, or it holds an unknown key or a bad value.
    """
    packaged = {Path(recipe.name).stem: recipe for recipe in (resources.files("model") / "recipes").iterdir()}
    path = Path(name_or_path)
    if name_or_path not in packaged and not path.exists():
        raise ConfigError(f"recipe '{name_or_path}' is neither a file nor one of: {', '.join(sorted(packaged))}")
    try:
        settings = tomllib.loads((packaged.get(name_or_path) or path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"recipe '{name_or_path}' cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"recipe '{name_or_path}' is not TOML: {error}") from error
    return with_settings(TrainingConfig(), settings)


def with_settings(config: TrainingConfig, settings: Mapping[str, Any]) -> TrainingConfig:
    """`config` with the settings of a recipe file laid over it.

    Raises:
        ConfigError: an unknown key, a value of the wrong type or out of range.
    """
    changes = dict(_checked(settings, TrainingConfig, ""))
    if "augmentation" in changes:
        changes["augmentation"] = Affine(**_checked(changes["augmentation"], Affine, "augmentation."))
    return replace(config, **changes)


def _checked(settings: Mapping[str, Any], kind: type, prefix: str) -> dict[str, Any]:
    """The settings, each known to `kind` and of the type its field has."""
    if not isinstance(settings, Mapping):
        raise ConfigError(f"{prefix.rstrip('.')} must be a table of settings, not {settings!r}")
    types = {field.name: field.type for field in fields(kind)}
    checked: dict[str, Any] = {}
    for key, value in settings.items():
        if key not in types:
            raise ConfigError(f"unknown setting '{prefix}{key}'; known: {', '.join(types)}")
        checked[key] = _converted(f"{prefix}{key}", value, types[key])
    return checked


def _converted(key: str, value: Any, wanted: Any) -> Any:
    """A TOML value as the type of its field; a whole number will do where a real one is wanted."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if wanted is float and is_number:
        return float(value)
    if wanted in {int, int | None} and is_number and isinstance(value, int):
        return value
    if wanted is str and isinstance(value, str):
        return value
    if wanted == tuple[int, ...] and isinstance(value, list) and all(type(unit) is int for unit in value):
        return tuple(value)
    if wanted is Affine:
        return value
    raise ConfigError(f"setting '{key}' cannot be {value!r}")


def _require(holds: bool, rule: str, value: object) -> None:
    if not holds:
        raise ConfigError(f"{rule}, not {value}")


def _require_known(setting: str, name: str, known: Mapping[str, object]) -> None:
    if name not in known:
        raise ConfigError(f"unknown {setting} '{name}'; known: {', '.join(known)}")
