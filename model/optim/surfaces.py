"""Loss surfaces of two parameters, from textbooks: what makes descent hard, to be seen (lecture topics 7 and 10).

To add one: a function with its gradient and its minima, entered in `SURFACES`; the gradient checks find it there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from model.nn import Floats

Point = tuple[float, float]
"""The two parameters."""

_OFF_ZERO = (0.9949586377, 1.9899122337, 2.9848557010, 3.9797838603, 4.9746913909)
_LATTICE = (*(-place for place in reversed(_OFF_ZERO)), 0.0, *_OFF_ZERO)
"""Where Rastrigin's function of one variable has its minima."""

_CONDITION = 50.0
"""Of the ravine: so many times steeper across than along."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A loss of two parameters that is known everywhere.

    Attributes:
        about: what it is known for, with its source.
        value_and_gradient: of x and y, numbers or arrays of one shape: the loss, and its slopes along x and along y.
        minima: all that there are within the bounds, local ones too.
        start: where a race usually begins.
        low: the corner of what is shown with the least x and y.
        high: the opposite corner.
        rates: usual learning rates of rules that are not adaptive, and of those that are.
    """

    about: str
    value_and_gradient: Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]
    minima: tuple[Point, ...]
    start: Point
    low: Point
    high: Point
    rates: tuple[float, float]

    def value(self, points: Floats) -> Floats:
        """The loss (...) at points (..., 2)."""
        return self.value_and_gradient(points[..., 0], points[..., 1])[0]

    def gradient(self, points: Floats) -> Floats:
        """The gradient (..., 2) at points (..., 2)."""
        return np.stack(self.value_and_gradient(points[..., 0], points[..., 1])[1:], axis=-1)


def _ravine(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    return (x**2 + _CONDITION * y**2) / 2, x, _CONDITION * y


def _saddle(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    return x**2 / 2 - y**2 / 2 + y**4 / 4, x, y**3 - y


def _beale(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    powers = np.stack([y, y**2, y**3])
    slopes = np.stack([np.ones_like(y), 2 * y, 3 * y**2])
    errors = np.stack([target - x * (1 - power) for target, power in zip((1.5, 2.25, 2.625), powers, strict=True)])
    value, by_x, by_y = errors**2, 2 * errors * (powers - 1), 2 * errors * x * slopes
    return value.sum(axis=0), by_x.sum(axis=0), by_y.sum(axis=0)


def _rosenbrock(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    off = y - x**2
    return (1 - x) ** 2 + 100 * off**2, -2 * (1 - x) - 400 * x * off, 200 * off


def _himmelblau(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    one, other = x**2 + y - 11, x + y**2 - 7
    return one**2 + other**2, 4 * x * one + 2 * other, 2 * one + 4 * y * other


def _rastrigin(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    turn = 2 * np.pi
    value = 20 + x**2 - 10 * np.cos(turn * x) + y**2 - 10 * np.cos(turn * y)
    return value, 2 * x + 10 * turn * np.sin(turn * x), 2 * y + 10 * turn * np.sin(turn * y)


SURFACES: Mapping[str, Surface] = MappingProxyType(
    {
        "ravine": Surface(
            about=f"a quadratic {_CONDITION:g} times steeper across than along",
            value_and_gradient=_ravine,
            minima=((0.0, 0.0),),
            start=(-4.0, 1.0),
            low=(-5.0, -1.5),
            high=(2.0, 1.5),
            rates=(0.02, 0.3),
        ),
        "saddle": Surface(
            about="a saddle point at 0, 0 between two minima: the start is almost on the ridge that leads there",
            value_and_gradient=_saddle,
            minima=((0.0, -1.0), (0.0, 1.0)),
            start=(-1.8, 0.001),
            low=(-2.2, -1.6),
            high=(1.2, 1.6),
            rates=(0.1, 0.1),
        ),
        "beale": Surface(
            about="flat plains with steep walls at their corners (Beale 1958)",
            value_and_gradient=_beale,
            minima=((3.0, 0.5),),
            start=(1.0, 1.5),
            low=(-1.0, -2.0),
            high=(4.5, 2.2),
            rates=(0.002, 0.3),
        ),
        "rosenbrock": Surface(
            about="a bent valley, easy to find and hard to follow (Rosenbrock 1960)",
            value_and_gradient=_rosenbrock,
            minima=((1.0, 1.0),),
            start=(-1.2, 1.0),
            low=(-2.0, -1.0),
            high=(2.0, 3.0),
            rates=(0.001, 0.2),
        ),
        "himmelblau": Surface(
            about="four minima, all as low (Himmelblau 1972)",
            value_and_gradient=_himmelblau,
            minima=((3.0, 2.0), (-2.80511809, 3.13131252), (-3.77931025, -3.28318599), (3.58442834, -1.84812653)),
            start=(0.2, -4.0),
            low=(-5.5, -5.5),
            high=(5.5, 5.5),
            rates=(0.008, 0.3),
        ),
        "rastrigin": Surface(
            about="a bowl full of local minima (Rastrigin 1974)",
            value_and_gradient=_rastrigin,
            minima=tuple((x, y) for x in _LATTICE for y in _LATTICE),
            start=(-4.45, -4.0),
            low=(-5.12, -5.12),
            high=(5.12, 5.12),
            rates=(0.003, 0.5),
        ),
    }
)
"""Every surface by the name it has on the command line."""
