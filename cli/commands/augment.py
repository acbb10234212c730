"""`digits augment`: sheets of what a recipe's augmentation makes of the training ink, to be judged by the eye."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter
from cyclopts.validators import Number

from cli.inputs.drawings import load_and_report
from cli.inputs.options import DataOption
from cli.reports import MATPLOTLIB_MISSING, can_draw
from model.data import data_folder, find_drawings, load_mnist, preprocess_examples
from model.errors import ConfigError
from model.nn import Floats
from model.preprocess import FRAME_SIZE
from model.training import (
    DrawingSource,
    ImageSource,
    Source,
    TrainingConfig,
    drawn_parts,
    fold_in,
    joined,
    load_recipe,
    make_pictures,
)

_SHOWN = 96
"""Examples a sheet."""

_PICTURED = {"pictured digits": "pictured_digits", "pictured others": "pictured_others"}
"""The sheets of what was found on pictures, and the settings that say how many there are."""

_TIMES = 6
"""How often each example of the second half is shown, differently each time."""


def show_augmentation(
    *,
    recipe: Annotated[str, Parameter(help="A recipe by name, or a TOML file.")] = "release",
    data: DataOption = None,
    out: Annotated[Path, Parameter(help="The HTML file to write.")] = Path("augmentation.html"),
    seed: Annotated[int, Parameter(help="Of every random choice.", validator=Number(gte=0))] = 1,
) -> None:
    """Show what a recipe trains on: distorted images, drawings drawn anew, what it makes of digits and others."""
    if not can_draw():
        raise ConfigError(MATPLOTLIB_MISSING)
    # Only here, since the pictures belong to an optional extra.
    from cli.reports.augmentation import write_sheets  # noqa: PLC0415

    config = load_recipe(recipe)
    root = np.random.SeedSequence(seed)
    sources = _sources(config, data_folder(data), lambda number: fold_in(root, number))
    rng = np.random.default_rng(fold_in(root, 0))
    write_sheets(out, config, {name: _sheet(source, rng) for name, source in sources.items() if len(source.labels)})
    print(f"Written: {out}")


def _sources(
    config: TrainingConfig, folder: Path, seeds: Callable[[int], np.random.SeedSequence]
) -> dict[str, Source]:
    """What the recipe learns from, by what it is; of MNIST only some."""
    train = load_mnist(folder).train
    some = np.random.default_rng(seeds(1)).permutation(len(train))[:_SHOWN]
    examples = preprocess_examples(train.take(some))
    images = ImageSource(examples, config.augmentation.images)
    if not config.data.strokes:
        return {"MNIST": images}
    parts = drawn_parts(
        config, load_and_report([find_drawings(name, folder) for name in config.data.strokes]), seed=seeds(2)
    )
    pictures = {
        name: make_pictures(_showing(config, setting), examples, joined(parts.values()), seed=seeds(3))
        for name, setting in _PICTURED.items()
    }
    return {
        "MNIST": images,
        **{name: DrawingSource(part, config.augmentation.strokes) for name, part in parts.items()},
        **{name: ImageSource(part, config.augmentation.images) for name, part in pictures.items()},
    }


def _showing(config: TrainingConfig, setting: str) -> TrainingConfig:
    """The config with as many of one kind of pictures as are shown, if it has any, and none of the other."""
    counts = dict.fromkeys(_PICTURED.values(), 0)
    return config.changed(**{**counts, setting: min(_SHOWN, getattr(config.data, setting))})


def _sheet(source: Source, rng: np.random.Generator) -> Floats:
    """Pictures (count, 28, 28): many examples once, then some of them again and again."""
    indices = rng.permutation(len(source.labels))[:_SHOWN]
    again = np.repeat(indices[: _SHOWN // _TIMES], _TIMES)
    _, seen = source.grey_levels(np.concatenate([indices, again]), rng=rng)
    return seen.reshape(-1, FRAME_SIZE, FRAME_SIZE)
