"""`digits evaluate`: how good weights are, on MNIST's test images and on drawn digits."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from app.classifier import Classifier
from app.settings import load_settings
from cli.options import DataOption, WeightsOption
from model.data.drawings import BadLine, Drawing, read_drawings
from model.data.folder import data_folder
from model.data.mnist import load_mnist
from model.errors import DataError, InkError
from model.evaluate import accuracy, evaluate, preprocess_examples
from model.preprocess import preprocess_strokes
from model.verdict import Reading

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
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure weights on MNIST's test images, or on files of drawings."""
    classifier = Classifier.load(weights or load_settings().weights)
    if strokes:
        report = {str(path): _on_drawings(classifier, path) for path in strokes}
    else:
        report = {"MNIST test": _on_mnist(classifier, data_folder(data))}
    if as_json:
        sys.stdout.write(json.dumps(report) + "\n")
        return
    for name, figures in report.items():
        typer.echo(name)
        for figure, value in figures.items():
            typer.echo(f"  {figure.replace('_', ' '):<32} {value}")


def _on_mnist(classifier: Classifier, folder: Path) -> dict[str, Any]:
    """Accuracy as the files are and as they come out of the preprocessing, and how far the two lie apart."""
    test = load_mnist(folder).test
    preprocessed = preprocess_examples(test)
    network = classifier.artifact.network
    result = evaluate(network, classifier.artifact.calibration, preprocessed)
    gaps = np.abs(preprocessed.images.astype(np.int16) - test.images)
    return {
        "images": result.images,
        "accuracy": round(result.accuracy, 4),
        "accuracy_without_preprocessing": round(accuracy(network, test), 4),
        "calibration_error": round(result.calibration_error, 4),
        "mean_change_in_grey_levels": round(float(gaps.mean()), 3),
        "images_changed_by_25_levels_at_most": round(float((gaps.max(axis=(1, 2)) <= 25).mean()), 4),
    }


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
