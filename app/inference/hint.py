"""Why a picture is refused or doubted, as far as the way to its ink tells."""

from collections.abc import Mapping
from types import MappingProxyType

from app.schemas import Hint, HintCode
from model.preprocess import StepName, Trace
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


def hint_for(verdict: Verdict, trace: Trace) -> Hint | None:
    """What to say beside a verdict; None if it is a digit, or nothing is known."""
    if verdict is Verdict.DIGIT or trace.source != "image":
        return None
    code = next((code for step, code in _CODES.items() if step in trace.step_names), None)
    if code is None and verdict is Verdict.BLANK:
        code = "nothing_stands_out"
    return None if code is None else Hint(code=code, text=_TEXTS[code])
