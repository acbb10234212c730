"""Fitting what turns logits into honest probabilities and verdicts, on images the network was not trained on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.nn import Floats, log_sum_exp
from model.reading import Calibration, Thresholds

EXPECTED_NON_DIGITS = 0.01
"""The share of what people draw that is taken to be no digit: by far less than in training, which has to teach it."""


def fit_calibration(
    logits: Floats, labels: NDArray[np.integer], *, trained_non_digits: float | None = None
) -> Calibration:
    """The temperature under which the labels are likeliest (Guo et al. 2017, "On calibration").

    The log-likelihood is concave in 1 / temperature, so golden-section search over its logarithm finds the one
    optimum; it is sought between 0.01 (linear outputs, which lie about 0 and 1, need a low one) and 100.

    Args:
        logits: (images, classes), of images held out from training.
        labels: (images,), their true classes.
        trained_non_digits: share 0 to 1 of the training examples that belonged to no class; None if the network
            was not trained to tell.
    """
    offset = None
    if trained_non_digits is not None:
        # Bayes' rule: log-odds learned under one share of the classes hold under another once they are shifted.
        offset = _log_odds(trained_non_digits) - _log_odds(EXPECTED_NON_DIGITS)
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        calibration = Calibration(float(np.exp(log_temperature)), offset)
        # A digit that is certainly no digit has the probability 0 in double precision.
        return -float(np.log(calibration.probabilities(logits)[rows, labels] + 1e-300).mean())

    golden = (np.sqrt(5) - 1) / 2
    low, high = float(np.log(0.01)), float(np.log(100))
    while high - low > 1e-4:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return Calibration(float(np.exp((low + high) / 2)), offset)


def _log_odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


def choose_thresholds(logits: Floats, *, uncertain_below: float, refused_share: float) -> Thresholds:
    """Thresholds by which `refused_share` of real digits are refused as not a digit.

    Args:
        logits: (images, classes) of real digits held out from training.
        uncertain_below: calibrated probability 0 to 1 below which a reading is `uncertain`.
        refused_share: 0 to 1.
    """
    energies = log_sum_exp(logits.astype(np.float64))
    return Thresholds(confidence=uncertain_below, energy=float(np.quantile(energies, refused_share)))


@dataclass(frozen=True, slots=True)
class Reliability:
    """Confidence against accuracy, in equal bins of confidence; the bins without an image are left out.

    Attributes:
        confidence: mean in each bin, 0 to 1.
        accuracy: share read right in each bin, 0 to 1.
        images: in each bin.
    """

    confidence: list[float]
    accuracy: list[float]
    images: list[int]

    @property
    def expected_error(self) -> float:
        """How far confidence and accuracy lie apart on average, 0 to 1 (ECE: Naeini et al. 2015)."""
        bins = zip(self.confidence, self.accuracy, self.images, strict=True)
        return sum(abs(confidence - accuracy) * images for confidence, accuracy, images in bins) / sum(self.images)


def reliability(probabilities: Floats, labels: NDArray[np.integer], *, bins: int = 15) -> Reliability:
    """How far calibrated `probabilities` (images, classes) can be believed, given the true `labels` (images,)."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    images = np.bincount(bin_of, minlength=bins)
    filled = images > 0
    means = (
        np.bincount(bin_of, weights=values, minlength=bins)[filled] / images[filled] for values in (confidence, right)
    )
    mean_confidence, accuracy = means
    return Reliability(mean_confidence.tolist(), accuracy.tolist(), images[filled].tolist())
