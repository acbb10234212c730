"""The report of a training run, and the one that lays several runs over each other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.reports import figures, pictures
from cli.reports.evaluation import draw_reconstructions, evaluation_values
from cli.reports.page import write_page
from model.artifact import Artifact
from model.data import LabelledImages
from model.errors import ConfigError
from model.files import atomic_write
from model.settings import by_path
from model.training import Epoch, Fitted, History, RunFolder, TrainingConfig


def write_run_report(
    folder: RunFolder,
    config: TrainingConfig,
    fitted: Fitted,
    validation: LabelledImages,
    result: Mapping[str, Any],
) -> None:
    """Write `report.html`: learning curves, what the network looks for, and how it does on the validation images.

    Pictures of mistakes are of validation images: whoever looks at those of the test images and then changes the
    network has chosen it by the test.
    """
    artifact, run = fitted.artifact, fitted.run
    network = artifact.network
    evaluation = evaluation_values(artifact, config.learning.loss, validation) if artifact.calibration else None
    drawn = (
        None if artifact.calibration else pictures.png_address(_write_reconstructions(folder, artifact, validation))
    )
    write_page(
        folder.report,
        "run.html",
        title=f"Training run: {config.name}",
        config=_settings(config),
        result=result,
        layers=" – ".join(map(str, network.architecture.sizes)),
        parameters=len(network.parameters),
        stopped_by=run.stopped_by,
        kept=run.kept_epoch,
        epochs=run.history.epochs,
        curves=figures.learning_curves(run.history) if run.history.epochs else None,
        weights=pictures.first_layer(network.parameters["0.weight"]),
        units_shown=min(64, network.architecture.sizes[1]),
        units=network.architecture.sizes[1],
        validation=evaluation,
        reconstructions=drawn,
    )


def write_comparison(path: Path, folders: list[RunFolder]) -> None:
    """Write one report that lays the learning curves of several runs over each other.

    Raises:
        DataError: a folder holds no run, or a damaged one.
        ConfigError: the runs have different tasks.
    """
    names = _short_names([folder.path for folder in folders])
    configs = {name: folder.read_config()[0] for name, folder in zip(names, folders, strict=True)}
    histories = {name: folder.read_log() for name, folder in zip(names, folders, strict=True)}
    tasks = {config.task for config in configs.values()}
    if len(tasks) > 1:
        raise ConfigError(f"the runs have different tasks and cannot be compared: {', '.join(sorted(tasks))}")
    begun = {name: history for name, history in histories.items() if history.epochs}
    settings = {name: _settings(config) for name, config in configs.items()}
    different = [key for key in next(iter(settings.values())) if len({rows[key] for rows in settings.values()}) > 1]
    write_page(
        path,
        "compare.html",
        title="Training runs compared",
        different=different,
        runs=[
            {
                "name": name,
                "settings": settings[name],
                "epochs": len(history.epochs),
                "seconds": sum(epoch.seconds for epoch in history.epochs),
                "best": _best(history),
                "result": folder.read_result() if folder.result.exists() else None,
            }
            for (name, history), folder in zip(histories.items(), folders, strict=True)
        ],
        by_epochs=figures.compared_curves(begun, by="epochs") if begun else None,
        by_seconds=figures.compared_curves(begun, by="seconds") if begun else None,
    )


def _best(history: History) -> Epoch | None:
    return history.epochs[history.best - 1] if history.best else None


def _settings(config: TrainingConfig) -> dict[str, str]:
    """The settings as text, each by its path."""
    settings = by_path(config.as_settings())
    return {path: "none" if value is None or value == [] else _text(value) for path, value in settings.items()}


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _short_names(paths: list[Path]) -> list[str]:
    """The last part of each path; the whole path where two are alike."""
    names = [path.resolve().name for path in paths]
    return [name if names.count(name) == 1 else str(path) for name, path in zip(names, paths, strict=True)]


def _write_reconstructions(folder: RunFolder, artifact: Artifact, examples: LabelledImages) -> bytes:
    picture = draw_reconstructions(artifact, examples)
    with atomic_write(folder.reconstructions) as file:
        file.write(picture)
    return picture
