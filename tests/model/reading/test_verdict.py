"""The verdict: what is said of the ink, and when the network is not believed."""

import numpy as np
import pytest

from model.reading.verdict import Calibration, Thresholds, Verdict, blank_prediction, predict_logits

THRESHOLDS = Thresholds(confidence=0.8, energy=2.0)


def logits(**highest: float) -> np.ndarray:
    z = np.zeros(10, np.float32)
    for digit, value in highest.items():
        z[int(digit[1:])] = value
    return z


@pytest.mark.parametrize(
    ("z", "verdict", "digit"),
    [
        (logits(d7=9), Verdict.DIGIT, 7),
        (logits(d7=9, d1=8.5), Verdict.UNCERTAIN, 7),
        (logits(d7=9) - 12, Verdict.NOT_A_DIGIT, None),
    ],
)
def test_verdicts(z: np.ndarray, verdict: Verdict, digit: int | None) -> None:
    [reading] = predict_logits(z[None], Calibration(1.0), THRESHOLDS)
    assert (reading.verdict, reading.digit) == (verdict, digit)
    assert reading.likeliest == 7
    assert reading.confidence == reading.probabilities[7]


def test_no_ink_is_blank_and_any_digit_as_likely_as_another() -> None:
    reading = blank_prediction()
    assert (reading.verdict, reading.digit) == (Verdict.BLANK, None)
    np.testing.assert_array_equal(reading.probabilities, 0.1)


def test_a_higher_temperature_makes_it_less_sure_but_changes_no_digit() -> None:
    z = logits(d7=9, d1=6)[None]
    [cold], [warm] = (predict_logits(z, Calibration(t), THRESHOLDS) for t in (1.0, 3.0))
    assert cold.likeliest == warm.likeliest == 7
    assert warm.confidence < cold.confidence


def test_what_is_surely_no_digit_is_any_digit_as_likely_as_another_and_a_sure_digit_stays() -> None:
    letter, digit = logits(d4=6) - 14, logits(d4=20)
    rejects, trusts = Calibration(1.0, reject_offset=0.0), Calibration(1.0)
    assert trusts.probabilities(letter)[4] > 0.95, "softmax alone knows only differences"
    np.testing.assert_allclose(rejects.probabilities(letter), 0.1, atol=0.001)
    np.testing.assert_allclose(rejects.probabilities(digit), trusts.probabilities(digit), atol=1e-6)
    # Half and half: the energy, the log-odds of a digit, is 0.
    even = np.full(10, -np.log(10))
    even[4] += 30
    doubtful = even - np.log(np.exp(even).sum())
    np.testing.assert_allclose(rejects.probabilities(doubtful)[4], 0.55)
    # Where nine of ten drawings are digits that even the network finds even.
    np.testing.assert_allclose(Calibration(1.0, np.log(9)).probabilities(doubtful)[4], 0.91)
    batch = rejects.probabilities(np.stack([letter, digit]))
    np.testing.assert_allclose(batch.sum(axis=1), 1)


def test_the_energy_is_that_of_the_raw_logits_whatever_the_temperature() -> None:
    [reading] = predict_logits(logits(d7=4)[None], Calibration(0.2), Thresholds(confidence=0.5, energy=4.5))
    assert reading.verdict is Verdict.NOT_A_DIGIT, "log(e^4 + 9) is 4.15, at temperature 0.2 it would be 20"


def test_probabilities_sum_to_one_to_the_last_bits() -> None:
    z = np.random.default_rng(0).normal(0, 10, 10).astype(np.float32)
    assert predict_logits(z[None], Calibration(1.3), THRESHOLDS)[0].probabilities.sum() == pytest.approx(1, abs=1e-12)


def test_each_of_several_drawings_is_judged_on_its_own() -> None:
    several = np.stack([logits(d7=9), logits(d7=9, d1=8.5), logits(d7=9) - 12])
    alone = [predict_logits(row[None], Calibration(1.0), THRESHOLDS)[0] for row in several]
    together = predict_logits(several, Calibration(1.0), THRESHOLDS)
    assert [reading.verdict for reading in together] == [reading.verdict for reading in alone]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)
