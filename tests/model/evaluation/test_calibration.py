"""Calibration: what is said with 90 % is right nine times out of ten."""

import numpy as np
import pytest

from model.evaluation.calibration import choose_thresholds, fit_calibration, reliability
from model.nn.softmax import log_sum_exp, softmax
from model.reading.verdict import Calibration


def drawn_from(logits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A label for each row, drawn from its softmax: by construction the logits are calibrated."""
    cumulative = softmax(logits).cumsum(axis=1)
    labels: np.ndarray = (rng.random((len(logits), 1)) > cumulative).sum(axis=1).clip(0, 9)
    return labels


@pytest.mark.parametrize("temperature", [0.04, 0.4, 1.0, 2.5])
def test_the_temperature_by_which_logits_were_blown_up_is_found_again(temperature: float) -> None:
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 3, (20_000, 10))
    labels = drawn_from(honest, rng)
    found = fit_calibration(honest * temperature, labels)
    assert found.temperature == pytest.approx(temperature, rel=0.03)


def test_the_temperature_is_fitted_to_the_probabilities_that_are_given_out() -> None:
    rng = np.random.default_rng(0)
    # So low that a good part of it counts as no digit.
    honest = rng.normal(0, 3, (20_000, 10)) - 4
    labels = drawn_from(honest, rng)
    found = fit_calibration(honest * 2, labels, trained_non_digits=0.5)
    # Even in training, one in a hundred in use.
    assert found.reject_offset == pytest.approx(np.log(99))

    def loss(temperature: float) -> float:
        probabilities = Calibration(temperature, found.reject_offset).probabilities(honest * 2)
        return -float(np.log(probabilities[np.arange(len(labels)), labels]).mean())

    assert loss(found.temperature) < min(loss(found.temperature * 1.05), loss(found.temperature / 1.05))


def test_the_error_is_the_gap_between_confidence_and_accuracy() -> None:
    # Sure to 0.75 of class 0 in all four, right in two: a gap of a quarter.
    measured = reliability(np.tile([0.75, 0.25], (4, 1)), np.array([0, 0, 1, 1]))
    assert measured.expected_error == pytest.approx(0.25)
    assert (measured.confidence, measured.accuracy, measured.images) == ([0.75], [0.5], [4])


def test_only_bins_that_hold_images_are_told_and_together_they_hold_all() -> None:
    probabilities = softmax(np.random.default_rng(0).normal(0, 1, (500, 10)))
    measured = reliability(probabilities, np.zeros(500, int), bins=10)
    assert sum(measured.images) == 500
    assert min(measured.images) > 0
    assert measured.confidence == sorted(measured.confidence)
    certain = reliability(np.array([[1.0, 0.0]]), np.array([0]))
    assert certain.expected_error == 0


def test_calibrated_logits_have_nearly_no_error_and_overconfident_ones_do() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 3, (20_000, 10))
    labels = drawn_from(logits, rng)
    assert reliability(softmax(logits), labels).expected_error < 0.01
    assert reliability(softmax(logits / 0.3), labels).expected_error > 0.1


def test_the_energy_threshold_refuses_the_share_of_digits_that_was_asked_for() -> None:
    logits = np.random.default_rng(2).normal(0, 5, (1000, 10)).astype(np.float32)
    thresholds = choose_thresholds(logits, uncertain_below=0.8, refused_share=0.02)
    assert (log_sum_exp(logits) < thresholds.energy).sum() == 20
    assert thresholds.confidence == 0.8
