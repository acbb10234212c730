"""Recipes: the settings of a training run as a TOML file, checked key by key."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from model.errors import ConfigError
from model.old_settings import PATHS, is_flat
from model.settings import with_settings
from model.training.config import TrainingConfig

_RECIPES = Path(__file__).parent / "recipes"


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
    if is_flat(settings):
        raise ConfigError(f"recipe '{name_or_path}': settings stand in tables now: write {_moves(settings)}")
    return with_settings(TrainingConfig(), settings)


def _moves(names: Iterable[str]) -> str:
    """Where each of some settings of the form without tables stands now."""
    moves = []
    for old in (name for name in names if name in PATHS):
        table, _, name = PATHS[old].rpartition(".")
        moves.append(f"[{old}] as [{PATHS[old]}]" if table == "augmentation" else f"{old} as [{table}] {name}")
    return ", ".join(moves)
