"""The fields of a job that a page asks for, each checked: its kind, its range, its name."""

import math
from collections.abc import Collection, Mapping
from typing import Any

from model.errors import ConfigError
from model.optim import OPTIMIZERS

MAX_RATE = 1e4
"""No learning rate is higher."""

MAX_SEED = 2**32 - 1


class Fields:
    """A job, field by field.

    Args:
        request: what was sent.
        known: the fields that such a job has, beside its name.

    Raises:
        ConfigError: there is another one.
    """

    def __init__(self, request: Mapping[str, Any], known: Collection[str]) -> None:
        for name in request:
            if name != "job" and name not in known:
                raise ConfigError(f"unknown field '{name}'; known: {', '.join(known)}")
        self._request = request

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds."""
        value = self._given(name, default)
        if type(value) is not int or not low <= value <= high:
            raise ConfigError(f"{name} must be a whole number from {low} to {high}, not {value!r}")
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number from `low` to below `high`."""
        value = self._given(name, default)
        if not is_number(value) or not low <= value < high:
            raise ConfigError(f"{name} must be a number from {low:g} to below {high:g}, not {value!r}")
        return float(value)

    def rate(self, name: str, default: float) -> float:
        """A learning rate."""
        return checked_rate(name, self._given(name, default))

    def choice(self, name: str, default: str, choices: Collection[str]) -> str:
        """One of some names."""
        value = self._given(name, default)
        if not isinstance(value, str) or value not in choices:
            raise ConfigError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
        return value

    def table(self, name: str) -> Mapping[str, Any]:
        """A table of settings; empty if there is none."""
        value = self._given(name, {})
        if not isinstance(value, Mapping):
            raise ConfigError(f"{name} must be a table of settings, not {value!r}")
        return value

    def point(
        self, name: str, default: tuple[float, float], low: tuple[float, float], high: tuple[float, float]
    ) -> tuple[float, float]:
        """A point between two corners, both included."""
        value = self._given(name, default)
        is_point = isinstance(value, list | tuple) and len(value) == 2 and all(map(is_number, value))
        if not is_point or any(not low[i] <= value[i] <= high[i] for i in range(2)):
            raise ConfigError(
                f"{name} must be x and y, from {low[0]:g} to {high[0]:g} and from {low[1]:g} to {high[1]:g}, "
                f"not {value!r}"
            )
        return float(value[0]), float(value[1])

    def racers(self, default: Collection[str], most: int) -> dict[str, float | None]:
        """Optimizers, each with its learning rate or None for the usual one, in the order given."""
        value = self._given("racers", dict.fromkeys(default))
        if not isinstance(value, Mapping) or not 1 <= len(value) <= most:
            raise ConfigError(f"racers must be 1 to {most} optimizers with a learning rate each, not {value!r}")
        for name in value:
            if name not in OPTIMIZERS:
                raise ConfigError(f"racers: unknown optimizer '{name}'; known: {', '.join(OPTIMIZERS)}")
        return {
            name: None if rate is None else checked_rate(f"racers: the learning rate of {name}", rate)
            for name, rate in value.items()
        }

    def _given(self, name: str, default: Any) -> Any:
        value = self._request.get(name)
        return default if value is None else value


def is_number(value: Any) -> bool:
    """Whether it is a finite number, and no truth value."""
    return type(value) in {int, float} and math.isfinite(value)


def checked_rate(name: str, value: Any) -> float:
    """A learning rate.

    Raises:
        ConfigError: it is none; the message calls it by `name`.
    """
    if not is_number(value) or not 0 < value <= MAX_RATE:
        raise ConfigError(f"{name} must be a number above 0 and at most {MAX_RATE:g}, not {value!r}")
    return float(value)
