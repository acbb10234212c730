"""How the learning rate changes over the course of training.

A schedule gives a factor 0 to 1 for the configured learning rate, at a progress 0 (first step) to 1 (after the
last). To add one: write a function and enter it in `SCHEDULES`.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

Schedule = Callable[[float], float]

WARM_UP = 0.05
"""Share of training over which `cosine` rises from zero: early gradients are large and point nowhere yet."""


def constant(_progress: float) -> float:
    """The configured learning rate throughout."""
    return 1.0


def cosine(progress: float) -> float:
    """A short linear warm-up, then half a cosine down to zero (Loshchilov and Hutter 2017, without restarts)."""
    if progress < WARM_UP:
        return progress / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))


SCHEDULES: Mapping[str, Schedule] = MappingProxyType({"constant": constant, "cosine": cosine})
"""Every schedule by the name it has on the command line."""
