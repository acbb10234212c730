"""`digits train`: from the MNIST files to weights, with the progress in view."""

import json
import sys
import time
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from cli.options import DataOption
from cli.training_view import open_view
from model.artifact import Artifact, save_artifact
from model.calibration import choose_thresholds, fit_temperature
from model.config import TrainingConfig, load_recipe
from model.data.folder import data_folder
from model.data.mnist import LabelledImages, data_sums, load_mnist, split_validation
from model.errors import ConfigError
from model.evaluate import evaluate, logits, preprocess_examples
from model.train import Trained, train


def train_network(
    *,
    recipe: Annotated[str, typer.Option(help="A recipe by name, or a TOML file.")] = "small",
    hidden: Annotated[
        str | None, typer.Option(help="Units of the hidden layers, such as 128,64; '' for none.")
    ] = None,
    optimizer: Annotated[str | None, typer.Option(help="sgd or adam.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Alpha, at its highest.")] = None,
    momentum: Annotated[float | None, typer.Option(help="0 to below 1.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a step.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training images.")] = None,
    limit: Annotated[
        int | None, typer.Option(help="Use only the first N training images, those held out for validation included.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of every random choice.")] = None,
    data: DataOption = None,
    out: Annotated[Path, typer.Option(help="The folder the weights go to.")] = Path("runs/latest"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Train a network on MNIST and write its weights; flags win over the recipe."""
    config = _config(
        recipe,
        hidden=_units(hidden),
        optimizer=optimizer,
        learning_rate=learning_rate,
        momentum=momentum,
        batch_size=batch_size,
        epochs=epochs,
        limit=limit,
        seed=seed,
    )
    started = time.monotonic()
    split_rng, train_rng = np.random.default_rng(config.seed).spawn(2)
    _require_writable(out)
    mnist = load_mnist(data_folder(data))
    with open_view(config, quiet=quiet or as_json) as view:
        examples = preprocess_examples(_first(mnist.train, config.limit), view.on_preprocessed)
        training, validation = split_validation(examples, config.validation_images, rng=split_rng)
        view.start_epochs(len(training))
        trained = train(config, training, validation, rng=train_rng, on_step=view.on_step, on_epoch=view.on_epoch)
        artifact = _artifact(config, trained, validation, preprocess_examples(mnist.test))
    path = out / "weights.npz"
    save_artifact(path, artifact)
    seconds = time.monotonic() - started
    if as_json:
        report = {
            **artifact.metrics,
            "epoch_seconds": [round(epoch.seconds, 3) for epoch in trained.history],
            "seconds": round(seconds, 1),
            "stopped_by": trained.stopped_by,
            "weights": str(path),
        }
        sys.stdout.write(json.dumps(report) + "\n")
    elif not quiet:
        if trained.stopped_by == "interrupt":
            typer.echo(f"Interrupted after epoch {len(trained.history)}; the best so far is kept.")
        typer.echo(
            f"Test accuracy {artifact.metrics['test_accuracy']:.2%} on {len(mnist.test):,} images, "
            f"best of {len(trained.history)} epochs: {trained.best_epoch.number} "
            f"(validation {trained.best_epoch.validation_accuracy:.2%}), {seconds:.0f} s in all.\n"
            f"Weights: {path}"
        )


def _config(recipe: str, **flags: Any) -> TrainingConfig:
    """The recipe's settings, with the flags that were given laid over them; what they make has another name."""
    given = {name: value for name, value in flags.items() if value is not None}
    config = replace(load_recipe(recipe), **given)
    return replace(config, name=f"{config.name}-changed") if given else config


def _units(text: str | None) -> tuple[int, ...] | None:
    """The units of the hidden layers out of `128,64`."""
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(",")) if text.strip() else ()
    except ValueError:
        raise ConfigError(f"--hidden takes whole numbers such as 128,64, not '{text}'") from None


def _first(examples: LabelledImages, limit: int | None) -> LabelledImages:
    if limit is None:
        return examples
    if limit > len(examples):
        raise ConfigError(f"--limit is {limit:,}, but there are {len(examples):,} training images")
    return examples.take(np.arange(limit))


def _require_writable(out: Path) -> None:
    """Find out before the first epoch, not after the last, that the weights cannot be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigError(f"--out {out}: cannot be written to: {error.strerror}") from error


def _artifact(config: TrainingConfig, trained: Trained, validation: LabelledImages, test: LabelledImages) -> Artifact:
    """Calibrate on the validation images, and touch the test images for the one and only time."""
    scores = logits(trained.network, validation.images)
    calibration = fit_temperature(scores, validation.labels)
    thresholds = choose_thresholds(scores, uncertain_below=config.uncertain_below, refused_share=config.refused_share)
    final = evaluate(trained.network, calibration, test)
    return Artifact(
        name=config.name,
        version=version("digits"),
        network=trained.network,
        calibration=calibration,
        thresholds=thresholds,
        seed=config.seed,
        data={name: sha256 for name, sha256 in data_sums().items() if name.startswith("train")},
        config=asdict(config),
        metrics={
            "best_epoch": trained.best_epoch.number,
            "validation_accuracy": trained.best_epoch.validation_accuracy,
            "test_accuracy": final.accuracy,
            "test_calibration_error": final.calibration_error,
        },
    )
