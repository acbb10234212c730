"""The race as a job: optimizers over a textbook surface, by the rules that train networks (lecture topics 7, 10)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from model.lab.fields import MAX_SEED, Fields
from model.lab.telling import Tell, as_figures
from model.nn import Floats
from model.optim import OPTIMIZERS, SURFACES, Course, Surface, contestant, race

RACERS = tuple(name for name in OPTIMIZERS if name != "adamw")
"""All but adamw, which without weight decay is adam."""

MAX_STEPS = 2_000

_SIDE = 81
"""Points on each side of a surface's grid: four a period where there are most minima."""

_FIELDS = ("surface", "start", "racers", "steps", "momentum", "noise", "seed")


def describe_surfaces() -> list[dict[str, Any]]:
    """Every surface: what it is known for, what is shown of it, where a race begins, and with which rates."""
    return [
        {
            "name": name,
            "about": surface.about,
            "low": list(surface.low),
            "high": list(surface.high),
            "start": list(surface.start),
            "minima": as_figures(surface.minima),
            "rates": {each: as_figures(contestant(surface, each).learning_rate) for each in RACERS},
        }
        for name, surface in SURFACES.items()
    ]


def race_job(request: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Let optimizers race; the same request gives the same result.

    Args:
        request: `surface`, `start`, `racers` (optimizer to learning rate, or None for the usual one), `steps`,
            `momentum`, `noise` (of each slope) and its `seed`; all may be left out.
        tell: told as it begins and when it is done.

    Raises:
        ConfigError: a field that is unknown or out of range.
    """
    fields = Fields(request, _FIELDS)
    name = fields.choice("surface", "ravine", SURFACES)
    surface = SURFACES[name]
    start = fields.point("start", surface.start, surface.low, surface.high)
    racers = fields.racers(RACERS, len(OPTIMIZERS))
    contestants = [contestant(surface, each, rate) for each, rate in racers.items()]
    steps = fields.whole("steps", 300, 1, MAX_STEPS)
    momentum = fields.number("momentum", 0.9, 0, 1)
    noise = fields.number("noise", 0.0, 0, 1e6)
    rng = np.random.default_rng(fields.whole("seed", 1, 0, MAX_SEED))
    tell("racing", 0, 1)
    courses = race(surface, start, contestants, steps, momentum=momentum, noise=noise, rng=rng)
    tell("racing", 1, 1)
    return {"surface": name, **surface_figures(surface, _SIDE), "courses": list(map(course_figures, courses))}


def surface_figures(surface: Surface, side: int) -> dict[str, Any]:
    """The loss over what is shown of a surface, side x side times, and its minima."""
    x, y = np.linspace(surface.low, surface.high, side).T
    minima: Floats = np.array(surface.minima)
    values = surface.value(minima)
    lowest = np.isclose(values, values.min(), atol=1e-9)
    return {
        "x": as_figures(x),
        "y": as_figures(y),
        "losses": as_figures(surface.value(np.stack(np.meshgrid(x, y), axis=-1))),
        "minima": [
            {"at": as_figures(at), "loss": as_figures(value), "is_global": bool(is_lowest)}
            for at, value, is_lowest in zip(minima, values, lowest, strict=True)
        ],
    }


def course_figures(course: Course) -> dict[str, Any]:
    """How it went for one of them."""
    return {
        "optimizer": course.contestant.optimizer,
        "learning_rate": as_figures(course.contestant.learning_rate),
        "path": as_figures(course.path),
        "losses": as_figures(course.values),
        "ending": course.ending,
        "arrived": course.arrived,
    }
