"""`digits compare`: several training runs in one report."""

from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter
from cyclopts.validators import Number

from cli.inputs.options import DataOption, Switch
from cli.reports import MATPLOTLIB_MISSING, can_draw
from cli.views.surfaces import RunPath, RunSurfaces, measure_surfaces
from model.artifact import Artifact, load_artifact
from model.data import LabelledImages, data_folder, load_mnist, preprocess_examples
from model.errors import ConfigError
from model.training import RunFolder, load_checkpoint

_MAX_RUNS = 10
"""On one surface: more paths take too much memory, and no more colours can be told apart."""


def compare_runs(
    runs: Annotated[list[Path], Parameter(help="Folders of training runs.")],
    /,
    *,
    out: Annotated[Path, Parameter(help="The report to write.")] = Path("comparison.html"),
    surface: Annotated[
        bool,
        Switch,
        Parameter(help="Also show the loss surface with the paths of the runs, which were trained with --keep-path."),
    ] = False,
    grid: Annotated[
        int, Parameter(help="Points on each side of the surface.", validator=Number(gte=5, lte=201))
    ] = 41,
    images: Annotated[
        int, Parameter(help="Training images that its losses are taken on.", validator=Number(gte=1))
    ] = 500,
    seed: Annotated[int, Parameter(help="Of these images, and of random directions.", validator=Number(gte=0))] = 1,
    data: Annotated[
        DataOption, Parameter(help="The folder of the MNIST files.", show_default=lambda _: "that of the first run")
    ] = None,
) -> None:
    """Lay the learning curves of several runs over each other, by epochs and by time; and their paths."""
    if not can_draw():
        raise ConfigError(MATPLOTLIB_MISSING)
    from cli.reports.training import write_comparison  # noqa: PLC0415 - belongs to an optional extra

    folders = [RunFolder(run) for run in runs]
    surfaces = _surfaces(folders, grid, images, seed, data) if surface else None
    write_comparison(out, folders, surfaces)
    print(f"Report: {out}")


def _surfaces(folders: list[RunFolder], grid: int, images: int, seed: int, data: Path | None) -> RunSurfaces:
    if len(folders) > _MAX_RUNS:
        raise ConfigError(f"--surface shows at most {_MAX_RUNS} runs, not {len(folders)}")
    settings = [folder.read_config() for folder in folders]
    for folder, (config, _) in zip(folders, settings, strict=True):
        if not config.keep_path:
            raise ConfigError(f"{folder.path}: this run kept no path for --surface; train it with --keep-path")
    paths = [_path(folder) for folder in folders]
    for folder, path in zip(folders, paths, strict=True):
        if different := _difference(paths[0].artifact, path.artifact):
            raise ConfigError(
                f"{folder.path} has another {different} than {folders[0].path}: they have no surface in common"
            )
    examples = _sample(data_folder(data or settings[0][1]), images, np.random.default_rng(seed))
    return measure_surfaces(paths, examples, grid, seed)


def _path(folder: RunFolder) -> RunPath:
    """The path of a run.

    Raises:
        ArtifactError: the run has no weights yet.
        ConfigError: its checkpoint has no path.
        TrainingError: or is damaged.
    """
    artifact = load_artifact(folder.weights)
    path = load_checkpoint(folder.checkpoint).path()
    if path is None:
        raise ConfigError(f"{folder.checkpoint}: it holds no path; train the run again with --keep-path")
    return RunPath(artifact, *path)


def _difference(one: Artifact, other: Artifact) -> str:
    """What keeps two weights from having one loss surface, in a word; empty if nothing does."""
    if one.network.architecture != other.network.architecture:
        return "network"
    if (one.task, one.loss) != (other.task, other.loss):
        return "loss"
    ours, theirs = one.scaling, other.scaling
    same = np.array_equal(ours.offset, theirs.offset) and np.array_equal(ours.divisor, theirs.divisor)
    return "" if same else "scaling"


def _sample(folder: Path, images: int, rng: np.random.Generator) -> LabelledImages:
    """Some of MNIST's training images, preprocessed."""
    train = load_mnist(folder).train
    return preprocess_examples(train.take(np.sort(rng.permutation(len(train))[:images])))
