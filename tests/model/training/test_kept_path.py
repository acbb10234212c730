"""The path of a run: in its checkpoints if asked for, and the same after resuming."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from model.artifact import load_artifact, packaged_weights
from model.nn import Floats
from model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.training.fine_tuning import fine_tuning, settings_of_weights
from tests.model.small_training import CONFIG, run

KEPT = CONFIG.changed(keep_path=True, batch_size=8, epochs=2)


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


def test_what_weights_kept_is_not_kept_again_by_fine_tuning_them() -> None:
    weights = load_artifact(packaged_weights())
    settings = settings_of_weights(weights).changed(batch_norm=False, keep_path=True).as_settings()
    assert not fine_tuning(replace(weights, config=settings)).keep_path
