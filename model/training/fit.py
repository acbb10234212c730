"""From examples to finished weights: trained, calibrated on the validation images, measured on the test images."""

from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from model.artifact import Artifact
from model.data import LabelledImages, preprocess_examples
from model.evaluation import (
    LayerUnits,
    accuracy,
    choose_thresholds,
    evaluate,
    fit_calibration,
    hidden_units,
    logits,
    measure,
    reconstruction_error,
)
from model.reading import Calibration, Thresholds
from model.training.callbacks import Callbacks
from model.training.checkpoint import Checkpoint
from model.training.config import TrainingConfig
from model.training.diagnosis import why_nothing_was_learned
from model.training.examples import TrainingData, fold_in
from model.training.loop import FitResult, train

_TRAINING = 1
"""Purpose of the seed's child; those beside it are the data's."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What fine-tuning gave or took.

    Attributes:
        examples: of what.
        count: how many.
        before: the share 0 to 1 of them that the weights it started from read right.
        after: and those it ended with.
    """

    examples: str
    count: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """A finished training run.

    Attributes:
        artifact: the weights, with all that is needed to use them.
        run: how training went.
        units: of the hidden layers, those with nothing to say among them.
        gains: of fine-tuning, what the weights it started from read right, and what these do.
        advice: if the run ended at chance, the likely reasons with the settings to change.
    """

    artifact: Artifact
    run: FitResult
    units: list[LayerUnits]
    gains: list[Gain]
    advice: list[str]

    def figures(self) -> dict[str, Any]:
        """The run in figures, as JSON."""
        epochs = self.run.history.epochs
        return {
            "task": self.artifact.task,
            "test_accuracy": None,
            **self.artifact.metrics,
            "epochs": len(epochs),
            "epoch_seconds": [round(epoch.seconds, 3) for epoch in epochs],
            "stopped_by": self.run.stopped_by,
            "hidden_units": [asdict(layer) for layer in self.units],
            **({"fine_tuning": [asdict(gain) for gain in self.gains]} if self.gains else {}),
            "advice": self.advice,
        }


def fit(
    config: TrainingConfig,
    data: TrainingData,
    *,
    start: Artifact | None = None,
    callbacks: Callbacks = Callbacks(),
    resume: Checkpoint | None = None,
) -> Fitted:
    """Train a network and make weights of it that the service can use. The test images, if any, are touched once.

    The same config and data give the same weights, bit for bit, on the same machine.

    Args:
        config: the settings.
        data: what to learn from and to measure by, such as `prepare` gives.
        start: weights to start from; None for random ones.
        callbacks: what is told meanwhile, and what may stop it.
        resume: where to go on; None to start.

    Raises:
        DivergedError: training diverges.
        TrainingError: the checkpoint does not fit.
    """
    run = train(
        config,
        data.training,
        data.validation,
        drawings=data.drawings,
        pictures=data.pictures,
        seed=fold_in(np.random.SeedSequence(config.seed), _TRAINING),
        start=start,
        resume=resume,
        callbacks=callbacks,
    )
    return finish(config, data, run, start)


def finish(config: TrainingConfig, data: TrainingData, run: FitResult, start: Artifact | None = None) -> Fitted:
    """Calibrate what was trained, and measure it on the test images."""
    test = preprocess_examples(data.test)
    if config.task == "autoencoder":
        calibration, thresholds, metrics = None, None, _autoencoder_metrics(config, run, test)
    else:
        calibration, thresholds = _judgement(config, run, data)
        metrics = _classifier_metrics(config, run, calibration, data, test)
    artifact = Artifact(
        name=config.name,
        version=version("digits"),
        task=config.task,
        network=run.network,
        scaling=run.scaling,
        calibration=calibration,
        thresholds=thresholds,
        seed=config.seed,
        data=data.checksums,
        config=config.as_settings(),
        metrics={"kept_epoch": run.kept_epoch.number, **metrics},
    )
    units = hidden_units(run.network, run.scaling, data.validation.images)
    compared = {**data.compared, **({"MNIST, test": test} if len(test) else {})}
    gains = [_gain(start, artifact, name, examples) for name, examples in compared.items()] if start else []
    return Fitted(artifact, run, units, gains, why_nothing_was_learned(config, run, units, data.validation))


def _gain(before: Artifact, after: Artifact, name: str, examples: LabelledImages) -> Gain:
    shares = [accuracy(weights.network, weights.scaling, examples) for weights in (before, after)]
    return Gain(name, len(examples), *shares)


def _judgement(config: TrainingConfig, run: FitResult, data: TrainingData) -> tuple[Calibration, Thresholds]:
    """What turns logits into probabilities and verdicts, by the validation images."""
    scores = logits(run.network, run.scaling, data.validation.images)
    calibration = fit_calibration(scores, data.validation.labels, trained_non_digits=data.non_digits)
    thresholds = choose_thresholds(
        scores[data.judges],
        uncertain_below=config.judgement.uncertain_below,
        refused_share=config.judgement.refused_share,
    )
    return calibration, thresholds


def _classifier_metrics(
    config: TrainingConfig, run: FitResult, calibration: Calibration, data: TrainingData, test: LabelledImages
) -> dict[str, float]:
    loss = config.learning.loss
    metrics = {"validation_accuracy": run.kept_epoch.validation_accuracy or 0.0}
    if len(test):
        final = evaluate(run.network, run.scaling, calibration, loss, test)
        metrics |= {
            "test_accuracy": final.accuracy,
            "test_loss": final.loss,
            "test_calibration_error": final.calibration_error,
        }
    for name, examples in data.held_out.items():
        if name == "MNIST":
            continue
        own = evaluate(run.network, run.scaling, calibration, loss, examples)
        metrics |= {f"{name}_accuracy": own.accuracy, f"{name}_calibration_error": own.calibration_error}
    return metrics


def _autoencoder_metrics(config: TrainingConfig, run: FitResult, test: LabelledImages) -> dict[str, float]:
    return {
        "validation_loss": run.kept_epoch.validation_loss,
        "test_loss": measure(run.network, run.scaling, config.task, config.learning.loss, test).loss,
        "test_reconstruction_error": reconstruction_error(run.network, run.scaling, test.images),
    }
