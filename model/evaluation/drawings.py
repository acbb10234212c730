"""Judging weights by drawings: digits read right, by whom and from where, and what is no digit refused."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.artifact import Artifact
from model.data import CLEARLY_NO_DIGIT, Drawing, LabelledImages, drawn_images, is_digit
from model.evaluation.images import Evaluation, evaluate, logits
from model.reading import Prediction, Verdict, predict_logits

_LARGE_WRITER = 10
"""Digits by a writer from which a share says something of the hand."""


@dataclass(frozen=True, slots=True)
class Group:
    """Drawings that belong together.

    Attributes:
        name: of the source, the writer or the label.
        drawings: how many.
        right: of these, the digits read right.
        refused: of these, those not accepted: `not_a_digit`, `uncertain` or `blank`.
    """

    name: str
    drawings: int
    right: int
    refused: int


@dataclass(frozen=True, eq=False)
class DrawnEvaluation:
    """What weights make of drawings.

    Attributes:
        drawings: all of them.
        images: (drawings, 28, 28), as the network saw them.
        readings: one for each.
        digits: the figures of those that are digits; None if none is.
    """

    drawings: Sequence[Drawing]
    images: NDArray[np.uint8]
    readings: Sequence[Prediction]
    digits: Evaluation | None

    @property
    def by_source(self) -> list[Group]:
        """The digits of each source, the largest first."""
        return self._groups([drawing.source or "unknown" for drawing in self.drawings], only_digits=True)

    @property
    def by_writer(self) -> list[Group]:
        """The digits of each writer who drew enough of them, the worst read first."""
        writers = self._groups([f"{one.source}/{one.writer}" for one in self.drawings], only_digits=True)
        large = [group for group in writers if group.drawings >= _LARGE_WRITER]
        return sorted(large, key=lambda group: group.right / group.drawings)

    @property
    def by_label(self) -> list[Group]:
        """The drawings that are no digits, by what they were meant as; the least refused first."""
        labels = self._groups([drawing.label for drawing in self.drawings], only_digits=False)
        return sorted(labels, key=lambda group: (group.refused / group.drawings, group.name))

    @property
    def labelled(self) -> LabelledImages:
        """The digits as images with their labels, in the order of `digits`."""
        indices = [index for index, drawing in enumerate(self.drawings) if is_digit(drawing)]
        labels = np.array([int(self.drawings[index].label) for index in indices], np.uint8)
        return LabelledImages(self.images[np.array(indices, np.int64)], labels)

    def accepted_clear_non_digits(self) -> list[int]:
        """Indices of those that passed for digits, the most confident first."""
        accepted = [
            index
            for index, (drawing, reading) in enumerate(zip(self.drawings, self.readings, strict=True))
            if _kind(drawing) == "clear non-digits" and reading.verdict is Verdict.DIGIT
        ]
        return sorted(accepted, key=lambda index: -self.readings[index].confidence)

    def verdicts(self) -> dict[str, dict[str, int]]:
        """How often each verdict was given to digits, to clear non-digits and to other ink."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for drawing, reading in zip(self.drawings, self.readings, strict=True):
            counts[_kind(drawing)][reading.verdict.value] += 1
        return {kind: {verdict.value: counts[kind][verdict.value] for verdict in Verdict} for kind in sorted(counts)}

    def refused(self, kind: str) -> float | None:
        """The share 0 to 1 of a kind of drawings (see `verdicts`) that was not accepted as a digit."""
        found = self.verdicts().get(kind)
        return 1 - found["digit"] / sum(found.values()) if found else None

    def figures(self) -> dict[str, Any]:
        """Everything as JSON."""
        digits = self.digits
        of_digits: dict[str, Any] = {}
        if digits:
            of_digits = {
                "digits": digits.images,
                "accuracy": round(digits.accuracy, 4),
                "calibration_error": round(digits.calibration_error, 4),
                "refused_digits": _rounded(self.refused("digits")),
                "precision": [round(share, 4) for share in digits.precision],
                "recall": [round(share, 4) for share in digits.recall],
                "confusion": digits.confusion.tolist(),
                "by_source": {
                    group.name: {"digits": group.drawings, "accuracy": round(group.right / group.drawings, 4)}
                    for group in self.by_source
                },
                "writers": len({(one.source, one.writer) for one in self.drawings if is_digit(one)}),
                "worst_writers": {
                    group.name: {"digits": group.drawings, "accuracy": round(group.right / group.drawings, 4)}
                    for group in self.by_writer[:5]
                },
            }
        of_others: dict[str, Any] = {}
        if self.by_label:
            of_others = {
                "refused_clear_non_digits": _rounded(self.refused("clear non-digits")),
                "refused_others": _rounded(self.refused("others")),
                "refused_by_label": {
                    group.name: {"drawings": group.drawings, "refused": round(group.refused / group.drawings, 4)}
                    for group in self.by_label
                },
            }
        return {"drawings": len(self.drawings), **of_digits, **of_others, "verdicts": self.verdicts()}

    def _groups(self, names: Sequence[str], *, only_digits: bool) -> list[Group]:
        """The digits, or what is none, grouped by their names, the largest group first."""
        members: dict[str, list[int]] = defaultdict(list)
        for index, (drawing, name) in enumerate(zip(self.drawings, names, strict=True)):
            if is_digit(drawing) is only_digits:
                members[name].append(index)
        groups = [
            Group(
                name,
                len(indices),
                sum(self.drawings[index].label == str(self.readings[index].likeliest) for index in indices),
                sum(self.readings[index].verdict is not Verdict.DIGIT for index in indices),
            )
            for name, indices in members.items()
        ]
        return sorted(groups, key=lambda group: (-group.drawings, group.name))


def evaluate_drawings(
    artifact: Artifact, drawings: Sequence[Drawing], images: NDArray[np.uint8] | None = None
) -> DrawnEvaluation:
    """Read drawings as the service would.

    Args:
        artifact: weights of a classifier.
        drawings: at least one.
        images: (drawings, 28, 28), if they are to be read from something else than their strokes.

    Raises:
        ArtifactError: the weights read no digits.
    """
    calibration, thresholds = artifact.decision_rule()
    images = drawn_images(drawings) if images is None else images
    rows = logits(artifact.network, artifact.scaling, images)
    digits = np.array([index for index, drawing in enumerate(drawings) if is_digit(drawing)], np.int64)
    labels = np.array([int(drawings[index].label) for index in digits], np.uint8)
    return DrawnEvaluation(
        drawings=drawings,
        images=images,
        readings=predict_logits(rows, calibration, thresholds),
        digits=evaluate(
            artifact.network,
            artifact.scaling,
            calibration,
            artifact.loss,
            LabelledImages(images[digits], labels),
        )
        if len(digits)
        else None,
    )


def _kind(drawing: Drawing) -> str:
    if is_digit(drawing):
        return "digits"
    return "clear non-digits" if drawing.label in CLEARLY_NO_DIGIT else "others"


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
