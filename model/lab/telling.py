"""How a job tells how far it is, and in which figures it gives what came of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Tell = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""

_DIGITS = 6
"""Significant ones: more than any picture shows, and half as long as all of them."""

_PARTS = 20
"""In which work is told."""


def counter(tell: Tell, what: str, total: int) -> Callable[[], None]:
    """A function to call after each of so many pieces of work; a twentieth of them is told at once."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if done == total or done % -(-total // _PARTS) == 0:
            tell(what, done, total)

    return count


def as_figures(values: ArrayLike) -> Any:
    """Numbers of any shape as lists of JSON, to six significant digits; None where they are not finite."""
    return _rounded(np.asarray(values, np.float64).tolist())


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None
