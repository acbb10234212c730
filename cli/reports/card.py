"""The figures of `digits evaluate` for the service's page `/model`."""

import base64
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from app.weights import (
    DigitFigures,
    MistakePicture,
    ModelCard,
    PictureKind,
    ReliabilityBin,
    Sign,
    Source,
    Sweep,
    SweepStep,
    VerdictCounts,
)
from cli.reports import pictures
from cli.views.findings import Findings
from model.data import LabelledImages
from model.errors import DataError
from model.evaluation import DrawnEvaluation, Evaluation, Reliability, evaluate
from model.files import atomic_write

_MISTAKES = 48
"""Pictures on the whole card, so that the page stays light."""

_SIGN_DRAWINGS = 20
"""Drawings of a letter or sign from which a share says something."""


def write_card(path: Path, findings: Findings) -> None:
    """Write the card as JSON, whole or not at all.

    Raises:
        DataError: the file cannot be written.
    """
    card = model_card(findings)
    try:
        with atomic_write(path) as file:
            file.write(card.model_dump_json(indent=1).encode() + b"\n")
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror}") from error


def model_card(findings: Findings) -> ModelCard:
    """All that was found out of the weights, as the service's page shows it."""
    measured = list(_measured(findings))
    drawn = list(findings.drawings.values())
    most = _MISTAKES // max(1, len(measured))
    return ModelCard(
        sha256=findings.artifact.sha256,
        digits=[_digits(name, evaluation, images, drawing, most) for name, evaluation, images, drawing in measured],
        verdicts=_verdicts(drawn),
        signs=_signs(drawn),
        swept_digits=findings.swept_digits,
        sweeps=[
            Sweep(
                name=name,
                steps=[
                    SweepStep(
                        condition=step.condition, accuracy=_rounded(step.accuracy), refused=_rounded(step.refused)
                    )
                    for step in steps
                ],
            )
            for name, steps in findings.sweeps.items()
        ],
        pictures=[PictureKind(**asdict(group)) for group in findings.picture_kinds],
    )


def _measured(findings: Findings) -> Iterator[tuple[str, Evaluation, LabelledImages, DrawnEvaluation | None]]:
    """Each set of labelled digits: its name, how it was read, its images, and the drawings they come from."""
    artifact = findings.artifact
    calibration, _ = artifact.decision_rule()
    if findings.mnist:
        loss = artifact.loss
        yield (
            "MNIST test",
            evaluate(artifact.network, artifact.scaling, calibration, loss, findings.mnist),
            findings.mnist,
            None,
        )
    for name, drawn in findings.drawings.items():
        if drawn.digits:
            yield Path(name).name, drawn.digits, drawn.labelled, drawn


def _digits(
    name: str, evaluation: Evaluation, images: LabelledImages, drawn: DrawnEvaluation | None, most_mistakes: int
) -> DigitFigures:
    return DigitFigures(
        name=name,
        writers=drawn.figures()["writers"] if drawn else None,
        confusion=evaluation.confusion.tolist(),
        calibration_error=_rounded(evaluation.calibration_error),
        reliability=_bins(evaluation.reliability),
        sources=[Source(name=one.name, digits=one.drawings, right=one.right) for one in drawn.by_source]
        if drawn
        else [],
        mistakes=[
            MistakePicture(
                label=mistake.label,
                digit=mistake.digit,
                confidence=_rounded(mistake.confidence),
                picture=base64.b64encode(pictures.picture_png(images.images[mistake.index])).decode(),
            )
            for mistake in evaluation.mistakes[:most_mistakes]
        ],
    )


def _bins(reliability: Reliability) -> list[ReliabilityBin]:
    return [
        ReliabilityBin(confidence=_rounded(confidence), accuracy=_rounded(accuracy), images=images)
        for confidence, accuracy, images in zip(
            reliability.confidence, reliability.accuracy, reliability.images, strict=True
        )
    ]


def _verdicts(drawn: Sequence[DrawnEvaluation]) -> list[VerdictCounts]:
    """The verdicts on all files of drawings together, the digits first."""
    counts: dict[str, Counter[str]] = {}
    for evaluation in drawn:
        for kind, verdicts in evaluation.verdicts().items():
            counts.setdefault(kind, Counter()).update(verdicts)
    kinds = sorted(counts, key=lambda kind: (kind != "digits", kind))
    return [VerdictCounts(kind=kind, **counts[kind]) for kind in kinds]


def _signs(drawn: Sequence[DrawnEvaluation]) -> list[Sign]:
    """The letters and signs of which there are enough drawings, in all files together, the least refused first."""
    drawings: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for evaluation in drawn:
        for group in evaluation.by_label:
            drawings[group.name] += group.drawings
            refused[group.name] += group.refused
    labels = [label for label, count in drawings.items() if count >= _SIGN_DRAWINGS]
    labels.sort(key=lambda label: (refused[label] / drawings[label], label))
    return [Sign(label=label, drawings=drawings[label], refused=refused[label]) for label in labels]


def _rounded(share: float) -> float:
    return round(share, 4)
