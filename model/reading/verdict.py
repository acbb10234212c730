"""From logits to what is said of the ink: calibrated probabilities, and whether to believe them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from model.nn import Floats, log_sum_exp, softmax


class Verdict(StrEnum):
    """What the ink is taken for."""

    DIGIT = "digit"
    UNCERTAIN = "uncertain"
    NOT_A_DIGIT = "not_a_digit"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns logits into probabilities that mean what they say (`model.evaluation.calibration` fits it).

    Attributes:
        temperature: the logits are divided by it before the softmax; above 1 the network was too sure.
        reject_offset: if the network was trained with what is no digit (`model.optim.losses.RejectCrossEntropy`), the
            log-sum-exp of its logits is the log-odds that there is a digit at all, and this is added to it, since
            people draw what is none more rarely than training did; None if it was not.
    """

    temperature: float
    reject_offset: float | None = None

    def probabilities(self, logits: Floats) -> Floats:
        """Calibrated probabilities (..., classes), summing to 1, of logits (..., classes).

        As far as it is no digit, each digit is as likely as any other: ink that is none must not look like a sure
        seven because it resembles the other nine even less.
        """
        # In double precision, so that they sum to 1 within what JSON shows.
        logits = logits.astype(np.float64)
        none_of_them = self.no_digit(logits)[..., None]
        probabilities: Floats = (1 - none_of_them) * softmax(logits / self.temperature)
        probabilities += none_of_them / logits.shape[-1]
        return probabilities

    def no_digit(self, logits: Floats) -> Floats:
        """The probability (...) that logits (..., classes) are of no digit; 0 if the network cannot tell."""
        if self.reject_offset is None:
            return np.zeros(logits.shape[:-1])
        no_digit: Floats = np.exp(-np.logaddexp(0, log_sum_exp(logits.astype(np.float64)) + self.reject_offset))
        return no_digit


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
class Prediction:
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


def predict_logits(logits: Floats, calibration: Calibration, thresholds: Thresholds) -> list[Prediction]:
    """Judge the logits (drawings, 10) of drawings with ink, each on its own."""
    probabilities = calibration.probabilities(logits)
    energies, confidences = log_sum_exp(logits).tolist(), probabilities.max(axis=1).tolist()
    return [
        Prediction(row, _verdict(energy, confidence, thresholds))
        for row, energy, confidence in zip(probabilities, energies, confidences, strict=True)
    ]


def _verdict(energy: float, confidence: float, thresholds: Thresholds) -> Verdict:
    if energy < thresholds.energy:
        return Verdict.NOT_A_DIGIT
    return Verdict.UNCERTAIN if confidence < thresholds.confidence else Verdict.DIGIT


def blank_prediction(classes: int = 10) -> Prediction:
    """The reading of no ink at all: every digit as likely as any other."""
    return Prediction(np.full(classes, 1 / classes), Verdict.BLANK)
