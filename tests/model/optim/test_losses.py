"""Losses: right on numbers worked out by hand, and stable at any size of the logits."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.errors import ConfigError
from model.nn.outputs import OUTPUTS
from model.optim.losses import LOSSES, loss_for
from model.optim.regularization import one_hot

PROBABILITIES = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
TRUTH = one_hot(np.array([0, 2]), 3, dtype=np.float64)
NONSENSE = [
    ("sigmoid", "cross-entropy"),
    ("linear", "cross-entropy"),
    ("sigmoid", "reject-cross-entropy"),
    ("linear", "reject-cross-entropy"),
    ("linear", "binary-cross-entropy"),
]
PAIRS = [pair for pair in itertools.product(OUTPUTS, LOSSES) if pair not in NONSENSE]


def value_of(output: str, loss: str, logits: np.ndarray, targets: np.ndarray) -> float:
    return loss_for(output, loss).value_and_gradient(logits, targets, np.empty_like(logits))


def test_cross_entropy_is_the_mean_of_minus_log_probability_of_the_truth() -> None:
    logits = np.log(PROBABILITIES)
    gradient = np.empty_like(logits)
    value = loss_for("softmax", "cross-entropy").value_and_gradient(logits, TRUTH, gradient)
    assert value == pytest.approx(-(np.log(0.5) + np.log(0.8)) / 2)
    np.testing.assert_allclose(gradient, np.array([[-0.5, 0.25, 0.25], [0.1, 0.1, -0.2]]) / 2)


def test_reject_cross_entropy_is_cross_entropy_with_one_class_more_whose_logit_is_zero() -> None:
    logits = np.array([[2.0, -1.0, 0.5], [0.3, -4.0, 1.0]])
    # The first is of the second class, the other of none.
    truth = one_hot(np.array([1, -1]), 3, dtype=np.float64)
    with_the_class = np.concatenate([logits, np.zeros((2, 1))], axis=1)
    gradient, expected_gradient = np.empty_like(logits), np.empty_like(with_the_class)
    value = loss_for("softmax", "reject-cross-entropy").value_and_gradient(logits, truth, gradient)
    expected = loss_for("softmax", "cross-entropy").value_and_gradient(
        with_the_class, one_hot(np.array([1, 3]), 4, dtype=np.float64), expected_gradient
    )
    assert value == pytest.approx(expected)
    np.testing.assert_allclose(gradient, expected_gradient[:, :3])


def test_binary_cross_entropy_is_the_lectures_formula_on_either_output() -> None:
    expected = -np.mean(np.sum(TRUTH * np.log(PROBABILITIES) + (1 - TRUTH) * np.log(1 - PROBABILITIES), axis=1))
    assert value_of("softmax", "binary-cross-entropy", np.log(PROBABILITIES), TRUTH) == pytest.approx(expected)
    odds = np.log(PROBABILITIES / (1 - PROBABILITIES))
    assert value_of("sigmoid", "binary-cross-entropy", odds, TRUTH) == pytest.approx(expected)


def test_squared_and_absolute_error_are_means_over_every_output() -> None:
    outputs, targets = np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([[0.0, 2.0], [1.0, 0.0]])
    assert value_of("linear", "mse", outputs, targets) == pytest.approx((1 + 0 + 4 + 0) / 4)
    assert value_of("linear", "mae", outputs, targets) == pytest.approx((1 + 0 + 2 + 0) / 4)
    odds = np.log(PROBABILITIES / (1 - PROBABILITIES))
    assert value_of("sigmoid", "mse", odds, TRUTH) == pytest.approx(np.mean((PROBABILITIES - TRUTH) ** 2))
    logits = np.log(PROBABILITIES)
    assert value_of("softmax", "mae", logits, TRUTH) == pytest.approx(np.mean(np.abs(PROBABILITIES - TRUTH)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("output", "loss", "expected"),
    [
        # The truth lies 1000 below the highest logit, then 2000; binary, the highest logit is wrong as well.
        ("softmax", "cross-entropy", (1000 + 2000) / 2),
        ("softmax", "reject-cross-entropy", (1000 + 2000) / 2),
        ("softmax", "binary-cross-entropy", (1000 + 1000 + 2000 + 1000) / 2),
        ("sigmoid", "binary-cross-entropy", (np.log(2) + 1000 + 1000 + 1000 + np.log(2)) / 2),
        ("sigmoid", "mse", (0.25 + 1 + 1 + 1 + 0.25) / 6),
        ("softmax", "mse", 4 / 6),
        ("linear", "mae", (1 + 1000 + 1000 + 1001 + 1000) / 6),
    ],
)
def test_logits_of_a_thousand_give_the_exact_loss_without_overflow(
    output: str, loss: str, expected: float, dtype: str
) -> None:
    logits = np.array([[0.0, 1000.0, -1000.0], [-1000.0, 1000.0, 0.0]]).astype(dtype)
    targets = one_hot(np.array([0, 0]), 3, dtype=dtype)
    assert value_of(output, loss, logits, targets) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@given(
    logits=arrays(np.float32, (4, 10), elements=st.floats(-1000, 1000, width=32)),
    smoothing=st.sampled_from([0.0, 0.1]),
)
def test_any_logits_up_to_a_thousand_give_a_finite_loss_and_gradient(
    output: str, loss: str, logits: np.ndarray, smoothing: float
) -> None:
    gradient = np.empty_like(logits)
    targets = one_hot(np.arange(4), 10, smoothing=smoothing)
    value = loss_for(output, loss).value_and_gradient(logits, targets, gradient)
    assert np.isfinite(value)
    assert value >= -1e-5
    assert np.isfinite(gradient).all()


def test_a_wrong_prediction_keeps_its_gradient_however_sure_it_is() -> None:
    logits, truth = np.array([[1000.0, -1000.0, 0.0]], np.float32), one_hot(np.array([1]), 3)
    for output, loss in (
        ("softmax", "cross-entropy"),
        ("softmax", "reject-cross-entropy"),
        ("sigmoid", "binary-cross-entropy"),
    ):
        gradient = np.empty_like(logits)
        loss_for(output, loss).value_and_gradient(logits, truth, gradient)
        np.testing.assert_allclose(gradient[0, :2], [1, -1])


@pytest.mark.parametrize(("output", "loss"), NONSENSE)
def test_a_logarithm_of_what_is_no_probability_is_refused(output: str, loss: str) -> None:
    with pytest.raises(ConfigError, match=rf"loss {loss} needs probabilities: output softmax.*, not {output}"):
        loss_for(output, loss)


def test_an_unknown_loss_is_refused_with_those_known() -> None:
    with pytest.raises(
        ConfigError, match="unknown loss 'hinge'; known: cross-entropy, reject-cross-entropy, binary-cross-entropy"
    ):
        loss_for("softmax", "hinge")
