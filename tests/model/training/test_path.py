"""The path of a run: points spread evenly over its steps, however many they become, and the same after resuming."""

from pathlib import Path

import numpy as np
import pytest

from model.nn import Floats
from model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.training.path import MAX_BYTES, ParameterPath, kept_steps, path_points
from tests.model.small_training import CONFIG, run

KEPT = CONFIG.changed(keep_path=True, batch_size=8, epochs=2)


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


def test_the_last_checkpoint_has_the_parameters_of_steps_before_and_resumed_the_path_goes_on(tmp_path: Path) -> None:
    by_step: dict[int, Floats] = {}
    half_way, end = tmp_path / "half-way.npz", tmp_path / "end.npz"

    def save(checkpoint: Checkpoint) -> None:
        step = checkpoint.state.optimizer_steps
        by_step[step] = checkpoint.arrays["parameters"].copy()
        if step in {70, 176}:
            save_checkpoint(half_way if step == 70 else end, checkpoint)

    run(KEPT, save=save, save_seconds=0.0)
    found = load_checkpoint(end).path()
    assert found is not None
    steps, points = found
    assert steps.tolist() == [*range(0, 176, 2), 176]
    np.testing.assert_array_equal(points, [by_step[step] for step in steps.tolist()])

    resumed: list[Checkpoint] = []
    run(KEPT, resume=load_checkpoint(half_way), save=resumed.append)
    again = resumed[-1].path()
    assert again is not None
    np.testing.assert_array_equal(again[1], points)


def test_what_came_since_the_last_point_is_the_end_of_the_path() -> None:
    last: list[Checkpoint] = []
    run(KEPT.changed(batch_size=4, epochs=1), save=last.append)
    found = last[-1].path()
    assert found is not None
    assert found[0].tolist() == [*range(0, 175, 2), 175]
    np.testing.assert_array_equal(found[1][-1], last[-1].arrays["parameters"])


def test_to_keep_the_path_changes_nothing_of_the_training_and_is_not_done_unasked() -> None:
    kept = run(KEPT.changed(epochs=1))
    last: list[Checkpoint] = []
    without = run(KEPT.changed(epochs=1, keep_path=False), save=last.append)
    assert kept.network.parameters.flat.tobytes() == without.network.parameters.flat.tobytes()
    assert last[-1].path() is None
