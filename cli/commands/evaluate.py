"""`digits evaluate`: how good weights are, on MNIST's test images, on drawn digits and on pictures."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from cyclopts import Parameter

from cli.inputs.drawings import load_and_report, print_some
from cli.inputs.jpeg import read_through_jpeg
from cli.inputs.options import PICTURES, DataOption, Switch, WeightsOption, find_weights
from cli.reports import MATPLOTLIB_MISSING, can_draw
from cli.views.evaluation import print_results, print_sweep
from cli.views.findings import Findings
from model.artifact import Artifact, load_artifact
from model.classifier import Classifier
from model.data import (
    LabelledImages,
    data_folder,
    find_drawings,
    is_digit,
    load_mnist,
    load_pictures,
    preprocess_examples,
)
from model.errors import ConfigError, DataError
from model.evaluation import (
    DrawnEvaluation,
    PictureEvaluation,
    Step,
    accuracy,
    evaluate,
    evaluate_drawings,
    evaluate_pictures,
    measure,
    reconstruction_error,
    sweep_figures,
    sweeps,
)
from model.files import atomic_write

_MISTAKES_LISTED = 10

_SWEEP_DIGITS = 500
"""Digits that are put on canvases: every step reads all of them, and one of them is 0.2 %."""

_SEED = 0
"""Of which digits these are, and of the noise."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How far ink may stray.

    Attributes:
        digits: how many were put on canvases; 0 if that was not asked for.
        steps: of each sweep.
    """

    digits: int
    steps: dict[str, list[Step]]


def evaluate_weights(
    *,
    weights: WeightsOption = None,
    data: DataOption = None,
    strokes: Annotated[
        list[Path] | None, Parameter(help="Measure on this file of drawings (JSON lines); may be repeated.")
    ] = None,
    images: Annotated[
        list[Path] | None,
        Parameter(
            help=f"Measure on these pictures: {PICTURES}; may be repeated.",
            negative=(),
        ),
    ] = None,
    mnist: Annotated[
        bool | None,
        Parameter(help="Measure on MNIST's test images.", show_default=lambda _: "unless --strokes or --images is"),
    ] = None,
    robustness: Annotated[
        bool, Switch, Parameter(help="Also put the drawn digits on canvases in ever stranger ways.")
    ] = False,
    report: Annotated[
        Path | None, Parameter(help="Write a report with pictures to this HTML file, and its figures beside it.")
    ] = None,
    card: Annotated[
        Path | None,
        Parameter(help="Write a model card to this Markdown file, its pictures into `images`."),
    ] = None,
    page: Annotated[
        Path | None,
        Parameter(
            help="Write what the service's page /model shows of these weights to this JSON file. The service "
            "finds it beside the weights: NAME.card.json for NAME.npz."
        ),
    ] = None,
    as_json: Annotated[bool, Switch, Parameter(name="--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure weights on MNIST's test images, on files of drawings, on folders of pictures, or on all of them."""
    path = find_weights(weights)
    artifact = load_artifact(path)
    sweeping = bool(robustness or card or page)
    if (report or sweeping) and not can_draw():
        raise ConfigError(MATPLOTLIB_MISSING)
    if sweeping and not strokes:
        raise ConfigError("--robustness, --card and --page need drawn digits: give a file of them with --strokes")
    results: dict[str, Any] = {}
    test = None
    if mnist if mnist is not None else not (strokes or images):
        raw = load_mnist(data_folder(data)).test
        test = preprocess_examples(raw)
        results["MNIST test"] = _on_mnist(artifact, raw, test)
    drawn = _drawn(artifact, strokes or [], data_folder(data))
    results |= {name: evaluation.figures() for name, evaluation in drawn.items()}
    seen = _seen(path, images or [])
    results |= {name: evaluation.figures() for name, evaluation in seen.items()}
    swept = _swept(artifact, drawn) if sweeping else Swept(0, {})
    if swept.digits:
        results["robustness"] = {"digits": swept.digits, **sweep_figures(swept.steps)}
    if report or card or page:
        _write(Findings(artifact, test, drawn, seen, swept.steps, swept.digits, results), report, card, page)
    if as_json:
        print(json.dumps(results))
        return
    print_results(results)
    for written in (report, card, page):
        if written:
            print(f"Written: {written}")


def _on_mnist(artifact: Artifact, raw: LabelledImages, test: LabelledImages) -> dict[str, Any]:
    """How well the weights do on the preprocessed images, and on the files as they are."""
    network, scaling = artifact.network, artifact.scaling
    if not artifact.calibration:
        measured = measure(network, scaling, artifact.task, artifact.loss, test)
        error = reconstruction_error(network, scaling, test.images)
        return {"images": len(test), "loss": round(measured.loss, 5), "reconstruction_error": round(error, 5)}
    result = evaluate(network, scaling, artifact.calibration, artifact.loss, test)
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
        "most_confident_mistakes": [asdict(mistake) for mistake in result.mistakes[:_MISTAKES_LISTED]],
    }


def _drawn(artifact: Artifact, strokes: list[Path], folder: Path) -> dict[str, DrawnEvaluation]:
    """Each file of drawings, by the name it was asked for by."""
    if strokes:
        artifact.decision_rule()
    return {
        name: evaluate_drawings(artifact, load_and_report([find_drawings(name, folder)]))
        for name in map(str, strokes)
    }


def _seen(weights: Path, paths: list[Path]) -> dict[str, PictureEvaluation]:
    """Each folder or file of pictures, by its name."""
    if not paths:
        return {}
    classifier = Classifier.load(weights)
    with print_some() as on_problem:
        return {
            f"pictures of {path.name or path}": evaluate_pictures(
                classifier, load_pictures(path, on_problem), on_problem
            )
            for path in paths
        }


def _swept(artifact: Artifact, drawn: dict[str, DrawnEvaluation]) -> Swept:
    """How far some of the digits of all files may stray."""
    digits = [drawing for evaluation in drawn.values() for drawing in evaluation.drawings if is_digit(drawing)]
    if not digits:
        raise DataError("--robustness: none of the drawings is a digit")
    rng = np.random.default_rng(_SEED)
    chosen = [digits[index] for index in rng.permutation(len(digits))[:_SWEEP_DIGITS]]
    return Swept(len(chosen), sweeps(artifact, chosen, through_jpeg=read_through_jpeg, rng=rng, on_step=print_sweep))


def _write(findings: Findings, report: Path | None, card: Path | None, page: Path | None) -> None:
    # Only here, since the pictures belong to an optional extra.
    from cli.reports.card import write_card  # noqa: PLC0415
    from cli.reports.evaluation import write_evaluation, write_model_card  # noqa: PLC0415

    if report:
        write_evaluation(report, findings)
        try:
            with atomic_write(report.with_suffix(".json")) as file:
                file.write(json.dumps(findings.figures, indent=1).encode() + b"\n")
        except OSError as error:
            raise DataError(f"{report.with_suffix('.json')}: cannot be written: {error.strerror}") from error
    if card:
        write_model_card(card, findings)
    if page:
        write_card(page, findings)
