"""Several digits side by side, read as a number by the network that reads one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.nn import Floats
from model.numbers.boxes import Box
from model.numbers.candidates import find_candidates
from model.numbers.ink import PiecedInk
from model.numbers.partition import best_partition
from model.numbers.score import BOUNDARY_WEIGHTS, DIGIT_WEIGHTS, boundary_features, digit_features
from model.preprocess import Preprocessed
from model.reading import Calibration, Prediction, Thresholds, Verdict, predict_logits

_WIDE = 1.15
"""Ink wider than this, for its height, is seldom one digit."""


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


def may_be_several(reading: Prediction, strokes: Sequence[NDArray[np.float64]] | None) -> bool:
    """Whether ink that was read as one digit is worth reading as a number.

    Not if it is one sure digit, in one piece and not wide.

    Args:
        reading: of all the ink.
        strokes: the ink, (points, 2) each; None for a picture.
    """
    if reading.verdict is Verdict.BLANK:
        return False
    if reading.verdict is not Verdict.DIGIT or strokes is None:
        return True
    boxes = [(*stroke.min(axis=0), *stroke.max(axis=0)) for stroke in strokes if len(stroke)]
    left, top, right, bottom = np.array(boxes).T
    if right.max() - left.min() > _WIDE * (bottom.max() - top.min()):
        return True
    # Whether a line from top to bottom parts the strokes without touching one.
    reach = -np.inf
    for start, end in sorted(zip(left.tolist(), right.tolist(), strict=True)):
        if start > reach > -np.inf:
            return True
        reach = max(reach, end)
    return False


def is_number(digits: Sequence[DigitOfNumber]) -> bool:
    """Whether ink read as a number is one: several digits, and nothing among them that is none."""
    return len(digits) > 1 and all(one.reading.digit is not None for one in digits)


def text_of(digits: list[DigitOfNumber]) -> str:
    """The digits as a text, with a question mark for each that is none."""
    return "".join("?" if one.reading.digit is None else str(one.reading.digit) for one in digits)
