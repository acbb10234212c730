"""Preprocessing as a job: what scaling the inputs does to the loss surface and to descent (lecture topic 3).

One sigmoid unit tells two digits apart by two pixels and has two weights, so that its loss can be drawn whole. Grey
levels are 255 times larger than inputs from 0 to 1, and so are the slopes: the best rate is 65,025 times lower.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.data import SAMPLE_FOLDER, load_mnist
from model.lab.fields import Fields
from model.lab.surfaces.races import surface_figures
from model.lab.telling import Tell, as_figures
from model.nn import OUTPUTS, SCALINGS, Floats, fit_normalization
from model.optim import Contestant, Surface, race

DIGITS = (1, 2)
PIXELS = ((14, 14), (24, 14))
"""Row and column: the middle, inked in nearly all of the ones and in half of the twos, and the foot, inked in few."""

MAX_STEPS = 500

_EACH = 100
"""Images of each digit."""

_SIDE = 41
_REACH = 6.0
"""From the minimum to the edge of the picture, in weights for inputs of standard deviation 1."""

_START = (-4.0, 3.5)
"""Where descent begins, likewise from the minimum: far off, and along no axis of the surface."""

_NEWTON_STEPS = 30
_FIELDS = ("learning_rate", "steps")


@dataclass(frozen=True, eq=False, slots=True)
class SigmoidUnit:
    """Its loss on some examples by its two weights: cross-entropy.

    Attributes:
        inputs: float64 (examples, 2).
        targets: float64 (examples,), 0 or 1.
    """

    inputs: Floats
    targets: Floats

    def value_and_gradient(self, first: Floats, second: Floats) -> tuple[Floats, Floats, Floats]:
        """The mean loss and its slopes along both weights, numbers or arrays of one shape."""
        logits = np.multiply.outer(first, self.inputs[:, 0]) + np.multiply.outer(second, self.inputs[:, 1])
        errors = OUTPUTS["sigmoid"].forward(logits) - self.targets
        value: Floats = (np.logaddexp(0, logits) - logits * self.targets).mean(axis=-1)
        by_first, by_second = (errors @ column / len(self.targets) for column in self.inputs.T)
        return value, by_first, by_second

    def curvature(self, weights: Floats) -> Floats:
        """The second derivatives (2, 2) there."""
        outputs = OUTPUTS["sigmoid"].forward(self.inputs @ weights)
        hessian: Floats = (self.inputs.T * (outputs * (1 - outputs))) @ self.inputs / len(self.targets)
        return hessian

    def minimum(self) -> Floats:
        """The weights (2,) of the least loss, by Newton's method: the loss is convex."""
        weights = np.zeros(2)
        for _ in range(_NEWTON_STEPS):
            gradient = np.array(self.value_and_gradient(*weights)[1:])
            weights = weights - np.linalg.solve(self.curvature(weights), gradient)
        return weights


def scalings_job(request: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The same images under each scaling: the inputs, the loss over both weights, and the way of gradient descent.

    Args:
        request: `learning_rate`, the same under each, and `steps`; both may be left out.
        tell: told of each scaling.

    Raises:
        ConfigError: a field that is unknown or out of range.
    """
    fields = Fields(request, _FIELDS)
    rate, steps = fields.rate("learning_rate", 1.0), fields.whole("steps", 60, 1, MAX_STEPS)
    pixels, targets = two_pixels()
    views = []
    for done, scaling in enumerate(SCALINGS):
        tell("scalings", done, len(SCALINGS))
        views.append({"scaling": scaling, **_view(SigmoidUnit(scaled(scaling, pixels), targets), rate, steps)})
    return {"digits": list(DIGITS), "pixels": list(map(list, PIXELS)), "views": views}


def two_pixels() -> tuple[Floats, Floats]:
    """Grey levels (images, 2) of the first images of both digits, and 0 or 1 (images,) for which it is."""
    examples = load_mnist(SAMPLE_FOLDER).train
    chosen = np.concatenate([np.flatnonzero(examples.labels == digit)[:_EACH] for digit in DIGITS])
    rows, columns = zip(*PIXELS, strict=True)
    levels = examples.images[chosen][:, rows, columns]
    return levels.astype(np.float64), (examples.labels[chosen] == DIGITS[1]).astype(np.float64)


def scaled(scaling: str, pixels: Floats) -> Floats:
    """Grey levels (images, 2) as inputs, by the scaling that training knows by this name."""
    normalization = fit_normalization(scaling, pixels.astype(np.uint8))
    return normalization.apply(pixels.astype(np.uint8), np.float64)


def _view(unit: SigmoidUnit, rate: float, steps: int) -> dict[str, Any]:
    minimum, deviation = unit.minimum(), unit.inputs.std(axis=0)
    low, high = minimum - _REACH / deviation, minimum + _REACH / deviation
    start = minimum + np.array(_START) / deviation
    surface = Surface(
        about="a sigmoid unit of two weights",
        value_and_gradient=unit.value_and_gradient,
        minima=((float(minimum[0]), float(minimum[1])),),
        start=(float(start[0]), float(start[1])),
        low=(float(low[0]), float(low[1])),
        high=(float(high[0]), float(high[1])),
        rates=(rate, rate),
    )
    (course,) = race(surface, surface.start, [Contestant("sgd", rate)], steps, rng=np.random.default_rng(0))
    least, most = np.linalg.eigvalsh(unit.curvature(minimum))
    figures = surface_figures(surface, _SIDE)
    return {
        "points": [[*point, int(label)] for point, label in zip(as_figures(unit.inputs), unit.targets, strict=True)],
        "grid": {name: figures[name] for name in ("x", "y", "losses")},
        "minimum": as_figures(minimum),
        "curvatures": as_figures([least, most]),
        "path": as_figures(course.path),
        "losses": as_figures(course.values),
        "ending": course.ending,
        "arrived": course.arrived,
    }
