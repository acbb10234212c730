"""The report of `digits evaluate`, and the model card that is made of the same figures."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cli.reports import figures, pictures
from cli.reports.page import render, write_page
from cli.views.findings import Findings
from model.artifact import Artifact
from model.data import LabelledImages
from model.errors import DataError
from model.evaluation import DrawnEvaluation, Evaluation, PictureEvaluation, evaluate, reconstruct
from model.files import atomic_write
from model.nn import GREY_LEVELS
from model.reading import Verdict

_MISTAKES = 36
_RECONSTRUCTIONS = 36
_CARD_MISTAKES = 48
_ACCEPTED = 36
"""Pictures of non-digits that passed for digits."""


def evaluation_values(artifact: Artifact, loss: str, examples: LabelledImages) -> dict[str, Any]:
    """What the template `_evaluation.html` shows of a classifier on labelled images."""
    assert artifact.calibration  # noqa: S101 - a classifier's is always there
    evaluation = evaluate(artifact.network, artifact.scaling, artifact.calibration, loss, examples)
    return _shown(evaluation, examples)


def write_evaluation(path: Path, findings: Findings) -> None:
    """Write the report, with pictures.

    Raises:
        DataError: the file cannot be written.
    """
    artifact, mnist = findings.artifact, findings.mnist
    classifies = artifact.calibration is not None
    write_page(
        path,
        "evaluation.html",
        title=f"How good the weights are: {artifact.name}",
        sha256=artifact.sha256,
        evaluation=evaluation_values(artifact, artifact.loss, mnist) if mnist and classifies else None,
        reconstructions=pictures.png_address(draw_reconstructions(artifact, mnist))
        if mnist and not classifies
        else None,
        drawings={name: _drawn_values(drawn) for name, drawn in findings.drawings.items()},
        verdicts=[verdict.value for verdict in Verdict],
        pictures={name: _seen_values(seen) for name, seen in findings.pictures.items()},
        sweeps=findings.sweeps,
        sweep_picture=pictures.png_address(figures.sweep_plots(findings.sweeps)) if findings.sweeps else None,
    )


def write_model_card(path: Path, findings: Findings) -> None:
    """Write the model card as Markdown, with its pictures in `images` beside it.

    Raises:
        DataError: a file cannot be written.
    """
    folder = path.parent / "images"
    drawn = list(findings.drawings.values())
    mistakes, labels = _card_mistakes(drawn)
    files = {
        "model-card-mistakes.png": pictures.labelled_sheet(mistakes, labels),
        "model-card-robustness.png": figures.sweep_plots(findings.sweeps),
    }
    content = render(
        "model-card.md",
        escape=False,
        artifact=findings.artifact,
        layers=" - ".join(map(str, findings.artifact.network.architecture.sizes)),
        figures={name: found for name, found in findings.figures.items() if name not in findings.pictures},
        shown=len(mistakes),
        sweeps=findings.sweeps,
        picture_kinds=findings.picture_kinds,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in files.items():
            with atomic_write(folder / name) as file:
                file.write(picture)
        with atomic_write(path) as file:
            file.write(content.encode())
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror}") from error


def draw_reconstructions(artifact: Artifact, examples: LabelledImages) -> bytes:
    """A PNG of the first examples and what an autoencoder drew for them."""
    some = examples.images[:_RECONSTRUCTIONS]
    drawn = reconstruct(artifact.network, artifact.scaling, some)
    return pictures.reconstructions(some.astype(np.float32) / GREY_LEVELS, drawn)


def _drawn_values(drawn: DrawnEvaluation) -> dict[str, Any]:
    """What the report shows of a file of drawings."""
    return {
        "figures": drawn.figures(),
        "digits": _shown(drawn.digits, drawn.labelled) if drawn.digits else None,
        "by_source": drawn.by_source,
        "by_writer": drawn.by_writer[:10],
        "by_label": drawn.by_label,
        "accepted": [
            {
                "picture": pictures.picture(drawn.images[index]),
                "label": drawn.drawings[index].label,
                "digit": drawn.readings[index].digit,
                "confidence": drawn.readings[index].confidence,
            }
            for index in drawn.accepted_clear_non_digits()[:_ACCEPTED]
        ],
    }


def _seen_values(seen: PictureEvaluation) -> dict[str, Any]:
    """What the report shows of a folder of pictures."""
    return {
        "by_kind": seen.by_kind,
        "wrong": [
            {
                "file": one.picture.short_name,
                "picture": None if one.pixels is None else pictures.picture(one.pixels),
                "label": one.picture.label or "no digit",
                "read": one.text or "nothing",
                "verdict": one.verdict.value,
            }
            for one in seen.wrong
        ],
    }


def _shown(evaluation: Evaluation, examples: LabelledImages) -> dict[str, Any]:
    """An evaluation with its pictures."""
    return {
        "figures": evaluation,
        "confusion": figures.confusion_matrix(evaluation.confusion),
        "reliability": figures.reliability_plot(evaluation.reliability),
        "mistakes": [
            {"picture": pictures.picture(examples.images[mistake.index]), **asdict(mistake)}
            for mistake in evaluation.mistakes[:_MISTAKES]
        ],
    }


def _card_mistakes(evaluations: Sequence[DrawnEvaluation]) -> tuple[list[pictures.Picture], list[str]]:
    """The drawn digits that were read wrong, the most confident first, and what was made of each."""
    found = [
        (mistake.confidence, drawn.labelled.images[mistake.index], f"{mistake.label} read {mistake.digit}")
        for drawn in evaluations
        if drawn.digits
        for mistake in drawn.digits.mistakes
    ]
    found = sorted(found, key=lambda one: -one[0])[:_CARD_MISTAKES]
    return [picture for _, picture, _ in found], [label for *_, label in found]
