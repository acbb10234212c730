"""Fitting what turns logits into honest probabilities and verdicts, on images the network was not trained on."""

import numpy as np
from numpy.typing import NDArray

from model.activations import Floats
from model.softmax import log_softmax, log_sum_exp, softmax
from model.verdict import Calibration, Thresholds


def fit_temperature(logits: Floats, labels: NDArray[np.integer]) -> Calibration:
    """The temperature under which the labels are likeliest (Guo et al. 2017, "On calibration").

    The log-likelihood is concave in 1 / temperature, so golden-section search over its logarithm finds the one
    optimum; it is sought between 0.1 and 10.

    Args:
        logits: (images, classes), of images held out from training.
        labels: (images,), their true classes.
    """
    logits = logits.astype(np.float64)
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        return -float(log_softmax(logits / np.exp(log_temperature))[rows, labels].mean())

    golden = (np.sqrt(5) - 1) / 2
    low, high = float(np.log(0.1)), float(np.log(10))
    while high - low > 1e-4:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return Calibration(temperature=float(np.exp((low + high) / 2)))


def choose_thresholds(logits: Floats, *, uncertain_below: float, refused_share: float) -> Thresholds:
    """Thresholds by which `refused_share` of real digits are refused as not a digit.

    Args:
        logits: (images, classes) of real digits held out from training.
        uncertain_below: calibrated probability 0 to 1 below which a reading is `uncertain`.
        refused_share: 0 to 1.
    """
    energies = log_sum_exp(logits.astype(np.float64))
    return Thresholds(confidence=uncertain_below, energy=float(np.quantile(energies, refused_share)))


def expected_calibration_error(
    logits: Floats, labels: NDArray[np.integer], calibration: Calibration, *, bins: int = 15
) -> float:
    """How far confidence and accuracy lie apart on average, 0 to 1, over equal bins of confidence.

    Naeini et al. 2015; `logits` (images, classes), `labels` (images,).
    """
    probabilities = softmax(logits.astype(np.float64) / calibration.temperature)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=right - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))
