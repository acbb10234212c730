"""What the words of `digits train` ask for: a recipe with flags laid over it."""

from dataclasses import fields
from typing import Any

import typer

from model.data import MNIST_FILES
from model.errors import ConfigError
from model.training import TrainingConfig, load_recipe, with_settings


def given_settings(context: typer.Context) -> dict[str, Any]:
    """The settings that were given as flags, as a recipe file would hold them."""
    known = {field.name for field in fields(TrainingConfig)}
    given = {name: value for name, value in context.params.items() if name in known and value is not None}
    for name in ("maps", "kernels", "strides", "hidden"):
        if name in given:
            given[name] = _counts(name, given[name])
    if "batch_size" in given:
        given["batch_size"] = _batch_size(given["batch_size"])
    for name in ("strokes", "dev_strokes"):
        # Without the flag there is an empty list.
        if paths := given.pop(name, None):
            given[name] = [str(path) for path in paths]
    if not context.params["augment"]:
        given["augmentation"] = {}
        given["redrawing"] = {}
    return given


def _counts(name: str, text: str) -> list[int]:
    """What layers have, each, out of `128,64`."""
    try:
        return [int(part) for part in text.split(",")] if text.strip() else []
    except ValueError:
        raise ConfigError(f"--{name} takes whole numbers such as 128,64, not '{text}'") from None


def _batch_size(text: str) -> int | str:
    try:
        return text if text == "full" else int(text)
    except ValueError:
        raise ConfigError(f"--batch-size takes a whole number, or full, not '{text}'") from None


def chosen_config(recipe: str | None, given: dict[str, Any]) -> TrainingConfig:
    """The recipe's settings, with those given laid over them; what they make has another name."""
    base = load_recipe(recipe or ("autoencoder" if given.get("task") == "autoencoder" else "small"))
    changed = set(given) - {"name", "task"}
    return with_settings(base, {"name": f"{base.name}-changed" if changed else base.name, **given})


def require_same(stored: TrainingConfig, given: dict[str, Any], recipe: str | None) -> None:
    """Refuse settings beside --resume that are not those the run was started with."""
    asked = (chosen_config(recipe, given) if recipe else with_settings(stored, given)).as_settings()
    different = [name for name, value in stored.as_settings().items() if asked[name] != value]
    if different:
        raise ConfigError(f"--resume goes on with the settings of the run; these are others: {', '.join(different)}")


def require_enough(config: TrainingConfig) -> None:
    """Refuse a `limit` beyond the images there are."""
    images = MNIST_FILES.train_labels.items
    if config.limit is not None and config.limit > images:
        raise ConfigError(f"limit is {config.limit:,}, but there are {images:,} training images")
