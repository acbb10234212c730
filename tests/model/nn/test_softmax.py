"""The softmax layer of the lecture: positive, summing to one, and stable."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.nn.softmax import log_softmax, log_sum_exp, softmax

logits = arrays(np.float64, (3, 10), elements=st.floats(-1e4, 1e4))


def test_three_units_as_the_lecture_pictures_them() -> None:
    z = np.array([3.0, 1.0, -3.0])
    np.testing.assert_allclose(softmax(z), [0.8789, 0.1189, 0.0022], atol=5e-4)


@given(logits)
def test_probabilities_are_not_negative_and_sum_to_one(z: np.ndarray) -> None:
    probabilities = softmax(z)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1)


@given(logits, st.floats(-1e4, 1e4))
def test_a_constant_added_to_all_logits_changes_nothing(z: np.ndarray, constant: float) -> None:
    np.testing.assert_allclose(softmax(z + constant), softmax(z), atol=1e-9)


@given(arrays(np.float64, (3, 10), elements=st.floats(-50, 50)))
def test_the_logarithms_agree_with_the_definition(z: np.ndarray) -> None:
    np.testing.assert_allclose(log_softmax(z), np.log(softmax(z)), atol=1e-9)
    np.testing.assert_allclose(log_sum_exp(z), np.log(np.exp(z).sum(axis=-1)), atol=1e-9)


def test_huge_logits_do_not_overflow() -> None:
    z = np.array([[1e4, -1e4, 0.0]])
    np.testing.assert_array_equal(softmax(z), [[1, 0, 0]])
    np.testing.assert_array_equal(log_softmax(z), [[0, -2e4, -1e4]])
    np.testing.assert_array_equal(log_sum_exp(z), [1e4])
