"""Several digits side by side, read as a number by the network that reads one."""

from collections.abc import Callable
from dataclasses import dataclass

from model.nn import Floats
from model.numbers.boxes import Box
from model.numbers.candidates import find_candidates
from model.numbers.ink import PiecedInk
from model.numbers.partition import best_partition
from model.numbers.score import BOUNDARY_WEIGHTS, DIGIT_WEIGHTS, boundary_features, digit_features
from model.preprocess import Preprocessed
from model.reading import Calibration, Prediction, Thresholds, predict_logits


@dataclass(frozen=True, slots=True)
class DigitOfNumber:
    """One digit of a number.

    Attributes:
        reading: what the network says of it, as of a drawing of its own.
        box: around its ink, in the caller's units.
        ink: the same as the network sees it.
    """

    reading: Prediction
    box: Box
    ink: Preprocessed


def read_number(
    ink: PiecedInk,
    logits_of: Callable[[list[Preprocessed]], Floats],
    calibration: Calibration,
    thresholds: Thresholds,
) -> list[DigitOfNumber]:
    """Divide ink among digits, and read each.

    Args:
        ink: in pieces.
        logits_of: the network: logits (drawings, 10) of drawings.
        calibration: of the network.
        thresholds: of the network.

    Returns:
        The digits from left to right; none if there is no ink.
    """
    pieces = ink.pieces
    if not pieces:
        return []
    tried = find_candidates(pieces)
    inks = [ink.preprocess(one.first, one.end) for one in tried]
    logits = logits_of(inks)
    scores = digit_features(pieces, tried, logits, calibration) @ DIGIT_WEIGHTS
    splits = boundary_features(pieces) @ BOUNDARY_WEIGHTS
    best = best_partition(tried, scores, splits)
    readings = predict_logits(logits[best], calibration, thresholds)
    boxes = [ink.sent_box(tried[index].first, tried[index].end) for index in best]
    return [
        DigitOfNumber(reading, box, inks[index]) for reading, box, index in zip(readings, boxes, best, strict=True)
    ]


def text_of(digits: list[DigitOfNumber]) -> str:
    """The digits as a text, with a question mark for each that is none."""
    return "".join("?" if one.reading.digit is None else str(one.reading.digit) for one in digits)
