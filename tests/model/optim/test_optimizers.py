"""Each optimizer against steps worked out by hand, and against its formula on long buffers.

`bench/parity.py` holds them against PyTorch's over 100 steps.
"""

import numpy as np
import pytest

from model.nn.parameters import Parameters
from model.optim.optimizers import OPTIMIZERS, Optimizer


def vector(*values: float) -> Parameters:
    parameters = Parameters({"0.weight": (len(values),)}, np.float64)
    parameters.flat[:] = values
    return parameters


def optimizer_for(
    name: str, parameters: Parameters, momentum: float = 0.9, *, weight_decay: float = 0.0, threads: int = 1
) -> Optimizer:
    rule = OPTIMIZERS[name].make(momentum, None)
    return Optimizer(rule, parameters, weight_decay=weight_decay, threads=threads)


GRADIENTS = (0.5, -4.0)
HAND_COMPUTED = {
    # Two steps from 1.0 at a rate of 0.1 with the gradients above.
    "sgd": (1 - 0.05, 1 - 0.05 + 0.4),
    # v = 0.5, then 0.9 * 0.5 - 4 = -3.55.
    "momentum": (1 - 0.05, 1 - 0.05 + 0.355),
    # g + 0.9 v = 0.95, then -4 + 0.9 * -3.55 = -7.195.
    "nesterov": (1 - 0.095, 1 - 0.095 + 0.7195),
    # 0.5 / sqrt(0.25) = 1, then -4 / sqrt(0.25 + 16).
    "adagrad": (1 - 0.1, 1 - 0.1 + 0.4 / np.sqrt(16.25)),
    # 0.5 / sqrt(0.01 * 0.25) = 10, then -4 / sqrt(0.99 * 0.0025 + 0.01 * 16).
    "rmsprop": (1 - 1.0, 1 - 1.0 + 0.4 / np.sqrt(0.99 * 0.0025 + 0.16)),
    # m / 0.1 = 0.5 and v / 0.001 = 0.25, then (0.9 * 0.05 - 0.4) / 0.19 and (0.999 * 0.00025 + 0.016) / 0.001999.
    "adam": (1 - 0.1, 1 - 0.1 + 0.1 * (0.355 / 0.19) / np.sqrt((0.999 * 0.00025 + 0.016) / 0.001999)),
    "adamw": (1 - 0.1, 1 - 0.1 + 0.1 * (0.355 / 0.19) / np.sqrt((0.999 * 0.00025 + 0.016) / 0.001999)),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_two_steps_worked_out_by_hand(name: str) -> None:
    theta = vector(1.0)
    optimizer = optimizer_for(name, theta)
    for gradient, expected in zip(GRADIENTS, HAND_COMPUTED[name], strict=True):
        optimizer.step(theta, vector(gradient), 0.1)
        assert theta.flat[0] == pytest.approx(expected, abs=1e-6)
    assert optimizer.steps == 2


def test_adam_follows_the_lectures_formula_to_the_last_digit() -> None:
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


def test_weight_decay_joins_the_gradient_except_in_adamw_where_it_shrinks_the_weights() -> None:
    coupled, decoupled, plain = vector(2.0), vector(2.0), vector(2.0)
    optimizer_for("sgd", coupled, weight_decay=0.1).step(coupled, vector(1.0), 0.5)
    assert coupled.flat[0] == pytest.approx(2 - 0.5 * (1 + 0.2))
    optimizer_for("adamw", decoupled, weight_decay=0.1).step(decoupled, vector(1.0), 0.5)
    optimizer_for("adam", plain).step(plain, vector(1.0), 0.5)
    assert decoupled.flat[0] == pytest.approx(plain.flat[0] - 0.5 * 0.1 * 2)


@pytest.mark.parametrize("name", ["rmsprop", "adam", "adamw"])
def test_the_decay_of_squares_is_as_set(name: str) -> None:
    theta = vector(0.0)
    optimizer = Optimizer(OPTIMIZERS[name].make(0.0, 0.5), theta)
    for gradient in (2.0, 0.0):
        optimizer.step(theta, vector(gradient), 1.0)
    # The second gradient is zero: only the first has moved theta, by g / sqrt(mean square).
    bias_correction = 1.0 if name == "rmsprop" else 0.5
    assert theta.flat[0] == pytest.approx(-2 / np.sqrt(0.5 * 4 / bias_correction), rel=1e-5)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_walking_in_blocks_on_threads_treats_every_element_alike(name: str, threads: int) -> None:
    rng = np.random.default_rng(1)
    length = 1_000_001
    long, gradient = vector(*rng.normal(size=length)), vector(*rng.normal(size=length))
    pieces = [0, 65_535, 65_536, 500_000, length - 1]
    short = vector(*long.flat[pieces])
    optimizers = optimizer_for(name, long, threads=threads), optimizer_for(name, short)
    for _ in range(3):
        optimizers[0].step(long, gradient, 0.01)
        optimizers[1].step(short, vector(*gradient.flat[pieces]), 0.01)
    np.testing.assert_array_equal(long.flat[pieces], short.flat)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_finds_the_bottom_of_a_bowl(name: str) -> None:
    theta = vector(3.0, -2.0)
    optimizer = optimizer_for(name, theta)
    rate = 0.5 if name == "adagrad" else 0.02
    for step in range(1000):
        optimizer.step(theta, vector(2 * theta.flat[0], 20 * theta.flat[1]), rate * (1 - step / 1000))
    np.testing.assert_allclose(theta.flat, [0, 0], atol=0.01)


def test_every_optimizer_has_a_usual_learning_rate_and_only_adamw_decays_by_itself() -> None:
    assert all(kind.learning_rate > 0 for kind in OPTIMIZERS.values())
    assert {name for name, kind in OPTIMIZERS.items() if kind.weight_decay} == {"adamw"}
