"""Losses: right on numbers worked out by hand, and stable at any size of the logits."""

import numpy as np
import pytest

from model.losses import LOSSES


def test_cross_entropy_is_the_mean_of_minus_log_probability_of_the_truth() -> None:
    logits = np.log(np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]))
    gradient = np.empty_like(logits)
    value = LOSSES["cross-entropy"].value_and_gradient(logits, np.array([0, 2]), gradient)
    assert value == pytest.approx(-(np.log(0.5) + np.log(0.8)) / 2)
    np.testing.assert_allclose(gradient, np.array([[-0.5, 0.25, 0.25], [0.1, 0.1, -0.2]]) / 2)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_logits_of_a_thousand_neither_overflow_nor_lose_the_gradient(name: str, dtype: str) -> None:
    logits = np.array([[1000.0, -1000.0, 0.0], [-1000.0, 1000.0, 0.0]]).astype(dtype)
    gradient = np.empty_like(logits)
    value = LOSSES[name].value_and_gradient(logits, np.array([0, 0]), gradient)
    assert value == pytest.approx(1000)
    np.testing.assert_allclose(gradient, np.array([[0, 0, 0], [-0.5, 0.5, 0]]), atol=1e-6)
