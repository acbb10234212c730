"""How well a candidate reads as exactly one digit, and how much speaks for parting two pieces.

A log-linear model: the score of a partition is the sum of its digits' and boundaries' features by their weights.
"""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from model.nn import Floats, log_sum_exp, softmax
from model.numbers.boxes import Box, around, height_of_line
from model.numbers.candidates import Candidate
from model.numbers.ink import Piece
from model.reading import Calibration

DIGIT_WEIGHTS = np.array([1.65, 5.82, 1.43, -4.46, -9.29])
"""Of `digit_features`, fitted by `bench/fit_numbers.py` to numbers made of the training drawings."""

BOUNDARY_WEIGHTS = np.array([0.82, -7.43, -2.87])
"""Of `boundary_features`, fitted with them."""

_MIN_LOG = -5.0
"""Below this one logarithm of a probability is as bad as another: one piece of rubbish must not decide all."""

_MUCH_HIGHER = 1.25
"""By the height of the tallest piece: no digit that it is part of is higher."""

_WIDE = 0.9
_LOW = 0.7
"""By the height of the tallest candidate: a digit is seldom wider, and seldom lower."""


def digit_features(
    pieces: Sequence[Piece], tried: Sequence[Candidate], logits: Floats, calibration: Calibration
) -> NDArray[np.float64]:
    """What speaks for and against each candidate being one digit.

    Args:
        pieces: from left to right.
        tried: the candidates.
        logits: (candidates, 10) that the network gives for them.
        calibration: of the network.

    Returns:
        (candidates, 5): the log-probability of being a digit, that of the likeliest digit, one for each digit there
        is, and how much wider and lower it is than usual.
    """
    logits = logits.astype(np.float64)
    odds = log_sum_exp(logits) + (calibration.reject_offset or 0.0)
    is_digit = -np.logaddexp(0.0, -odds)
    likeliest = np.log(softmax(logits / calibration.temperature).max(axis=1))
    boxes = [around(piece.box for piece in pieces[one.first : one.end]) for one in tried]
    width, height = (np.array([getattr(box, side) for box in boxes]) for side in ("width", "height"))
    lines = [pieces[one.first].line for one in tried]
    # Digits at different heights make a candidate as high as several.
    highest = _MUCH_HIGHER * _line_heights([piece.line for piece in pieces], [piece.box for piece in pieces])
    unit = np.minimum(_line_heights(lines, boxes), highest[[one.first for one in tried]])
    wide = np.maximum(width / unit - _WIDE, 0.0)
    low = np.maximum(_LOW - height / unit, 0.0)
    logs = np.maximum([is_digit, likeliest], _MIN_LOG)
    return np.stack([*logs, np.ones(len(tried)), wide, low], axis=1)


def boundary_features(pieces: Sequence[Piece]) -> NDArray[np.float64]:
    """What lies between each two neighbouring pieces.

    Returns:
        (pieces - 1, 3): their gap and their overlap from left to right, by the height of the tallest piece, and 1
        where they were cut apart; all 0 where a run ends.
    """
    features = np.zeros((max(len(pieces) - 1, 0), 3))
    heights = _line_heights([piece.line for piece in pieces], [piece.box for piece in pieces])
    start = 0
    for _, group in groupby(pieces, key=lambda piece: piece.run):
        run = list(group)
        features[start : start + len(run) - 1] = _in_run(run, float(heights[start]))
        start += len(run)
    return features


def _in_run(pieces: Sequence[Piece], line: float) -> NDArray[np.float64]:
    right = np.maximum.accumulate([piece.box.right for piece in pieces])[:-1]
    left = np.minimum.accumulate([piece.box.left for piece in pieces][::-1])[::-1][1:]
    gaps = np.clip((left - right) / line, -1.0, 0.5)
    is_cut = np.array([piece.is_cut for piece in pieces[1:]], np.float64)
    gaps *= 1 - is_cut  # the boxes of what a leaning line parts overlap, however well it parts them
    return np.stack([np.maximum(gaps, 0.0), np.maximum(-gaps, 0.0), is_cut], axis=1)


def _line_heights(lines: Sequence[int], boxes: Sequence[Box]) -> NDArray[np.float64]:
    """The height of the line that each box is in, (boxes,)."""
    heights = {
        line: height_of_line([box for box, its in zip(boxes, lines, strict=True) if its == line])
        for line in set(lines)
    }
    return np.array([heights[line] for line in lines])
