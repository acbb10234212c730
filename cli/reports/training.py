"""The report of a training run, and the one that lays several runs over each other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.reports import figures, pictures
from cli.reports.evaluation import draw_reconstructions, evaluation_values
from cli.reports.page import write_page
from cli.reports.surface import surface_values
from cli.views.surfaces import RunSurfaces
from cli.views.training import kept
from model.artifact import Artifact
from model.data import LabelledImages
from model.errors import ConfigError
from model.files import atomic_write
from model.settings import by_path
from model.training import DivergedError, FitResult, Fitted, History, RunFolder, TrainingConfig


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
        advice=fitted.advice,
        gains=fitted.gains,
        hidden_units=fitted.units,
        stopped_by=run.stopped_by,
        kept=run.kept_epoch,
        kept_in_words=kept(run),
        whole_epochs=len(run.history.epochs),
        epochs=[*run.history.epochs, run.kept_epoch] if run.kept_is_cut else run.history.epochs,
        curves=figures.learning_curves(run.history, kept_at=_kept_at(run)) if run.history.losses else None,
        weights=pictures.first_layer(network),
        units_shown=min(64, network.architecture.sizes[1]),
        units=network.architecture.sizes[1],
        validation=evaluation,
        reconstructions=drawn,
    )


def _kept_at(run: FitResult) -> float:
    """After how many epochs the weights were as they are kept."""
    epoch = run.kept_epoch
    return epoch.number - 1 + epoch.images / run.images


def write_divergence_report(folder: RunFolder, config: TrainingConfig, error: DivergedError) -> None:
    """Write `report.html` for a run that diverged before it had anything to keep: its loss as it rose."""
    write_page(
        folder.report,
        "diverged.html",
        title=f"Training run: {config.name}",
        message=str(error),
        curves=figures.learning_curves(error.history) if error.history.losses else None,
        config=_settings(config),
    )


def write_comparison(path: Path, folders: list[RunFolder], surfaces: RunSurfaces | None = None) -> None:
    """Write one report that lays the learning curves of several runs over each other, and shows their loss surface.

    Raises:
        DataError: a folder holds no run, or a damaged one.
        ConfigError: the runs have different tasks.
    """
    configs = [folder.read_config()[0] for folder in folders]
    histories = [folder.read_log() for folder in folders]
    tasks = {config.task for config in configs}
    if len(tasks) > 1:
        raise ConfigError(f"the runs have different tasks and cannot be compared: {', '.join(sorted(tasks))}")
    settings = [_settings(config) for config in configs]
    begun = any(history.losses for history in histories)
    names = _short_names([folder.path for folder in folders])
    write_page(
        path,
        "compare.html",
        title="Training runs compared",
        different=[key for key in settings[0] if len({rows[key] for rows in settings}) > 1],
        runs=[
            {
                "name": name,
                "line": figures.line_of_run(number),
                "settings": rows,
                "epochs": len(history.epochs),
                "seconds": sum(epoch.seconds for epoch in history.epochs),
                "kept": _kept(folder, history),
                "result": folder.read_result() if folder.result.exists() else None,
            }
            for number, (name, rows, history, folder) in enumerate(
                zip(names, settings, histories, folders, strict=True)
            )
        ],
        by_epochs=figures.compared_curves(histories, by="epochs") if begun else None,
        by_seconds=figures.compared_curves(histories, by="seconds") if begun else None,
        surface=surface_values(surfaces, names) if surfaces else None,
    )


def _kept(folder: RunFolder, history: History) -> dict[str, Any] | None:
    """The epoch whose weights a run has kept, as its result has it, or is to keep so far, with its score."""
    if folder.result.exists():
        result = folder.read_result()
        number = result.get("kept_epoch")
        cut = " (cut)" if number is not None and number > result.get("epochs", number) else ""
        return {
            "number": f"{number or '–'}{cut}",
            "accuracy": result.get("validation_accuracy"),
            "loss": result.get("validation_loss"),
        }
    if not history.best:
        return None
    best = history.epochs[history.best - 1]
    return {"number": f"{best.number}", "accuracy": best.validation_accuracy, "loss": best.validation_loss}


def _settings(config: TrainingConfig) -> dict[str, str]:
    """The settings as text, each by its path."""
    settings = by_path(config.as_settings())
    return {path: "none" if value is None or value == [] else _text(value) for path, value in settings.items()}


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _short_names(paths: list[Path]) -> list[str]:
    """The last part of each path, the whole path where two are alike, and a number where those are alike as well."""
    names = [path.resolve().name for path in paths]
    names = [name if names.count(name) == 1 else str(path) for name, path in zip(names, paths, strict=True)]
    return [
        name if names.count(name) == 1 else f"{name} ({names[: place + 1].count(name)})"
        for place, name in enumerate(names)
    ]


def _write_reconstructions(folder: RunFolder, artifact: Artifact, examples: LabelledImages) -> bytes:
    picture = draw_reconstructions(artifact, examples)
    with atomic_write(folder.reconstructions) as file:
        file.write(picture)
    return picture
