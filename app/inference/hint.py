"""Why ink is refused or doubted, as far as the way to it tells."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from app.schemas import Hint, HintCode
from model.numbers import UNKNOWN, Number
from model.preprocess import Preprocessed, StepName, Trace
from model.reading import Verdict

_TEXTS: Mapping[HintCode, str] = MappingProxyType(
    {
        "several_digits": "there may be several digits; /read reads numbers",
        "too_faint": "the ink is too faint to be told from the paper; write darker, or take a sharper picture",
        "nothing_stands_out": "nothing stands out from the paper",
        "frame_or_rules_removed": "a frame, rules or what lies along the edge were taken away; crop it to the ink",
        "part_of_a_larger_picture": "only a part of the picture was read; crop it to the digit",
    }
)

_CODES: Mapping[StepName, HintCode] = MappingProxyType(
    {
        "several": "several_digits",
        "too_faint": "too_faint",
        "frame": "frame_or_rules_removed",
        "edge": "frame_or_rules_removed",
        "rules": "frame_or_rules_removed",
        "sheet": "part_of_a_larger_picture",
        "pieces": "part_of_a_larger_picture",
    }
)
"""What a step hints at, the most telling first."""


def hint_for(verdict: Verdict, ink: Preprocessed) -> Hint | None:
    """What to say beside a verdict; None if it is a digit, or nothing is known."""
    if verdict is Verdict.DIGIT:
        return None
    code = _code_of(ink.trace)
    if code is None and verdict is Verdict.BLANK and ink.trace.source == "image":
        code = "nothing_stands_out"
    if code is None and _lies_apart(ink.pixels):
        code = "several_digits"
    return code and _hint(code)


def hint_for_number(number: Number, trace: Trace) -> Hint | None:
    """What to say beside a number; None if all of it was read, or nothing is known."""
    if number.text and UNKNOWN not in number.text:
        return None
    code = _code_of(trace)
    if code is None and not number.text and trace.source == "image":
        code = "nothing_stands_out"
    return None if code is None or code == "several_digits" else _hint(code)


def _code_of(trace: Trace) -> HintCode | None:
    return next((code for step, code in _CODES.items() if step in trace.step_names), None)


def _hint(code: HintCode) -> Hint:
    return Hint(code=code, text=_TEXTS[code])


def _lies_apart(pixels: NDArray[np.uint8]) -> bool:
    """Whether empty columns part ink that is about as high on their left as on their right."""
    tops = np.where(pixels.any(axis=0), pixels.shape[0] - np.argmax(pixels > 0, axis=0), 0)
    bottoms = np.where(pixels.any(axis=0), np.argmax(pixels[::-1] > 0, axis=0), pixels.shape[0])
    inked = np.flatnonzero(tops)
    parts = np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1)
    heights = [int(tops[part].max() - bottoms[part].min()) for part in parts if len(part)]
    return len(heights) > 1 and 2 * sorted(heights)[-2] > max(heights)
