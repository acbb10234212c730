"""Optimizers racing over a surface of two parameters (lecture topic 10): their very rules, seen from above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from model.errors import ConfigError
from model.nn import Floats, Parameters
from model.optim.optimizers import OPTIMIZERS, Optimizer
from model.optim.surfaces import Point, Surface

Ending = Literal["global minimum", "local minimum", "saddle or plateau", "moving", "diverged"]

_CAUTION: Mapping[str, float] = MappingProxyType({"rmsprop": 0.1})
"""RMSProp's average begins at 0 without correction: its first step is ten learning rates long."""

_NEAR = 0.01
"""Within this share of the picture's diagonal of a minimum the last tenth of the steps counts as being there."""

_FLAT = 1e-3
"""No slope is longer where a path has come to rest away from any minimum."""

_BEYOND = 100.0
"""So many diagonals from the picture's middle nothing comes back from."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who races.

    Attributes:
        optimizer: a name in `OPTIMIZERS`.
        learning_rate: constant.
    """

    optimizer: str
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Course:
    """How it went for one contestant.

    Attributes:
        contestant: whose.
        path: float64 (steps + 1, 2), the start included; one that diverges ends with its last finite loss.
        values: float64 (steps + 1,), the loss there.
        ending: what its end is.
        arrived: after how many steps it came near the minimum at which it stayed; None if it is at none.
    """

    contestant: Contestant
    path: Floats
    values: Floats
    ending: Ending
    arrived: int | None


def contestant(surface: Surface, optimizer: str, learning_rate: float | None = None) -> Contestant:
    """An optimizer with a learning rate, or with the one that is usual on this surface.

    Raises:
        ConfigError: there is no such optimizer, or the rate is not above 0.
    """
    if optimizer not in OPTIMIZERS:
        raise ConfigError(f"unknown optimizer '{optimizer}'; known: {', '.join(OPTIMIZERS)}")
    usual = surface.rates[OPTIMIZERS[optimizer].adaptive] * _CAUTION.get(optimizer, 1)
    rate = usual if learning_rate is None else learning_rate
    if not 0 < rate < np.inf:
        raise ConfigError(f"the learning rate of {optimizer} must be above 0, not {rate:g}")
    return Contestant(optimizer, rate)


def race(
    surface: Surface,
    start: Point,
    contestants: Sequence[Contestant],
    steps: int,
    *,
    momentum: float = 0.9,
    beta2: float | None = None,
    noise: float = 0.0,
    rng: np.random.Generator,
) -> list[Course]:
    """Let optimizers go from one start, without weight decay and with a constant learning rate.

    Args:
        surface: what they go over.
        start: where they begin.
        contestants: who they are.
        steps: how many each takes, at least 1.
        momentum: of the rules that have one.
        beta2: likewise; None for each rule's usual one.
        noise: standard deviation of what is added to each slope, the same for all: a batch's gradient errs, too.
        rng: draws the noise.
    """
    errors = noise * rng.standard_normal((steps, 2))
    return [_course(surface, start, each, errors, momentum, beta2) for each in contestants]


def _course(
    surface: Surface, start: Point, contestant: Contestant, errors: Floats, momentum: float, beta2: float | None
) -> Course:
    theta = Parameters({"theta": (2,)}, np.float64)
    gradient = theta.zeros_like()
    theta.flat[:] = start
    optimizer = Optimizer(OPTIMIZERS[contestant.optimizer].make(momentum, beta2), theta)
    limit = _BEYOND * _diagonal(surface)
    path, diverged = [theta.flat.copy()], False
    with np.errstate(over="ignore", invalid="ignore"):
        for error in errors:
            gradient.flat[:] = surface.gradient(theta.flat) + error
            optimizer.step(theta, gradient, contestant.learning_rate)
            diverged = not np.abs(theta.flat).max() < limit  # NaN is not below anything
            if diverged:
                break
            path.append(theta.flat.copy())
    points = np.stack(path)
    ending, arrived = ("diverged", None) if diverged else _ending(surface, points)
    return Course(contestant, points, surface.value(points), ending, arrived)


def _ending(surface: Surface, path: Floats) -> tuple[Ending, int | None]:
    """What the end of a path is, and after how many steps it came there for good."""
    minima = np.array(surface.minima)
    nearest = int(np.linalg.norm(minima - path[-1], axis=1).argmin())
    is_away = np.linalg.norm(path - minima[nearest], axis=1) > _NEAR * _diagonal(surface)
    arrived = int(np.flatnonzero(is_away).max(initial=-1)) + 1
    if arrived <= len(path) - max(1, len(path) // 10):
        values = surface.value(minima)
        lowest = bool(np.isclose(values[nearest], values.min(), atol=1e-9))
        return "global minimum" if lowest else "local minimum", arrived
    is_flat = np.linalg.norm(surface.gradient(path[-1])) < _FLAT
    return "saddle or plateau" if is_flat else "moving", None


def _diagonal(surface: Surface) -> float:
    return float(np.linalg.norm(np.subtract(surface.high, surface.low)))
