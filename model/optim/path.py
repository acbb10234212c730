"""The path of a run through the space of its parameters: theta at steps spread evenly, however many they become."""

import numpy as np
from numpy.typing import NDArray

from model.errors import ConfigError
from model.nn import Floats

MAX_POINTS = 100
MIN_POINTS = 8
"""Of a path from which anything can be seen."""

MAX_BYTES = 64 * 2**20
"""Of a path: each checkpoint holds it."""


def path_points(parameters: int) -> int:
    """How many points a path of so many parameters has at most.

    Raises:
        ConfigError: the network is too large for a path.
    """
    points = min(MAX_POINTS, MAX_BYTES // (4 * parameters))
    if points < MIN_POINTS:
        raise ConfigError(
            f"keep_path keeps at least {MIN_POINTS} points of at most {MAX_BYTES // 2**20} MiB together: "
            f"{parameters:,} parameters are too many, {MAX_BYTES // (4 * MIN_POINTS):,} can be kept"
        )
    return points


def kept_steps(steps: int, points: int) -> NDArray[np.int64]:
    """After which steps there is a point, when so many were taken: 0, s, 2 s, ..., s the least power of 2 with room.

    Which need not be known beforehand: when there is no room for one more, every second point goes.
    """
    return np.arange(0, steps + 1, _stride(steps, points))


class ParameterPath:
    """The points so far.

    Args:
        theta: float (parameters,), as they are at first.

    Attributes:
        points: float (points, parameters), those after `kept_steps` first; all there is to save and restore.
    """

    def __init__(self, theta: Floats) -> None:
        self.points: Floats = np.zeros((path_points(theta.size), theta.size), theta.dtype)
        self.points[0] = theta

    def record(self, theta: Floats, step: int) -> None:
        """Keep theta as it is after a step, from 1, if it is one to be kept. Each step has to come."""
        room = len(self.points)
        stride = _stride(step, room)
        if stride > _stride(step - 1, room):
            for number, point in enumerate(self.points[::2]):
                self.points[number] = point
        if step % stride == 0:
            self.points[step // stride] = theta


def _stride(steps: int, points: int) -> int:
    """The least power of 2 of which no more multiples are within so many steps, 0 too, than there is room for."""
    return 1 << max(0, (steps // points).bit_length())
