"""Each optimizer against steps worked out by hand, and against the plain formula on a long buffer."""

import numpy as np
import pytest

from model.optimizers import OPTIMIZERS, Optimizer
from model.parameters import Parameters


def vector(*values: float) -> Parameters:
    parameters = Parameters({"0.weight": (len(values),)}, np.float64)
    parameters.flat[:] = values
    return parameters


def optimizer_for(name: str, parameters: Parameters, momentum: float = 0.9) -> Optimizer:
    return OPTIMIZERS[name](parameters, momentum=momentum)


def test_plain_sgd_goes_against_the_gradient() -> None:
    theta = vector(1.0, -2.0)
    optimizer_for("sgd", theta, momentum=0).step(theta, vector(0.5, -4.0), 0.1)
    np.testing.assert_allclose(theta.flat, [0.95, -1.6])


def test_momentum_carries_earlier_gradients_on() -> None:
    theta = vector(1.0)
    sgd = optimizer_for("sgd", theta)
    sgd.step(theta, vector(1.0), 0.1)
    assert theta.flat[0] == pytest.approx(0.9)
    sgd.step(theta, vector(2.0), 0.1)  # velocity 0.9 * 1 + 2 = 2.9
    assert theta.flat[0] == pytest.approx(0.9 - 0.29)


def test_adam_follows_the_lectures_formula() -> None:
    theta, gradients = vector(1.0, 1.0), [(0.5, -3.0), (1.0, -1.0), (-2.0, 0.25)]
    adam = optimizer_for("adam", theta)
    expected, m, v = np.array([1.0, 1.0]), np.zeros(2), np.zeros(2)
    for t, g in enumerate(map(np.array, gradients), start=1):
        adam.step(theta, vector(*g), 0.01)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        expected = expected - 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)
        np.testing.assert_allclose(theta.flat, expected, rtol=1e-12)


def test_adams_first_step_is_the_learning_rate_whatever_the_gradients_size() -> None:
    theta = vector(0.0, 0.0)
    optimizer_for("adam", theta).step(theta, vector(1e-3, -1e3), 0.01)
    np.testing.assert_allclose(theta.flat, [-0.01, 0.01], rtol=1e-3)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_walking_in_blocks_treats_every_element_alike(name: str) -> None:
    rng = np.random.default_rng(1)
    long, gradient = vector(*rng.normal(size=40_001)), vector(*rng.normal(size=40_001))
    pieces = [0, 16_384, 40_000]
    short = vector(*long.flat[pieces])
    optimizers = optimizer_for(name, long), optimizer_for(name, short)
    for _ in range(3):
        optimizers[0].step(long, gradient, 0.01)
        optimizers[1].step(short, vector(*gradient.flat[pieces]), 0.01)
    np.testing.assert_array_equal(long.flat[pieces], short.flat)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_finds_the_bottom_of_a_bowl(name: str) -> None:
    theta = vector(3.0, -2.0)
    optimizer = optimizer_for(name, theta)
    for _ in range(500):
        optimizer.step(theta, vector(2 * theta.flat[0], 20 * theta.flat[1]), 0.02)
    np.testing.assert_allclose(theta.flat, [0, 0], atol=0.01)
