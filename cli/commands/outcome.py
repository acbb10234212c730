"""What is made of a training run at its end: calibrated weights, figures and a report."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import typer

from cli.inputs.training_data import TrainingData
from cli.reports import MATPLOTLIB_MISSING, can_draw
from model.artifact import Artifact, save_artifact
from model.data import LabelledImages, preprocess_examples
from model.evaluation import choose_thresholds, evaluate, fit_calibration, logits, measure, reconstruction_error
from model.training import Epoch, FitResult, RunFolder, TrainingConfig


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished training run.

    Attributes:
        trained: what training gave.
        result: its figures, as JSON.
        summary: the one that counts most, in words.
        has_report: whether a report was written.
    """

    trained: FitResult
    result: dict[str, Any]
    summary: str
    has_report: bool

    def print(self, folder: RunFolder, seconds: float) -> None:
        """The end of the run in a few lines, on stdout."""
        if self.trained.stopped_by == "interrupt":
            typer.echo(
                f"Interrupted. What it has learnt is kept; `digits train --resume --out {folder.path}` goes on."
            )
        epochs, kept = len(self.trained.history.epochs), self.trained.kept_epoch
        typer.echo(
            f"{self.summary}, kept of {epochs} epochs: {kept.number} "
            f"(validation {_score(kept)}), stopped by {self.trained.stopped_by}, {seconds:.0f} s in all.\n"
            f"Weights: {folder.weights}"
        )
        typer.echo(f"Report:  {folder.report}" if self.has_report else f"No report: {MATPLOTLIB_MISSING}")


def conclude(
    config: TrainingConfig,
    folder: RunFolder,
    trained: FitResult,
    examples: TrainingData,
) -> Outcome:
    """Calibrate on the validation images, touch the test images once, and write weights, figures and report."""
    test = preprocess_examples(examples.test)
    if config.task == "autoencoder":
        artifact, summary = _autoencoder(config, trained, examples, test)
    else:
        artifact, summary = _classifier(config, trained, examples, test)
    save_artifact(folder.weights, artifact)
    result = {
        "task": config.task,
        "test_accuracy": None,
        **artifact.metrics,
        "epochs": len(trained.history.epochs),
        "epoch_seconds": [round(epoch.seconds, 3) for epoch in trained.history.epochs],
        "stopped_by": trained.stopped_by,
        "weights": str(folder.weights),
    }
    folder.write_result(result)
    if can_draw():
        # Only here, since it takes half a second and belongs to an optional extra.
        from cli.reports.training import write_run_report  # noqa: PLC0415

        write_run_report(folder, config, artifact, trained, examples.validation, result)
    return Outcome(trained, result, summary, has_report=can_draw())


def _classifier(
    config: TrainingConfig, trained: FitResult, examples: TrainingData, test: LabelledImages
) -> tuple[Artifact, str]:
    validation, drawn = examples.validation, examples.judges
    scores = logits(trained.network, trained.scaling, validation.images)
    calibration = fit_calibration(
        scores,
        validation.labels,
        trained_non_digits=examples.non_digits,
    )
    thresholds = choose_thresholds(
        scores[drawn], uncertain_below=config.uncertain_below, refused_share=config.refused_share
    )
    final = evaluate(trained.network, trained.scaling, calibration, config.loss, test)
    metrics = {
        "kept_epoch": trained.kept_epoch.number,
        "validation_accuracy": trained.kept_epoch.validation_accuracy or 0.0,
        "test_accuracy": final.accuracy,
        "test_loss": final.loss,
        "test_calibration_error": final.calibration_error,
    }
    if examples.drawn:
        measured = evaluate(trained.network, trained.scaling, calibration, config.loss, validation.take(drawn))
        metrics |= {"drawn_accuracy": measured.accuracy, "drawn_calibration_error": measured.calibration_error}
    artifact = Artifact(
        **_origin(config, trained, examples), calibration=calibration, thresholds=thresholds, metrics=metrics
    )
    return artifact, f"Test accuracy {final.accuracy:.2%} on {len(test):,} images"


def _autoencoder(
    config: TrainingConfig, trained: FitResult, examples: TrainingData, test: LabelledImages
) -> tuple[Artifact, str]:
    error = reconstruction_error(trained.network, trained.scaling, test.images)
    loss = measure(trained.network, trained.scaling, config.task, config.loss, test).loss
    artifact = Artifact(
        **_origin(config, trained, examples),
        calibration=None,
        thresholds=None,
        metrics={
            "kept_epoch": trained.kept_epoch.number,
            "validation_loss": trained.kept_epoch.validation_loss,
            "test_loss": loss,
            "test_reconstruction_error": error,
        },
    )
    return artifact, f"Test reconstruction error {error:.5f} (mean square) on {len(test):,} images"


def _origin(config: TrainingConfig, trained: FitResult, examples: TrainingData) -> dict[str, Any]:
    """What both kinds of weights say of where they come from."""
    return {
        "name": config.name,
        "version": version("digits"),
        "task": config.task,
        "network": trained.network,
        "scaling": trained.scaling,
        "seed": config.seed,
        "data": examples.sums,
        "config": config.as_settings(),
    }


def _score(epoch: Epoch) -> str:
    if epoch.validation_accuracy is None:
        return f"loss {epoch.validation_loss:.4f}"
    return f"{epoch.validation_accuracy:.2%}"
