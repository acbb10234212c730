"""What a training run does step by step, which weights it keeps, and when it ends."""

import copy
import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from model.data.mnist import LabelledImages
from model.errors import DataError, TrainingError
from model.evaluation.images import accuracy, measure
from model.nn import Floats
from model.optim.backpropagation import loss_and_gradient
from model.training.callbacks import Callbacks, Update
from model.training.checkpoint import Checkpoint
from model.training.config import TrainingConfig
from model.training.loop import train
from model.training.progress import Progress
from tests.model.examples import blobs
from tests.model.small_training import CONFIG, TRAINING, VALIDATION, run, score_of


def test_the_network_is_that_of_the_best_epoch_not_of_the_last() -> None:
    # A rate this high makes later epochs worse than earlier ones.
    trained = run(CONFIG.changed(learning_rate=0.2, epochs=12))
    scores = [epoch.score for epoch in trained.history.epochs]
    assert scores[-1] < max(scores), "the last epoch should not be the best in this test"
    assert score_of(trained) == max(scores)
    assert accuracy(trained.network, trained.scaling, VALIDATION) == max(scores)


def test_the_network_is_that_of_the_last_epoch_where_that_is_asked_for() -> None:
    trained = run(CONFIG.changed(learning_rate=0.2, epochs=12, keep="last"))
    scores = [epoch.score for epoch in trained.history.epochs]
    assert trained.kept_epoch == trained.history.epochs[-1]
    assert accuracy(trained.network, trained.scaling, VALIDATION) == scores[-1] < max(scores)


def test_the_average_of_the_weights_is_what_is_measured_and_kept() -> None:
    plain, averaged = (run(CONFIG.changed(ema_decay=decay, epochs=2)) for decay in (0.0, 0.95))
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
    # In one micro_batch, and in two, as a set too large for the network at once is taken.
    large = blobs(3000, 2)
    config = CONFIG.changed(batch_size="full", optimizer="sgd", learning_rate=0.1, epochs=1)
    seen: list[Progress] = []
    callbacks = Callbacks(on_step=seen.append)
    through = train(config, large, VALIDATION, seed=np.random.SeedSequence(0), callbacks=callbacks)
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
        run(config.changed(optimizer="sgd", learning_rate=1e-30), on_step=seen.append)
        first, last = ([progress.loss for progress in seen if progress.images == images] for images in (32, 700))
        return first, last

    first_batches, whole_epochs = losses(CONFIG)
    assert len(set(first_batches)) == 3, "the same images came first in two epochs"
    assert np.ptp(whole_epochs) < 1e-5, "an epoch did not use each image once"
    _, distorted = losses(CONFIG.changed(**{"augmentation.images.rotation": 20}))
    assert np.ptp(distorted) > 1e-4, "two epochs showed the same distortions"


def test_the_schedule_reaches_the_steps() -> None:
    step = run(CONFIG.changed(schedule="step", step_size=1, gamma=0.5, learning_rate=0.01))
    assert [epoch.learning_rate for epoch in step.history.epochs] == pytest.approx([0.01, 0.005, 0.0025])
    cosine = run(CONFIG.changed(schedule="cosine", learning_rate=0.01))
    rates = [epoch.learning_rate for epoch in cosine.history.epochs]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 1e-4
    still = CONFIG.changed(optimizer="sgd", schedule="step", step_size=1, gamma=1e-30, epochs=2)
    losses = [epoch.validation_loss for epoch in run(still).history.epochs]
    assert losses[0] == losses[1], "the second epoch moved the weights in spite of a rate of nothing"


@pytest.mark.parametrize("settings", [{}, {"warmup": 0.5}, {"batch_size": "full", "epochs": 50}, {"epochs": 1}])
def test_no_step_is_wasted_on_a_rate_of_nothing(settings: dict[str, Any]) -> None:
    config = CONFIG.changed(schedule="cosine", learning_rate=0.01, **settings)
    seen: list[Checkpoint] = []
    run(config, save=lambda checkpoint: seen.append(copy.deepcopy(checkpoint)), save_seconds=0.0)
    rates = [checkpoint.state.learning_rate for checkpoint in seen[1:]]
    assert min(rates) > 0
    assert max(rates) > 0.006, "a schedule of any length comes near its rate"
    moved = [np.ptp(one.arrays["parameters"] - other.arrays["parameters"]) for one, other in pairwise(seen[:3])]
    assert moved[0] > 0, "the first step moved nothing"


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
    trained = run(CONFIG.changed(**settings))
    assert trained.stopped_by == stopped_by
    assert len(trained.history.epochs) == epochs
    assert accuracy(trained.network, trained.scaling, VALIDATION) == score_of(trained)


