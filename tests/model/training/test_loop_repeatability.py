"""Training repeats itself bit for bit, and goes on where it was stopped as if it had not been."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.errors import TrainingError
from model.evaluation.images import accuracy
from model.optim.optimizers import OPTIMIZERS
from model.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.training.loop import train
from model.training.progress import History, Progress
from tests.model.small_training import CONFIG, TRAINING, VALIDATION, run, score_of

EVERYTHING = CONFIG.changed(
    **{"augmentation.images.rotation": 10, "augmentation.images.shift": 1},
    dropout=0.2,
    ema_decay=0.9,
    clip_norm=1.0,
    channels=(3,),
    kernel_size=(6,),
    stride=(4,),
    hidden=(16, 12),
    batch_norm=True,
)


def test_the_same_seed_gives_the_same_weights_bit_for_bit_and_another_seed_others() -> None:
    one, again, other = run(EVERYTHING, 3), run(EVERYTHING, 3), run(EVERYTHING, 4)
    assert one.network.parameters.flat.tobytes() == again.network.parameters.flat.tobytes()
    assert one.network.parameters.flat.tobytes() != other.network.parameters.flat.tobytes()


def test_the_number_of_threads_does_not_show() -> None:
    config = CONFIG.changed(hidden=(512,), epochs=1, ema_decay=0.5)
    results = [
        train(config, TRAINING, VALIDATION, seed=np.random.SeedSequence(0), threads=threads) for threads in (1, 3)
    ]
    one, other = (result.network.parameters.flat.tobytes() for result in results)
    assert one == other


def without_seconds(history: History) -> History:
    return replace(history, epochs=[replace(epoch, seconds=0.0) for epoch in history.epochs])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_resumed_from_any_checkpoint_it_ends_with_the_same_bits(optimizer: str, tmp_path: Path) -> None:
    config = EVERYTHING.changed(optimizer=optimizer, batch_size=150)
    checkpoints: list[Path] = []

    def save(checkpoint: Checkpoint) -> None:
        checkpoints.append(tmp_path / f"{len(checkpoints)}.npz")
        save_checkpoint(checkpoints[-1], checkpoint)

    through = run(config, save=save, save_seconds=0.0)
    # Before the first step, after each but an epoch's last, after each epoch, and at the end.
    assert len(checkpoints) == 1 + 3 * 4 + 3 + 1
    for path in {*checkpoints[::3], checkpoints[-1]}:
        resumed = run(config, resume=load_checkpoint(path))
        assert resumed.network.parameters.flat.tobytes() == through.network.parameters.flat.tobytes(), path
        assert without_seconds(resumed.history) == without_seconds(through.history)
        assert replace(resumed.kept_epoch, seconds=0) == replace(through.kept_epoch, seconds=0)


def test_interrupted_and_resumed_it_ends_with_the_same_bits() -> None:
    last: list[Checkpoint] = []
    steps = 0

    def stop() -> bool:
        nonlocal steps
        steps += 1
        return steps == 30

    through = run(EVERYTHING)
    stopped = run(EVERYTHING, stop_requested=stop, save=lambda checkpoint: last.append(copy.deepcopy(checkpoint)))
    assert stopped.stopped_by == "interrupt"
    assert len(stopped.history.epochs) == 1
    resumed = run(EVERYTHING, resume=last[-1])
    assert resumed.stopped_by == "epochs"
    assert resumed.network.parameters.flat.tobytes() == through.network.parameters.flat.tobytes()


def test_stopped_by_an_epochs_last_step_the_epoch_counts() -> None:
    config = CONFIG.changed(batch_size="full", epochs=50)
    steps: list[Progress] = []
    stopped = run(config, on_step=steps.append, stop_requested=lambda: len(steps) == 7)
    assert (stopped.stopped_by, len(stopped.history.epochs)) == ("interrupt", 7)
    timed = run(config.changed(max_seconds=1e-9))
    assert (timed.stopped_by, len(timed.history.epochs)) == ("time", 1)


@pytest.mark.parametrize("settings", [{"max_seconds": 1e-9}, {"patience": 1, "loss_tolerance": 100.0}])
def test_a_run_that_has_ended_is_not_trained_any_further_when_resumed(settings: dict[str, Any]) -> None:
    last: list[Checkpoint] = []
    config = CONFIG.changed(**settings)
    ended = run(config, save=lambda checkpoint: last.append(copy.deepcopy(checkpoint)))
    steps: list[Progress] = []
    again = run(config, resume=last[-1], on_step=steps.append)
    assert steps == []
    assert again.stopped_by == ended.stopped_by
    assert again.network.parameters.flat.tobytes() == ended.network.parameters.flat.tobytes()


def test_a_checkpoint_of_other_settings_or_another_network_is_refused() -> None:
    last: list[Checkpoint] = []
    run(CONFIG.changed(epochs=1), save=last.append)
    with pytest.raises(TrainingError, match="other settings"):
        run(CONFIG, resume=last[-1])
    arrays = {**last[-1].arrays, "memory": np.zeros((1, 3), np.float32)}
    with pytest.raises(TrainingError, match="'memory' does not fit"):
        run(CONFIG.changed(epochs=1), resume=replace(last[-1], arrays=arrays))


def test_stopped_within_the_first_epoch_it_still_gives_the_weights_it_has() -> None:
    stopped = run(CONFIG.changed(learning_rate=0.01), stop_requested=lambda: True)
    assert stopped.stopped_by == "interrupt"
    assert stopped.history.epochs == []
    assert (stopped.kept_epoch.number, stopped.kept_epoch.images) == (1, 32)
    assert accuracy(stopped.network, stopped.scaling, VALIDATION) == score_of(stopped)
