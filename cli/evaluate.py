"""`digits evaluate`: how good weights are, on MNIST's test images and on drawn digits."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from app.classifier import Classifier
from app.settings import load_settings
from cli.options import DataOption, WeightsOption
from cli.reports import MATPLOTLIB_MISSING, can_draw
from model.artifact import Artifact, load_artifact
from model.data.drawings import BadLine, Drawing, read_drawings
from model.data.folder import data_folder
from model.data.mnist import LabelledImages, load_mnist
from model.errors import ConfigError, DataError, InkError
from model.evaluate import accuracy, evaluate, measure, preprocess_examples, reconstruction_error
from model.preprocess import preprocess_strokes
from model.verdict import Reading

_MISTAKES_TOLD = 10

_MOST_COMPLAINTS = 10
"""Bad lines that are told one by one; a file with more is probably of another kind."""


def evaluate_weights(
    *,
    weights: WeightsOption = None,
    data: DataOption = None,
    strokes: Annotated[
        list[Path] | None,
        typer.Option(help="Measure on this file of drawings (JSON lines) instead of MNIST; may be repeated."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a report with pictures of the MNIST test images to this HTML file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure weights on MNIST's test images, or on files of drawings."""
    path = weights or load_settings().weights
    artifact = load_artifact(path)
    if strokes and report:
        raise ConfigError("--report shows MNIST's test images; it cannot go with --strokes")
    if report and not can_draw():
        raise ConfigError(MATPLOTLIB_MISSING)
    if strokes:
        classifier = Classifier.load(path)
        results = {str(file): _on_drawings(classifier, file) for file in strokes}
    else:
        raw = load_mnist(data_folder(data)).test
        test = preprocess_examples(raw)
        results = {"MNIST test": _on_mnist(artifact, raw, test)}
        if report:
            _write_report(report, artifact, test)
    if as_json:
        sys.stdout.write(json.dumps(results) + "\n")
        return
    for name, figures in results.items():
        typer.echo(name)
        _tell(figures)
    if report:
        typer.echo(f"Report: {report}")


def _on_mnist(artifact: Artifact, raw: LabelledImages, test: LabelledImages) -> dict[str, Any]:
    """How well the weights do on the preprocessed images, and on the files as they are."""
    network, scaling = artifact.network, artifact.scaling
    if not artifact.calibration:
        measured = measure(network, scaling, artifact.task, artifact.config["loss"], test)
        error = reconstruction_error(network, scaling, test.images)
        return {"images": len(test), "loss": round(measured.loss, 5), "reconstruction_error": round(error, 5)}
    result = evaluate(network, scaling, artifact.calibration, artifact.config["loss"], test)
    gaps = np.abs(test.images.astype(np.int16) - raw.images)
    return {
        "images": result.images,
        "loss": round(result.loss, 4),
        "accuracy": round(result.accuracy, 4),
        "accuracy_without_preprocessing": round(accuracy(network, scaling, raw), 4),
        "calibration_error": round(result.calibration_error, 4),
        "mean_change_in_grey_levels": round(float(gaps.mean()), 3),
        "images_changed_by_25_levels_at_most": round(float((gaps.max(axis=(1, 2)) <= 25).mean()), 4),
        "precision": [round(share, 4) for share in result.precision],
        "recall": [round(share, 4) for share in result.recall],
        "confusion": result.confusion.tolist(),
        "most_confident_mistakes": [asdict(mistake) for mistake in result.mistakes[:_MISTAKES_TOLD]],
    }


def _write_report(path: Path, artifact: Artifact, test: LabelledImages) -> None:
    # Only here, since the pictures belong to an optional extra.
    from cli.reports.training import write_evaluation  # noqa: PLC0415

    write_evaluation(path, artifact, test)


def _tell(figures: dict[str, Any]) -> None:
    """One line for each single figure, a table for those of each digit, and the worst mistakes."""
    for figure, value in figures.items():
        if not isinstance(value, list):
            typer.echo(f"  {figure.replace('_', ' '):<36} {value}")
    if "confusion" in figures:
        typer.echo("\n  digit  precision  recall    read as" + "".join(f"{digit:>6}" for digit in range(10)))
        for digit, row in enumerate(figures["confusion"]):
            shares = f"{figures['precision'][digit]:>9.2%} {figures['recall'][digit]:>7.2%}"
            typer.echo(f"  {digit:>5}  {shares}           " + "".join(f"{count:>6}" for count in row))
    if figures.get("most_confident_mistakes"):
        typer.echo("\n  the most confident mistakes (index from 0)")
        for mistake in figures["most_confident_mistakes"]:
            typer.echo("  image {index:>5}: a {label} read as {digit}, {confidence:.1%} sure".format(**mistake))


def _on_drawings(classifier: Classifier, path: Path) -> dict[str, Any]:
    """Verdicts on a file of drawings, and the accuracy on those that are digits; bad lines go to stderr."""
    readings: list[tuple[str, Reading]] = []
    problems = 0
    for record in read_drawings(path):
        problem = _read_into(readings, classifier, record)
        problems += problem is not None
        if problem and problems <= _MOST_COMPLAINTS:
            typer.echo(f"{path}: {problem}", err=True)
    if problems > _MOST_COMPLAINTS:
        typer.echo(f"{path}: and {problems - _MOST_COMPLAINTS:,} more that are no drawings", err=True)
    if not readings:
        raise DataError(f"{path}: holds no drawings")
    digits = [(label, reading) for label, reading in readings if label in "0123456789" and len(label) == 1]
    right = sum(int(label) == reading.likeliest for label, reading in digits)
    verdicts = Counter(reading.verdict.value for _, reading in readings)
    accuracy_figure = {"digits": len(digits), "accuracy": round(right / len(digits), 4)} if digits else {}
    return {"drawings": len(readings), **accuracy_figure, **dict(sorted(verdicts.items()))}


def _read_into(readings: list[tuple[str, Reading]], classifier: Classifier, record: Drawing | BadLine) -> str | None:
    """Read a drawing and add it; returns what is wrong with it, if anything."""
    if isinstance(record, BadLine):
        return f"line {record.number}: {record.problem}"
    try:
        readings.append((record.label, classifier.read(preprocess_strokes(record.strokes))))
    except InkError as error:
        return f"a drawing of '{record.label}': {error}"
    return None
