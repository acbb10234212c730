"""From logits to what is said of the ink: calibrated probabilities, and whether to believe them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from model.activations import Floats
from model.softmax import log_sum_exp, softmax


class Verdict(StrEnum):
    """What the ink is taken for."""

    DIGIT = "digit"
    UNCERTAIN = "uncertain"
    NOT_A_DIGIT = "not_a_digit"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns this network's logits into probabilities that mean what they say (`model.calibration` fits it).

    Attributes:
        temperature: the logits are divided by it before the softmax; above 1 the network was too sure.
    """

    temperature: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on the network is believed.

    Attributes:
        confidence: below this probability of the likeliest digit the verdict is `uncertain`.
        energy: below this log-sum-exp of the logits the ink resembles no digit and the verdict is `not_a_digit`
            (Liu et al. 2020, "Energy-based out-of-distribution detection"; the sign is turned round).
    """

    confidence: float
    energy: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says of one drawing.

    Attributes:
        probabilities: float (10,), calibrated, summing to 1.
        verdict: whether to believe them.
    """

    probabilities: Floats
    verdict: Verdict

    @property
    def likeliest(self) -> int:
        """The digit with the highest probability, whatever the verdict."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """The highest probability."""
        return float(self.probabilities.max())

    @property
    def digit(self) -> int | None:
        """The digit read; None where the verdict is `blank` or `not_a_digit`."""
        return self.likeliest if self.verdict in {Verdict.DIGIT, Verdict.UNCERTAIN} else None


def read_logits(logits: Floats, calibration: Calibration, thresholds: Thresholds) -> Reading:
    """Judge the logits (10,) of one drawing."""
    # In double precision, so that the ten sum to 1 within what JSON shows.
    scaled = logits.astype(np.float64) / calibration.temperature
    probabilities = softmax(scaled)
    if float(log_sum_exp(logits)) < thresholds.energy:
        verdict = Verdict.NOT_A_DIGIT
    elif probabilities.max() < thresholds.confidence:
        verdict = Verdict.UNCERTAIN
    else:
        verdict = Verdict.DIGIT
    return Reading(probabilities, verdict)


def blank_reading(classes: int = 10) -> Reading:
    """The reading of no ink at all: every digit as likely as any other."""
    return Reading(np.full(classes, 1 / classes), Verdict.BLANK)
