"""The moving average of the weights."""

import numpy as np
import pytest

from model.nn.parameters import Parameters
from model.optim.ema import EMA


def parameters(value: float) -> Parameters:
    theta = Parameters({"0.weight": (3,)}, np.float64)
    theta.flat[:] = value
    return theta


def test_each_step_takes_in_its_share_of_the_distance() -> None:
    average = EMA(parameters(0.0), decay=0.9)
    average.update(parameters(1.0), 1000)
    np.testing.assert_allclose(average.parameters.flat, 0.1)
    average.update(parameters(1.0), 1001)
    np.testing.assert_allclose(average.parameters.flat, 0.19)


def test_the_random_start_is_forgotten_soon() -> None:
    average = EMA(parameters(100.0), decay=0.9999)
    for step in range(1, 101):
        average.update(parameters(1.0), step)
    assert average.parameters.flat[0] == pytest.approx(1, abs=0.01)


def test_it_is_a_copy_that_leaves_the_weights_alone() -> None:
    theta = parameters(1.0)
    average = EMA(theta, decay=0.5)
    theta.flat[:] = 3
    average.update(theta, 1000)
    np.testing.assert_array_equal(theta.flat, 3)
    np.testing.assert_allclose(average.parameters.flat, 2)
