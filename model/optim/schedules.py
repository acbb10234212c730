"""How the learning rate changes over the course of training.

A schedule gives a factor 0 to 1 for the configured learning rate, at a progress 0 (first step) to 1 (after the
last). To add one: write a class and enter it in `SCHEDULES` and `schedule_for`.
"""

import math
from dataclasses import dataclass
from typing import Protocol


class Schedule(Protocol):
    """The learning rate's course."""

    def factor(self, progress: float) -> float:
        """The factor at this progress."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The configured learning rate throughout."""

    def factor(self, progress: float) -> float:
        """See `Schedule`."""
        del progress
        return 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """A staircase.

    Attributes:
        every: share of training after which the rate is multiplied, again and again.
        by: the factor.
    """

    every: float
    by: float

    def factor(self, progress: float) -> float:
        """See `Schedule`."""
        # A step that falls on the stair's edge belongs to the lower stair, whatever the last bit of the division.
        return float(self.by ** math.floor(progress / self.every + 1e-9))


@dataclass(frozen=True, slots=True)
class Cosine:
    """A linear warm-up, then half a cosine down to zero (Loshchilov and Hutter 2017, without restarts).

    Attributes:
        warm_up: share of training over which the rate rises from zero: early gradients are large and point nowhere.
    """

    warm_up: float

    def factor(self, progress: float) -> float:
        """See `Schedule`."""
        if progress < self.warm_up:
            return progress / self.warm_up
        return 0.5 * (1 + math.cos(math.pi * (progress - self.warm_up) / (1 - self.warm_up)))


SCHEDULES = ("constant", "step", "cosine")
"""Every schedule by the name it has on the command line."""


def schedule_for(name: str, *, warm_up: float, every: float, by: float) -> Schedule:
    """The schedule of this name; settings that it has no use for are left aside."""
    if name == "step":
        return Step(every, by)
    return Cosine(warm_up) if name == "cosine" else Constant()
