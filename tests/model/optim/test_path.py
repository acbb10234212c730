"""A path has points spread evenly over its steps, however many they become."""

import numpy as np
import pytest

from model.optim.path import MAX_BYTES, ParameterPath, kept_steps, path_points


@pytest.mark.parametrize("room", [8, 31, 100])
def test_the_points_are_spread_evenly_and_at_least_half_of_what_there_is_room_for(room: int) -> None:
    path = ParameterPath(np.zeros(1, np.float32))
    path.points = path.points[:room].copy()
    for step in range(1, 1_000):
        path.record(np.full(1, step, np.float32), step)
        steps = kept_steps(step, room)
        assert path.points[: len(steps), 0].tolist() == steps.tolist()
        assert len(set(np.diff(steps))) <= 1
        assert min(step + 1, room // 2) <= len(steps) <= room


def test_a_large_network_has_fewer_points() -> None:
    assert path_points(1_000) == 100
    assert path_points(535_818) == 31
    assert 4 * 535_818 * path_points(535_818) <= MAX_BYTES
