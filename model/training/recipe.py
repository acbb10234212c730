"""Recipes: the settings of a training run as a TOML file, checked key by key."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from model.augmentation import ImageAugmentation, StrokeAugmentation
from model.errors import ConfigError
from model.training.config import BatchSize, TrainingConfig

_RECIPES = Path(__file__).parent / "recipes"

_TABLES: Mapping[str, type] = MappingProxyType({"augmentation": ImageAugmentation, "redrawing": StrokeAugmentation})
"""The settings that are tables of settings themselves."""


def load_recipe(name_or_path: str) -> TrainingConfig:
    """The settings of a recipe: one that comes with the package by its name, or any TOML file by its path.

    Raises:
        ConfigError: there is no such recipe, or it holds an unknown key or a bad value.
    """
    packaged = {recipe.stem: recipe for recipe in _RECIPES.glob("*.toml")}
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
    for name, kind in _TABLES.items():
        if name in changes:
            changes[name] = kind(**_checked(changes[name], kind, f"{name}."))
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
    """A TOML or JSON value as the type of its field; a whole number will do where a real one is wanted."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    allowed = get_args(wanted) if get_origin(wanted) in {Union, UnionType} else (wanted,)
    if value is None and NoneType in allowed:
        return None
    if float in allowed and is_number:
        return float(value)
    if int in allowed and is_number and isinstance(value, int):
        return value
    if wanted is bool and isinstance(value, bool):
        return value
    if (wanted is str and isinstance(value, str)) or (wanted == BatchSize and value == "full"):
        return value
    if (
        get_origin(wanted) is tuple
        and isinstance(value, list)
        and all(type(one) is get_args(wanted)[0] for one in value)
    ):
        return tuple(value)
    if wanted in _TABLES.values():
        return value
    raise ConfigError(f"setting '{key}' cannot be {value!r}")
