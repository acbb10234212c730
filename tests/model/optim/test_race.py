"""Races: each contestant goes by its optimizer's own rule, and its end is called what it is."""

import numpy as np
import pytest

from model.errors import ConfigError
from model.optim.optimizers import OPTIMIZERS
from model.optim.race import Contestant, Course, contestant, race
from model.optim.surfaces import SURFACES, Point


def course(
    surface: str, optimizer: str, rate: float | None = None, steps: int = 300, start: Point | None = None
) -> Course:
    over = SURFACES[surface]
    (one,) = race(over, start or over.start, [contestant(over, optimizer, rate)], steps, rng=np.random.default_rng(0))
    return one


def test_adam_takes_the_steps_of_the_paper() -> None:
    over, theta = SURFACES["beale"], np.array(SURFACES["beale"].start)
    first, second = np.zeros(2), np.zeros(2)
    expected = [theta.copy()]
    for step in range(1, 21):
        gradient = over.gradient(theta)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        theta -= 0.1 * first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.999**step)) + 1e-7)
        expected.append(theta.copy())
    found = course("beale", "adam", 0.1, steps=20)
    np.testing.assert_allclose(found.path, expected, rtol=1e-12)
    np.testing.assert_array_equal(found.values, over.value(found.path))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_goes_downhill_by_its_rule(optimizer: str) -> None:
    over = SURFACES["ravine"]
    rule = OPTIMIZERS[optimizer].make(0.9, None)
    theta, state = np.array(over.start), np.zeros((rule.state_size, 2))
    rule.update(theta, over.gradient(theta), list(state), np.empty(2), 0.01, 1)
    found = course("ravine", optimizer, 0.01, steps=1)
    np.testing.assert_array_equal(found.path, [over.start, theta])
    assert found.values[1] < found.values[0]


@pytest.mark.parametrize(
    ("surface", "optimizer", "rate", "start", "ending"),
    [
        ("ravine", "sgd", 0.035, None, "global minimum"),
        ("ravine", "sgd", 0.05, None, "diverged"),
        ("rosenbrock", "sgd", 0.0005, None, "moving"),
        ("rastrigin", "sgd", 0.001, None, "local minimum"),
        ("saddle", "sgd", 0.1, (-1.0, 0.0), "saddle or plateau"),
        ("saddle", "momentum", 0.1, None, "global minimum"),
        ("himmelblau", "adam", 0.3, None, "global minimum"),
        ("beale", "adam", 0.3, None, "global minimum"),
    ],
)
def test_the_end_is_called_what_it_is(
    surface: str, optimizer: str, rate: float, start: Point | None, ending: str
) -> None:
    found = course(surface, optimizer, rate, start=start)
    assert found.ending == ending
    assert np.isfinite(found.values).all()
    if ending.endswith("minimum"):
        assert found.arrived is not None
        reached = found.path[found.arrived :]
        minima = np.array(SURFACES[surface].minima)
        assert np.linalg.norm(reached[:, None] - minima, axis=2).min(axis=1).max() < 0.2
    else:
        assert found.arrived is None


def test_noise_is_the_same_for_all_and_comes_from_the_seed() -> None:
    over = SURFACES["ravine"]

    def paths(seed: int) -> list[bytes]:
        twins = [Contestant("sgd", 0.01)] * 2
        found = race(over, over.start, twins, 20, noise=1.0, rng=np.random.default_rng(seed))
        return [one.path.tobytes() for one in found]

    assert paths(1) == paths(1)
    assert paths(1)[0] == paths(1)[1]
    assert paths(1) != paths(2)
    assert paths(1)[0] != course("ravine", "sgd", 0.01, steps=20).path.tobytes()


def test_who_cannot_race_is_told_why() -> None:
    with pytest.raises(ConfigError, match="unknown optimizer 'newton'; known: sgd, momentum"):
        contestant(SURFACES["beale"], "newton")
    with pytest.raises(ConfigError, match="learning rate of adam must be above 0, not -1"):
        contestant(SURFACES["beale"], "adam", -1)
