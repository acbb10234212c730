"""What the service says of ink, as values that do not change. docs/api.md describes each field."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["digit", "uncertain", "not_a_digit", "blank"]
"""`digit`: read. `uncertain`: read, but not surely. `not_a_digit`: ink that resembles none. `blank`: no ink."""


@dataclass(frozen=True, slots=True)
class Model:
    """The weights that made a reply.

    Attributes:
        name: of the recipe they were trained by.
        version: of the package that trained them.
        sha256: of the weights file, 64 hexadecimal digits.
    """

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another digit that the ink may be.

    Attributes:
        digit: 0 to 9.
        probability: 0 to 1.
    """

    digit: int
    probability: float


@dataclass(frozen=True, slots=True)
class Hint:
    """Why ink is refused or doubted.

    Attributes:
        code: for programs, such as `several_digits`.
        text: for people.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read in a drawing of one digit.

    Attributes:
        digit: the likeliest, 0 to 9; None where the verdict is `blank` or `not_a_digit`.
        probabilities: of the digits 0 to 9, (10,): calibrated, summing to 1.
        confidence: the highest of them.
        verdict: what the reading is worth.
        alternatives: the next likeliest digits, likeliest first, at most three.
        model: the weights that read it.
        hint: where the verdict is not `digit`: why that may be, if that can be told.
    """

    digit: int | None
    probabilities: tuple[float, ...]
    confidence: float
    verdict: Verdict
    alternatives: tuple[Alternative, ...]
    model: Model
    hint: Hint | None = None


@dataclass(frozen=True, slots=True)
class DigitOfNumber:
    """One digit of a number.

    Attributes:
        digit: the likeliest, 0 to 9; None where the verdict is `not_a_digit`.
        probabilities: of the digits 0 to 9, (10,): calibrated, summing to 1.
        confidence: the highest of them.
        verdict: what the reading is worth.
        box: left, top, right and bottom of its ink, in the units sent.
        line: the row it is in, from 0 at the top.
        place: of its character in the number's text.
    """

    digit: int | None
    probabilities: tuple[float, ...]
    confidence: float
    verdict: Verdict
    box: tuple[float, float, float, float]
    line: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class SignOfNumber:
    """A sign beside the digits of a number.

    Attributes:
        sign: one of `-+=.,:/`, or `?` for a small mark that is none of these.
        box: left, top, right and bottom of its ink, in the units sent.
        line: the row it is in, from 0 at the top.
        place: of its character in the number's text.
    """

    sign: str
    box: tuple[float, float, float, float]
    line: int
    place: int


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What is read in a drawing of several digits side by side.

    Attributes:
        text: digits and signs from left to right, with a line break between two rows and `?` for what is neither;
            empty if there is no ink.
        digits: the digits one by one.
        model: the weights that read them.
        signs: the signs, one by one.
        spaced_text: the text with a space wherever as much room is left as a digit takes.
        hint: of a picture in which not all could be read: why that may be, if that can be told.
    """

    text: str
    digits: tuple[DigitOfNumber, ...]
    model: Model
    signs: tuple[SignOfNumber, ...] = ()
    spaced_text: str = ""
    hint: Hint | None = None
