"""Checkpoints: everything comes back bit for bit, and damage is told."""

import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from model.errors import TrainingError
from model.training.checkpoint import Checkpoint, TrainerState, load_checkpoint, save_checkpoint
from model.training.progress import Epoch, History


@pytest.fixture
def checkpoint() -> Checkpoint:
    rng = np.random.default_rng(0)
    history = History(losses=[(0.1, 1 / 3), (0.2, 2 / 7)])
    history.add(Epoch(1, 700, 0.1 + 0.2, 1e-30, None, 0.001, 2 / 3, 1.5))
    state = TrainerState(2, 64, 2, 0.7, 0.1, 0.2, 12.5, 2.3, 24, 0.001, history, (3, 1 / 9))
    arrays = {
        "parameters": rng.normal(size=9).astype(np.float32),
        "memory": rng.normal(size=(2, 9)).astype(np.float32),
    }
    return Checkpoint({"network": {"hidden": [3]}, "learning": {"learning_rate": 0.1}}, state, arrays)


def test_what_was_saved_is_loaded_bit_for_bit(checkpoint: Checkpoint, tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "checkpoint.npz", checkpoint)
    loaded = load_checkpoint(tmp_path / "checkpoint.npz")
    assert loaded.settings == checkpoint.settings
    assert loaded.state == checkpoint.state
    assert set(loaded.arrays) == set(checkpoint.arrays)
    for name, array in checkpoint.arrays.items():
        assert loaded.arrays[name].tobytes() == array.tobytes()


def test_a_truncated_a_foreign_and_a_missing_file_are_told(checkpoint: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    save_checkpoint(path, checkpoint)
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], b"", b"PK\x03\x04", content.replace(b'"position"', b'"pasition"')):
        path.write_bytes(damaged)
        with pytest.raises(TrainingError, match=r"checkpoint\.npz: not a whole checkpoint"):
            load_checkpoint(path)
    path.unlink()
    with pytest.raises(TrainingError, match="not a whole checkpoint"):
        load_checkpoint(path)


def test_one_that_cannot_be_written_leaves_the_one_before(checkpoint: Checkpoint, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"the checkpoint cannot be written: .*[Dd]irectory"):
        save_checkpoint(tmp_path, checkpoint)


@pytest.mark.timeout(20)
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "checkpoint.npz")
    with pytest.raises(TrainingError, match=r"checkpoint\.npz: not a whole checkpoint .*not a regular file"):
        load_checkpoint(tmp_path / "checkpoint.npz")


def test_one_that_inflates_to_more_than_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    np.savez_compressed(path, metadata=np.zeros(2, np.uint8), parameters=np.zeros(100 * 2**20, np.uint8))
    tracemalloc.start()
    with pytest.raises(TrainingError, match=r"checkpoint\.npz: not a whole checkpoint \(its arrays take"):
        load_checkpoint(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10 * 2**20
