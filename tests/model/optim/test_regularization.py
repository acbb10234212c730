"""Regularization: label smoothing, dropout, weight decay and clipping do what their papers say (slopes:
test_backpropagation)."""

import numpy as np
import pytest

from model.nn.parameters import Parameters
from model.optim.regularization import (
    add_weight_decay,
    clip_gradient,
    dropout_mask,
    gradient_norm,
    one_hot,
    shrink_weights,
    weight_penalty,
)


def layer(weight: float, bias: float) -> Parameters:
    parameters = Parameters({"0.weight": (2, 2), "0.bias": (2,)}, np.float64)
    parameters["0.weight"][:] = weight
    parameters["0.bias"][:] = bias
    return parameters


def test_one_hot_marks_the_true_class() -> None:
    np.testing.assert_array_equal(one_hot(np.array([2, 0]), 3), [[0, 0, 1], [1, 0, 0]])


def test_label_smoothing_spreads_its_share_evenly_and_each_row_still_sums_to_one() -> None:
    targets = one_hot(np.array([1]), 4, smoothing=0.2, dtype=np.float64)
    np.testing.assert_allclose(targets, [[0.05, 0.85, 0.05, 0.05]])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9999999])
def test_dropout_leaves_out_the_share_it_was_told_to(share: float) -> None:
    mask = dropout_mask((1000, 200), share, rng=np.random.default_rng(0))
    assert mask.shape == (1000, 200)
    assert 1 - mask.mean() == pytest.approx(share, abs=0.004)


def test_weight_decay_pulls_at_weights_and_spares_biases() -> None:
    parameters, gradient = layer(3.0, 5.0), layer(1.0, 1.0)
    add_weight_decay(parameters, gradient, 0.1)
    np.testing.assert_allclose(gradient["0.weight"], 1.3)
    np.testing.assert_allclose(gradient["0.bias"], 1.0)
    assert weight_penalty(parameters, 0.1) == pytest.approx(0.05 * 4 * 9)
    shrink_weights(parameters, 0.9)
    np.testing.assert_allclose(parameters["0.weight"], 2.7)
    np.testing.assert_allclose(parameters["0.bias"], 5.0)


def test_only_a_gradient_that_is_too_long_is_shortened_and_keeps_its_direction() -> None:
    gradient = layer(3.0, 4.0)
    norm = gradient_norm(gradient)
    assert norm == pytest.approx(np.sqrt(4 * 9 + 2 * 16))
    clip_gradient(gradient, norm, 100.0)
    np.testing.assert_array_equal(gradient["0.weight"], 3.0)
    clip_gradient(gradient, norm, 1.0)
    assert gradient_norm(gradient) == pytest.approx(1)
    assert gradient["0.weight"][0, 0] / gradient["0.bias"][0] == pytest.approx(3 / 4)


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf])
def test_the_norm_tells_of_a_single_number_that_is_none(poison: float) -> None:
    gradient = layer(1.0, 1.0)
    gradient["0.bias"][1] = poison
    assert not np.isfinite(gradient_norm(gradient))
