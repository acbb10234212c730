"""Judging weights by pictures, read as the service reads them: by kind, right, doubted and taken for no digit."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classifier import Classifier
from model.data import MAX_PIXELS, LabelledPicture, preprocess_labelled
from model.errors import DataError, InkError
from model.evaluation.calibration import reliability
from model.numbers import PiecedImage
from model.reading import Prediction, Verdict

_READ = set("0123456789?")


@dataclass(frozen=True, slots=True)
class PictureReading:
    """What was read in one picture.

    Attributes:
        picture: it, with its label.
        text: the likeliest digit, or the digits of a number; empty if there was nothing to read.
        verdict: on the digit; on a number the worst of its digits'.
        probabilities: (10,) of a digit; None for a number, and if there was nothing to read.
        pixels: (28, 28), what the network saw of a digit; None likewise.
    """

    picture: LabelledPicture
    text: str
    verdict: Verdict
    probabilities: NDArray[np.floating] | None = None
    pixels: NDArray[np.uint8] | None = None

    @property
    def right(self) -> bool:
        """Whether it was read as its label says; what is no digit is right if it is not accepted as one."""
        if self.picture.task == "none":
            return self.verdict is not Verdict.DIGIT
        accepted = self.picture.task == "number" or self.verdict in {Verdict.DIGIT, Verdict.UNCERTAIN}
        return accepted and self.text == self.picture.label


@dataclass(frozen=True, slots=True)
class PictureGroup:
    """Pictures of one kind.

    Attributes:
        name: of the kind.
        pictures: how many.
        right: of these, read right, whether or not they were doubted; of what is no digit, not accepted as one.
        doubted: of these, those with the verdict `uncertain`.
        no_digit: of these, those with the verdict `not_a_digit` or `blank`.
    """

    name: str
    pictures: int
    right: int
    doubted: int
    no_digit: int


@dataclass(frozen=True, slots=True)
class PictureEvaluation:
    """What weights make of pictures: a reading of each, in the order given."""

    readings: Sequence[PictureReading]

    @property
    def by_kind(self) -> list[PictureGroup]:
        """The digits together and by kind, the numbers, and what is neither; those that there are."""
        groups: dict[str, list[PictureReading]] = defaultdict(list)
        for reading in self.readings:
            if reading.picture.task == "digit":
                groups["digits"].append(reading)
        kinds = sorted({one.picture.kind for one in groups["digits"]})
        names = {"number": "numbers", "none": "no digit"}
        for reading in self.readings:
            picture = reading.picture
            groups[names.get(picture.task, f"digits: {picture.kind}")].append(reading)
        order = ["digits", *(f"digits: {kind}" for kind in kinds), "numbers", "no digit"]
        return [_group(name, groups[name]) for name in order if groups[name]]

    @property
    def wrong(self) -> list[PictureReading]:
        """Those not read right, the most confident first."""
        wrong = [reading for reading in self.readings if not reading.right]
        return sorted(wrong, key=lambda one: 0.0 if one.probabilities is None else -one.probabilities.max())

    @property
    def calibration_error(self) -> float | None:
        """Expected calibration error, 0 to 1, over the digits with ink; None if there are none."""
        inked = [
            (one.probabilities, int(one.picture.label or 0))
            for one in self.readings
            if one.picture.task == "digit" and one.probabilities is not None
        ]
        if not inked:
            return None
        probabilities, labels = zip(*inked, strict=True)
        return reliability(np.stack(probabilities), np.array(labels, np.uint8)).expected_error

    def figures(self) -> dict[str, Any]:
        """Everything as JSON, with the files that are not read right."""
        error = self.calibration_error
        return {
            "pictures": len(self.readings),
            **({} if error is None else {"calibration_error": round(error, 4)}),
            "by_kind": {
                group.name: {
                    "pictures": group.pictures,
                    "right": group.right,
                    "share_right": round(group.right / group.pictures, 4),
                    "doubted": group.doubted,
                    "no_digit": group.no_digit,
                }
                for group in self.by_kind
            },
            "wrong": [
                {"file": one.picture.short_name, "label": one.picture.label, "read": one.text, "verdict": one.verdict}
                for one in self.wrong
            ],
        }


def evaluate_pictures(
    classifier: Classifier, pictures: Sequence[LabelledPicture], on_problem: Callable[[str], None] = lambda _: None
) -> PictureEvaluation:
    """Read pictures as the service would.

    Args:
        classifier: that reads them.
        pictures: with their labels.
        on_problem: called with each that is no image, which is passed over.

    Raises:
        DataError: none of them is an image.
    """
    readings: list[PictureReading] = []
    for picture in pictures:
        try:
            readings.append(_read(classifier, picture))
        except InkError as error:
            on_problem(f"{picture.name}: {error}")
    if not readings:
        raise DataError("none of the pictures can be read")
    return PictureEvaluation(readings)


def _read(classifier: Classifier, picture: LabelledPicture) -> PictureReading:
    """What is read in a picture.

    Raises:
        InkError: it is no image, or more is on it than is read at once.
    """
    if picture.task == "number":
        number = classifier.read_number(PiecedImage.of_file(picture.content(), MAX_PIXELS))
        text = "".join(one for one in number.text if one in _READ)
        return PictureReading(picture, text, _worst([one.reading for one in number.digits]))
    ink = preprocess_labelled(picture)
    if ink.is_blank:
        return PictureReading(picture, "", Verdict.BLANK)
    reading = classifier.predict(ink)
    return PictureReading(picture, str(reading.likeliest), reading.verdict, reading.probabilities, ink.pixels)


def _worst(readings: Sequence[Prediction]) -> Verdict:
    found = {reading.verdict for reading in readings}
    for verdict in (Verdict.NOT_A_DIGIT, Verdict.UNCERTAIN, Verdict.DIGIT):
        if verdict in found:
            return verdict
    return Verdict.BLANK


def _group(name: str, readings: Sequence[PictureReading]) -> PictureGroup:
    return PictureGroup(
        name,
        pictures=len(readings),
        right=sum(one.right for one in readings),
        doubted=sum(one.verdict is Verdict.UNCERTAIN for one in readings),
        no_digit=sum(one.verdict in {Verdict.NOT_A_DIGIT, Verdict.BLANK} for one in readings),
    )
