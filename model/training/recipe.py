"""Recipes: the settings of a training run as a TOML file, checked key by key."""

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from model.errors import ConfigError
from model.old_settings import PATHS, is_flat
from model.settings import with_settings
from model.training.config import TrainingConfig
from model.training.run_folder import read_run_config

_RECIPES = Path(__file__).parent / "recipes"


def load_recipe(name_or_path: str) -> TrainingConfig:
    """The settings of a recipe: one that comes with the package by its name, any TOML file by its path, or a run's.

    Raises:
        ConfigError: there is no such recipe, or it holds an unknown key or a bad value; the message names it.
        DataError: the run has none.
    """
    packaged = {recipe.stem: recipe for recipe in _RECIPES.glob("*.toml")}
    path = Path(name_or_path)
    if name_or_path not in packaged and not path.exists():
        meant = "".join(f"; did you mean '{one}'?" for one in get_close_matches(name_or_path, packaged, 1))
        raise ConfigError(
            f"recipe '{name_or_path}' is neither a file nor one of: {', '.join(sorted(packaged))}{meant}"
        )
    if run := config_of_run(name_or_path):
        return read_run_config(run)[0]
    try:
        settings = tomllib.loads((packaged.get(name_or_path) or path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"recipe '{name_or_path}' cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"recipe '{name_or_path}' is not TOML: {error}") from error
    if is_flat(settings):
        raise ConfigError(f"recipe '{name_or_path}': settings stand in tables now: write {_moves(settings)}")
    try:
        return with_settings(TrainingConfig(), settings)
    except ConfigError as error:
        raise ConfigError(f"recipe '{name_or_path}': {error}") from error


def config_of_run(name_or_path: str) -> Path | None:
    """The `config.json` of a run, if this is one or the run's folder: it is a recipe, too."""
    path = Path(name_or_path)
    if path.is_dir() and (path / "config.json").is_file():
        return path / "config.json"
    return path if path.suffix == ".json" and path.is_file() else None


def _moves(names: Iterable[str]) -> str:
    """Where each of some settings of the form without tables stands now."""
    moves = []
    for old in (name for name in names if name in PATHS):
        table, _, name = PATHS[old].rpartition(".")
        moves.append(f"[{old}] as [{PATHS[old]}]" if table == "augmentation" else f"{old} as [{table}] {name}")
    return ", ".join(moves)
