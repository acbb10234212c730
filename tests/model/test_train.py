"""Training: it learns, keeps the best epoch, repeats itself bit for bit, resumes, and stops when it must."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.augment.images import Distortion
from model.backpropagation import loss_and_gradient
from model.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from model.config import TrainingConfig
from model.data.mnist import load_mnist, split_validation
from model.errors import TrainingError
from model.evaluate import accuracy, measure, preprocess_examples, reconstruction_error
from model.optimizers import OPTIMIZERS
from model.progress import History, Progress
from model.train import Hooks, Trained, train
from tests.model.examples import blobs

CONFIG = TrainingConfig(hidden=(16,), epochs=3, batch_size=32, schedule="constant")
TRAINING, VALIDATION = blobs(700, 0), blobs(200, 1)


def run(config: TrainingConfig = CONFIG, seed: int = 0, resume: Checkpoint | None = None, **hooks: Any) -> Trained:
    return train(config, TRAINING, VALIDATION, seed=np.random.SeedSequence(seed), resume=resume, hooks=Hooks(**hooks))


def score_of(trained: Trained) -> float:
    assert trained.kept_epoch.validation_accuracy is not None
    return trained.kept_epoch.validation_accuracy


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("hidden", [(), (16,), (16, 16)])
def test_every_optimizer_learns_at_every_depth_at_its_usual_rate(optimizer: str, hidden: tuple[int, ...]) -> None:
    trained = run(replace(CONFIG, optimizer=optimizer, hidden=hidden, epochs=25, batch_size=16))
    assert score_of(trained) > 0.95
    epochs = trained.history.epochs
    assert epochs[-1].loss < epochs[0].loss / 2


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky-relu", "gelu"])
@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("softmax", "cross-entropy"),
        ("softmax", "binary-cross-entropy"),
        ("sigmoid", "binary-cross-entropy"),
        ("sigmoid", "mse"),
        ("linear", "mse"),
        ("linear", "mae"),
        ("sigmoid", "mae"),
        ("softmax", "mse"),
        ("softmax", "mae"),
    ],
)
def test_every_activation_learns_under_every_loss(activation: str, output: str, loss: str) -> None:
    trained = run(
        replace(
            CONFIG,
            activation=activation,
            output=output,
            loss=loss,
            hidden=(32,),
            scaling="center",
            learning_rate=0.003,
            batch_size=16,
            epochs=40,
        )
    )
    losses = [epoch.loss for epoch in trained.history.epochs]
    assert losses[-1] < 0.8 * losses[0]
    # The absolute error is content with all zeros, which is right in nine outputs of ten: it may well stay there.
    assert loss == "mae" or score_of(trained) > 0.8


@pytest.mark.parametrize("scaling", ["unit", "symmetric", "center", "standardize"])
@pytest.mark.parametrize("init", ["he", "glorot", "normal"])
def test_every_scaling_and_initializer_learns(scaling: str, init: str) -> None:
    assert score_of(run(replace(CONFIG, scaling=scaling, init=init, learning_rate=0.005, epochs=12))) > 0.9


@pytest.mark.parametrize(
    "settings",
    [
        {"dropout": 0.3},
        {"label_smoothing": 0.1},
        {"weight_decay": 1e-3},
        {"optimizer": "adamw", "weight_decay": 0.05},
        {"clip_norm": 0.5},
        {"average_decay": 0.9},
        {"schedule": "step", "step_epochs": 4, "step_factor": 0.5},
        {"batch_size": "full", "epochs": 150},
        {"batch_size": 1, "epochs": 4, "learning_rate": 0.01, "optimizer": "sgd"},
        {"init": "zeros", "hidden": ()},
        {"scaling": "none", "learning_rate": 0.0003, "epochs": 30, "hidden": (64,)},
    ],
)
def test_every_way_of_training_learns(settings: dict[str, Any]) -> None:
    config = replace(CONFIG, **{"learning_rate": 0.005, "epochs": 15, **settings})
    assert score_of(run(config)) > 0.9


def test_an_autoencoder_draws_what_it_saw_ever_better() -> None:
    config = replace(CONFIG, task="autoencoder", output="sigmoid", loss="mse", hidden=(32,), epochs=8)
    trained = run(config)
    errors = [epoch.validation_loss for epoch in trained.history.epochs]
    assert errors[-1] < errors[0] * 0.7
    assert trained.kept_epoch.validation_accuracy is None
    error = reconstruction_error(trained.network, trained.scaling, VALIDATION.images)
    assert error == pytest.approx(trained.kept_epoch.validation_loss, rel=1e-4)


EVERYTHING = replace(
    CONFIG,
    augmentation=Distortion(rotation=10, shift=1),
    dropout=0.2,
    average_decay=0.9,
    clip_norm=1.0,
    hidden=(16, 12),
)


def test_the_same_seed_gives_the_same_weights_bit_for_bit_and_another_seed_others() -> None:
    one, again, other = run(EVERYTHING, 3), run(EVERYTHING, 3), run(EVERYTHING, 4)
    assert one.network.parameters.flat.tobytes() == again.network.parameters.flat.tobytes()
    assert one.network.parameters.flat.tobytes() != other.network.parameters.flat.tobytes()


def test_the_number_of_threads_does_not_show() -> None:
    config = replace(CONFIG, hidden=(512,), epochs=1, average_decay=0.5)
    results = [
        train(config, TRAINING, VALIDATION, seed=np.random.SeedSequence(0), threads=threads) for threads in (1, 3)
    ]
    one, other = (result.network.parameters.flat.tobytes() for result in results)
    assert one == other


def without_seconds(history: History) -> History:
    return replace(history, epochs=[replace(epoch, seconds=0.0) for epoch in history.epochs])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_resumed_from_any_checkpoint_it_ends_with_the_same_bits(optimizer: str, tmp_path: Path) -> None:
    config = replace(EVERYTHING, optimizer=optimizer, batch_size=150)
    checkpoints: list[Path] = []

    def save(checkpoint: Checkpoint) -> None:
        checkpoints.append(tmp_path / f"{len(checkpoints)}.npz")
        save_checkpoint(checkpoints[-1], checkpoint)

    through = run(config, save=save, save_seconds=0.0)
    # Before the first step, after each but an epoch's last, after each epoch, and at the end.
    assert len(checkpoints) == 1 + 3 * 4 + 3 + 1
    for path in checkpoints:
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
    config = replace(CONFIG, batch_size="full", epochs=50)
    steps: list[Progress] = []
    stopped = run(config, on_step=steps.append, stop_requested=lambda: len(steps) == 7)
    assert (stopped.stopped_by, len(stopped.history.epochs)) == ("interrupt", 7)
    timed = run(replace(config, max_seconds=1e-9))
    assert (timed.stopped_by, len(timed.history.epochs)) == ("time", 1)


@pytest.mark.parametrize("settings", [{"max_seconds": 1e-9}, {"patience": 1, "loss_tolerance": 100.0}])
def test_a_run_that_has_ended_is_not_trained_any_further_when_resumed(settings: dict[str, Any]) -> None:
    last: list[Checkpoint] = []
    config = replace(CONFIG, **settings)
    ended = run(config, save=lambda checkpoint: last.append(copy.deepcopy(checkpoint)))
    steps: list[Progress] = []
    again = run(config, resume=last[-1], on_step=steps.append)
    assert steps == []
    assert again.stopped_by == ended.stopped_by
    assert again.network.parameters.flat.tobytes() == ended.network.parameters.flat.tobytes()


def test_a_checkpoint_of_other_settings_or_another_network_is_refused() -> None:
    last: list[Checkpoint] = []
    run(replace(CONFIG, epochs=1), save=last.append)
    with pytest.raises(TrainingError, match="other settings"):
        run(CONFIG, resume=last[-1])
    arrays = {**last[-1].arrays, "memory": np.zeros((1, 3), np.float32)}
    with pytest.raises(TrainingError, match="'memory' does not fit"):
        run(replace(CONFIG, epochs=1), resume=replace(last[-1], arrays=arrays))


def test_stopped_within_the_first_epoch_it_still_gives_the_weights_it_has() -> None:
    stopped = run(replace(CONFIG, learning_rate=0.01), stop_requested=lambda: True)
    assert stopped.stopped_by == "interrupt"
    assert stopped.history.epochs == []
    assert (stopped.kept_epoch.number, stopped.kept_epoch.images) == (1, 32)
    assert accuracy(stopped.network, stopped.scaling, VALIDATION) == score_of(stopped)


def test_the_network_is_that_of_the_best_epoch_not_of_the_last() -> None:
    # A rate this high makes later epochs worse than earlier ones.
    trained = run(replace(CONFIG, learning_rate=0.2, epochs=12))
    scores = [epoch.score for epoch in trained.history.epochs]
    assert scores[-1] < max(scores), "the last epoch should not be the best in this test"
    assert score_of(trained) == max(scores)
    assert accuracy(trained.network, trained.scaling, VALIDATION) == max(scores)


def test_the_network_is_that_of_the_last_epoch_where_that_is_asked_for() -> None:
    trained = run(replace(CONFIG, learning_rate=0.2, epochs=12, keep="last"))
    scores = [epoch.score for epoch in trained.history.epochs]
    assert trained.kept_epoch == trained.history.epochs[-1]
    assert accuracy(trained.network, trained.scaling, VALIDATION) == scores[-1] < max(scores)


def test_the_average_of_the_weights_is_what_is_measured_and_kept() -> None:
    plain, averaged = (run(replace(CONFIG, average_decay=decay, epochs=2)) for decay in (0.0, 0.95))
    assert plain.network.parameters.flat.tobytes() != averaged.network.parameters.flat.tobytes()
    assert accuracy(averaged.network, averaged.scaling, VALIDATION) == score_of(averaged)
    # The path is the same one: averaging looks on and does not steer.
    assert [epoch.loss for epoch in plain.history.epochs] == [epoch.loss for epoch in averaged.history.epochs]


def test_every_image_is_used_once_an_epoch_the_last_batch_being_shorter() -> None:
    seen: list[Progress] = []
    numbers: list[int] = []
    run(on_step=seen.append, on_epoch=lambda history: numbers.append(history.epochs[-1].number))
    assert [progress.images for progress in seen if progress.epoch == 2] == [*range(32, 700, 32), 700]
    assert numbers == [1, 2, 3]


def test_full_batch_training_takes_one_step_an_epoch_of_the_exact_gradient() -> None:
    # In one piece, and in two, as a set too large for the network at once is taken.
    large = blobs(3000, 2)
    config = replace(CONFIG, batch_size="full", optimizer="sgd", learning_rate=0.1, epochs=1)
    seen: list[Progress] = []
    hooks = Hooks(on_step=seen.append)
    through = train(config, large, VALIDATION, seed=np.random.SeedSequence(0), hooks=hooks)
    assert [progress.images for progress in seen] == [3000]
    epoch = through.history.epochs[0]
    assert epoch.loss == pytest.approx(seen[0].loss)
    order_does_not_matter = train(
        config, large.take(np.arange(3000)[::-1]), VALIDATION, seed=np.random.SeedSequence(0)
    )
    np.testing.assert_allclose(
        order_does_not_matter.network.parameters.flat, through.network.parameters.flat, atol=1e-5
    )


def test_the_images_come_in_another_order_each_epoch_and_distorted_anew() -> None:
    # With a rate of next to nothing the network stays as it is, and the loss tells what it was shown.
    def losses(config: TrainingConfig) -> tuple[list[float], list[float]]:
        seen: list[Progress] = []
        run(replace(config, optimizer="sgd", learning_rate=1e-30), on_step=seen.append)
        first, last = ([progress.loss for progress in seen if progress.images == images] for images in (32, 700))
        return first, last

    first_batches, whole_epochs = losses(CONFIG)
    assert len(set(first_batches)) == 3, "the same images came first in two epochs"
    assert np.ptp(whole_epochs) < 1e-5, "an epoch did not use each image once"
    _, distorted = losses(replace(CONFIG, augmentation=Distortion(rotation=20)))
    assert np.ptp(distorted) > 1e-4, "two epochs showed the same distortions"


def test_the_schedule_reaches_the_steps() -> None:
    step = run(replace(CONFIG, schedule="step", step_epochs=1, step_factor=0.5, learning_rate=0.01))
    assert [epoch.learning_rate for epoch in step.history.epochs] == pytest.approx([0.01, 0.005, 0.0025])
    cosine = run(replace(CONFIG, schedule="cosine", learning_rate=0.01))
    rates = [epoch.learning_rate for epoch in cosine.history.epochs]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 1e-4
    still = replace(CONFIG, optimizer="sgd", schedule="step", step_epochs=1, step_factor=1e-30, epochs=2)
    losses = [epoch.validation_loss for epoch in run(still).history.epochs]
    assert losses[0] == losses[1], "the second epoch moved the weights in spite of a rate of nothing"


@pytest.mark.parametrize(
    ("settings", "stopped_by", "epochs"),
    [
        ({"patience": 1, "learning_rate": 1e-30, "optimizer": "sgd"}, "patience", 2),
        ({"loss_tolerance": 100.0}, "loss-tolerance", 2),
        ({"gradient_tolerance": 1e9}, "gradient-tolerance", 1),
        ({"max_seconds": 1e-9}, "time", 0),
        ({}, "epochs", 3),
    ],
)
def test_each_criterion_ends_it_and_says_so(settings: dict[str, Any], stopped_by: str, epochs: int) -> None:
    trained = run(replace(CONFIG, **settings))
    assert trained.stopped_by == stopped_by
    assert len(trained.history.epochs) == epochs
    assert accuracy(trained.network, trained.scaling, VALIDATION) == score_of(trained)


def test_clipping_bounds_each_steps_length() -> None:
    config = replace(CONFIG, optimizer="sgd", learning_rate=1.0, clip_norm=1e-3, epochs=1, schedule="constant")
    start = run(replace(config, learning_rate=1e-30))
    moved = run(config).network.parameters.flat - start.network.parameters.flat
    assert 1e-4 < np.linalg.norm(moved) <= 22 * 1e-3 * 1.001


@pytest.mark.parametrize("settings", [{"learning_rate": 1e6}, {"learning_rate": 1e30}])
def test_a_training_that_diverges_stops_with_the_place_and_a_way_out(settings: dict[str, Any]) -> None:
    last: list[Checkpoint] = []

    def save(checkpoint: Checkpoint) -> None:
        last.append(copy.deepcopy(checkpoint))

    with pytest.raises(TrainingError, match=r"in epoch 1 .* try a lower learning rate than 1e\+"):
        run(replace(CONFIG, optimizer="sgd", **settings), save=save, save_seconds=0.0)
    assert np.isfinite(last[0].arrays["parameters"]).all()


@pytest.mark.parametrize("poison", [np.nan, np.inf])
def test_a_gradient_that_is_no_number_stops_it_before_it_reaches_the_weights(
    poison: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def poisoned(*arguments: Any, **settings: Any) -> float:
        nonlocal calls
        value = loss_and_gradient(*arguments, **settings)
        calls += 1
        if calls == 40:
            arguments[4].flat[3] = poison
        return value

    monkeypatch.setattr("model.learner.loss_and_gradient", poisoned)
    last: list[Checkpoint] = []
    with pytest.raises(TrainingError, match=r"the gradient's length is (nan|inf) in epoch 2 after 576 images"):
        run(save=last.append, save_seconds=0.0)
    assert np.isfinite(last[-1].arrays["parameters"]).all()


def test_a_validation_loss_that_is_no_number_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.train.measure", lambda *words: replace(measure(*words), loss=float("nan")))
    with pytest.raises(TrainingError, match="the validation loss is nan after epoch 1"):
        run()


@pytest.mark.mnist
def test_two_thousand_real_digits_teach_it_most_of_the_way(mnist_folder: Path) -> None:
    some = load_mnist(mnist_folder).train.take(np.arange(3_000))
    training, validation = split_validation(preprocess_examples(some), 1_000, rng=np.random.default_rng(0))
    config = TrainingConfig(hidden=(64,), epochs=8, batch_size=32)
    assert score_of(train(config, training, validation, seed=np.random.SeedSequence(0))) > 0.9
