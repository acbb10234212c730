"""The path of a run: points spread evenly over its steps, however many they become, and the same after resuming."""

import copy
from pathlib import Path

import numpy as np
import pytest

from model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.training.path import MAX_BYTES, ParameterPath, kept_steps, path_points
from tests.model.small_training import CONFIG, run

KEPT = CONFIG.changed(keep_path=True, batch_size=8, epochs=2)


def checkpoints(**settings: object) -> list[Checkpoint]:
    """One before the first step, one after every step, and one at the end."""
    taken: list[Checkpoint] = []
    run(KEPT.changed(**settings), save=lambda one: taken.append(copy.deepcopy(one)), save_seconds=0.0)
    return taken


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


def test_a_checkpoint_has_the_parameters_of_the_steps_before() -> None:
    taken = checkpoints()
    assert taken[-1].state.optimizer_steps > 100
    found = taken[-1].path()
    assert found is not None
    steps, points = found
    assert steps[0] == 0
    assert steps[-1] == taken[-1].state.optimizer_steps
    assert len(points) <= 101
    by_step = {one.state.optimizer_steps: one.arrays["parameters"] for one in taken}
    for step, point in zip(steps.tolist(), points, strict=True):
        np.testing.assert_array_equal(point, by_step[step])


def test_resumed_the_path_goes_on(tmp_path: Path) -> None:
    taken = checkpoints()
    save_checkpoint(tmp_path / "one.npz", taken[70])
    resumed: list[Checkpoint] = []
    run(KEPT, resume=load_checkpoint(tmp_path / "one.npz"), save=lambda one: resumed.append(copy.deepcopy(one)))
    expected, found = taken[-1].path(), resumed[-1].path()
    assert expected is not None
    assert found is not None
    np.testing.assert_array_equal(found[0], expected[0])
    np.testing.assert_array_equal(found[1], expected[1])


def test_to_keep_the_path_changes_nothing_of_the_training_and_is_not_done_unasked() -> None:
    kept = run(KEPT.changed(epochs=1))
    last: list[Checkpoint] = []
    without = run(KEPT.changed(epochs=1, keep_path=False), save=last.append)
    assert kept.network.parameters.flat.tobytes() == without.network.parameters.flat.tobytes()
    assert last[-1].path() is None
