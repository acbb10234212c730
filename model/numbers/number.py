"""Several digits side by side, read as a number by the network that reads one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.nn import Floats, log_sum_exp
from model.numbers.boxes import Box
from model.numbers.candidates import Candidate, find_candidates
from model.numbers.ink import UNKNOWN, Piece, PiecedInk, Sign
from model.numbers.layout import MAX_DIGITS, too_many_digits
from model.numbers.partition import best_partition
from model.numbers.score import BOUNDARY_WEIGHTS, DIGIT_WEIGHTS, boundary_features, digit_features
from model.preprocess import Preprocessed
from model.reading import Calibration, Prediction, Thresholds, Verdict, predict_logits

_WIDE = 1.15
"""Ink wider than this, for its height, is seldom one digit."""

_TALL = 0.25
"""By the height of all strokes: what is so high above an empty band, and under it, may be two rows."""


_CERTAIN = 100.0
"""Added to the score of a sign: no digit can be made of it and its neighbours."""


@dataclass(frozen=True, slots=True)
class DigitOfNumber:
    """One digit of a number.

    Attributes:
        reading: what the network says of it, as of a drawing of its own.
        box: around its ink, in the caller's units.
        ink: the same as the network sees it.
        line: the row that it is in, from 0.
        place: of its character in the text.
    """

    reading: Prediction
    box: Box
    ink: Preprocessed
    line: int
    place: int

    @property
    def character(self) -> str:
        """The digit, or a question mark for what is none."""
        digit = self.reading.digit
        return UNKNOWN if digit is None else str(digit)


@dataclass(frozen=True, slots=True)
class Number:
    """What is read in ink of several digits, row by row from left to right.

    Attributes:
        text: digits and signs, with a line break after each row but the last.
        spaced_text: the same with a space wherever there is room for a digit.
        digits: the digits, and what is as large as one and none.
        signs: those beside them; `place` is that of their character in the text.
    """

    text: str
    spaced_text: str
    digits: list[DigitOfNumber]
    signs: list[Sign]

    @property
    def is_one(self) -> bool:
        """Whether this is a number, more than one character long, rather than one digit, or something else."""
        known = sum(map(str.isdigit, self.text))
        return len(self.digits) + len(self.signs) > 1 and known >= max(1, 2 * self.text.count(UNKNOWN))


def read_number(
    ink: PiecedInk,
    logits_of: Callable[[list[Preprocessed]], Floats],
    calibration: Calibration,
    thresholds: Thresholds,
) -> Number:
    """Divide ink among digits, and read each.

    Args:
        ink: in pieces.
        logits_of: the network: logits (drawings, 10) of drawings.
        calibration: of the network.
        thresholds: of the network.

    Raises:
        InkError: there are more digits than are read at once.
    """
    if not ink.pieces:
        return _put_together([], ink.signs)
    divided = [_divide(ink, logits_of, calibration, thresholds)]
    if divided[0].is_cut or (log_sum_exp(divided[0].logits) < thresholds.energy).any():
        divided += [_divide(one, logits_of, calibration, thresholds) for one in ink.leaning()]
    return _read(max(divided, key=lambda one: one.score), calibration, thresholds)


class _Divided(NamedTuple):
    """Ink divided among digits in the best way."""

    score: float
    ink: PiecedInk
    digits: list[Candidate]
    inks: list[Preprocessed]
    logits: Floats
    are_signs: list[bool]

    @property
    def is_cut(self) -> bool:
        """Whether a cut lies between two of its digits."""
        return any(self.ink.pieces[one.first].is_cut for one in self.digits)


def _divide(
    ink: PiecedInk,
    logits_of: Callable[[list[Preprocessed]], Floats],
    calibration: Calibration,
    thresholds: Thresholds,
) -> _Divided:
    pieces = ink.pieces
    tried = find_candidates(pieces)
    inks = [ink.preprocess(one.first, one.end) for one in tried]
    logits = logits_of(inks)
    scores = digit_features(pieces, tried, logits, calibration) @ DIGIT_WEIGHTS
    splits = boundary_features(pieces) @ BOUNDARY_WEIGHTS
    signs_alone = [_is_sign(pieces, one, its, thresholds) for one, its in zip(tried, logits, strict=True)]
    scores[signs_alone] += _CERTAIN
    best = best_partition(tried, scores, splits)
    digits = [tried[index] for index in best]
    score = float(scores[best].sum() + sum(splits[one.first - 1] for one in digits if one.first))
    chosen = [inks[index] for index in best], logits[best], [signs_alone[index] for index in best]
    return _Divided(score, ink, digits, *chosen)


def _read(divided: _Divided, calibration: Calibration, thresholds: Thresholds) -> Number:
    ink, pieces = divided.ink, divided.ink.pieces
    if len(divided.digits) > MAX_DIGITS:
        raise too_many_digits(f"{len(divided.digits)} digits")
    readings = predict_logits(divided.logits, calibration, thresholds)
    digits: list[DigitOfNumber] = []
    signs = list(ink.signs)
    for one, its, reading, is_sign in zip(divided.digits, divided.inks, readings, divided.are_signs, strict=True):
        box, piece = ink.sent_box(one.first, one.end), pieces[one.first]
        # The places are those among the pieces for now.
        if piece.sign and is_sign:
            signs.append(Sign(piece.sign, box, piece.line, one.first))
        else:
            digits.append(DigitOfNumber(reading, box, its, piece.line, one.first))
    return _put_together(digits, signs)


def _is_sign(pieces: Sequence[Piece], one: Candidate, logits: Floats, thresholds: Thresholds) -> bool:
    """Whether a piece that may be a sign is one, since it is no digit."""
    is_alone = one.end == one.first + 1 and pieces[one.first].sign is not None
    return is_alone and bool(log_sum_exp(logits[None])[0] < thresholds.energy)


def _put_together(digits: Sequence[DigitOfNumber], signs: Sequence[Sign]) -> Number:
    """Digits and signs whose places are those among the pieces, as a text in which they have places of their own."""
    # Before the piece of the same place: it is the sign that parts it from the one before.
    symbols: list[DigitOfNumber | Sign] = [*signs, *digits]
    symbols.sort(key=lambda one: (one.line, one.place, isinstance(one, DigitOfNumber)))
    text, spaced = "", ""
    placed: list[DigitOfNumber | Sign] = []
    for symbol, (is_new_line, is_far) in zip(symbols, _gaps(symbols), strict=True):
        text += "\n" * is_new_line
        spaced += "\n" * is_new_line + " " * is_far
        placed.append(replace(symbol, place=len(text)))
        character = symbol.sign if isinstance(symbol, Sign) else symbol.character
        text, spaced = text + character, spaced + character
    return Number(
        text,
        spaced,
        [one for one in placed if isinstance(one, DigitOfNumber)],
        [one for one in placed if isinstance(one, Sign)],
    )


def _gaps(symbols: Sequence[DigitOfNumber | Sign]) -> Iterator[tuple[bool, bool]]:
    """Whether each symbol begins a row, and whether there is room for a digit between it and the one before."""
    digits = [one.box for one in symbols if isinstance(one, DigitOfNumber)]
    # A digit of average proportions is six tenths as wide as high; a 1 has hardly any width.
    room = max(float(np.median([max(box.width, 0.6 * box.height) for box in digits])), 0.0) if digits else np.inf
    line, right = 0, np.inf
    for symbol in symbols:
        is_new_line = symbol.line > line
        yield is_new_line, not is_new_line and symbol.box.left - right >= room
        right = symbol.box.right if is_new_line or right == np.inf else max(right, symbol.box.right)
        line = symbol.line


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
    height = bottom.max() - top.min()
    if right.max() - left.min() > _WIDE * height:
        return True
    if len(boxes) == 1:
        return False
    # Whether a line from top to bottom parts the strokes without touching one, or a level one does between two rows.
    return any(True for _ in _partings(left, right)) or any(
        above - top.min() > _TALL * height and bottom.max() - below > _TALL * height
        for above, below in _partings(top, bottom)
    )


def _partings(low: NDArray[np.float64], high: NDArray[np.float64]) -> Iterator[tuple[float, float]]:
    """Where nothing lies between ranges from low to high: the ends of each empty one."""
    reach = np.inf
    for start, end in sorted(zip(low.tolist(), high.tolist(), strict=True)):
        if start > reach:
            yield reach, start
        reach = end if reach == np.inf else max(reach, end)