def test_validation_counts_as_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*words: Any) -> Any:
        time.sleep(0.2)
        return measure(*words)

    monkeypatch.setattr("model.training.loop.measure", slowly)
    trained = run(CONFIG.changed(max_seconds=0.3, epochs=50))
    assert trained.stopped_by == "time"
    assert len(trained.history.epochs) <= 2


def test_a_last_batch_of_one_image_teaches_as_any_other_with_batch_normalisation() -> None:
    # 641 = 20 * 32 + 1: alone, that image would be all zeros to the network.
    seen: list[Progress] = []
    callbacks = Callbacks(on_step=seen.append)
    examples = TRAINING.take(np.arange(641))
    config = CONFIG.changed(batch_norm=True, epochs=1)
    train(config, examples, VALIDATION, seed=np.random.SeedSequence(0), callbacks=callbacks)
    assert [progress.images for progress in seen] == [*range(32, 640, 32), 641]


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8), "there are no images in it"),
        (np.zeros((2, 28, 28), np.float32), np.zeros(2, np.uint8), "its images are float32, expected uint8"),
        (np.zeros((2, 28, 28), np.uint8), np.array([3, -1]), "its labels must be whole numbers from 0 to 9"),
    ],
)
def test_images_that_are_no_grey_levels_with_digits_are_told_by_the_arguments_name(
    images: Any, labels: Any, message: str
) -> None:
    wrong = LabelledImages(images, labels)
    with pytest.raises(DataError, match=f"^training: {message}"):
        train(CONFIG, wrong, VALIDATION, seed=np.random.SeedSequence(0))
    with pytest.raises(DataError, match=f"^validation: {message}"):
        train(CONFIG, TRAINING, wrong, seed=np.random.SeedSequence(0))


def test_clipping_bounds_each_steps_length() -> None:
    config = CONFIG.changed(optimizer="sgd", learning_rate=1.0, clip_norm=1e-3, epochs=1, schedule="constant")
    start = run(config.changed(learning_rate=1e-30))
    moved = run(config).network.parameters.flat - start.network.parameters.flat
    assert 1e-4 < np.linalg.norm(moved) <= 22 * 1e-3 * 1.001


@pytest.mark.parametrize("settings", [{"learning_rate": 1e6}, {"learning_rate": 1e30}])
def test_a_training_that_diverges_stops_with_the_place_and_a_way_out(settings: dict[str, Any]) -> None:
    last: list[Checkpoint] = []

    def save(checkpoint: Checkpoint) -> None:
        last.append(copy.deepcopy(checkpoint))

    with pytest.raises(TrainingError, match=r"in epoch 1 .* try a lower learning rate than 1e\+"):
        run(CONFIG.changed(optimizer="sgd", **settings), save=save, save_seconds=0.0)
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
            arguments[0][0].weight_gradient[3, 0] = poison
        return value

    monkeypatch.setattr("model.training.trainer.loss_and_gradient", poisoned)
    last: list[Checkpoint] = []
    with pytest.raises(TrainingError, match=r"the gradient's length is (nan|inf) in epoch 2 after 576 images"):
        run(save=last.append, save_seconds=0.0)
    assert np.isfinite(last[-1].arrays["parameters"]).all()


def test_a_validation_loss_that_is_no_number_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.training.loop.measure", lambda *words: replace(measure(*words), loss=float("nan")))
    with pytest.raises(TrainingError, match="the validation loss is nan after epoch 1"):
        run()


def test_after_each_step_the_network_and_the_gradient_are_there_to_be_looked_at() -> None:
    moved: list[bool] = []
    before: Floats = np.empty(0)

    def look(update: Update) -> None:
        nonlocal before
        theta = update.network().parameters.flat
        if update.step > 1:
            moved.append(np.allclose(before - theta, update.learning_rate * update.gradient.flat, atol=1e-6))
        before = theta.copy()

    trained = run(CONFIG.changed(optimizer="sgd", learning_rate=0.05, epochs=1, weight_decay=0.0), on_update=look)
    assert len(moved) == 21
    assert all(moved), "each step is the learning rate times the gradient that was told"
    assert before.tobytes() == trained.network.parameters.flat.tobytes()


def test_the_learning_rate_can_be_another_from_a_step_on() -> None:
    rates: list[float] = []
    asked = iter([None] * 5 + [0.01] * 17)
    run(
        CONFIG.changed(optimizer="sgd", learning_rate=0.05, epochs=1),
        on_update=lambda update: rates.append(update.learning_rate),
        learning_rate=lambda: next(asked),
    )
    assert rates == [0.05] * 5 + [0.01] * 17
