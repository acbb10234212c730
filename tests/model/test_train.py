"""Training: it learns, it keeps the best epoch, it repeats itself bit for bit, and it stops when it must."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.augment import Affine
from model.config import TrainingConfig
from model.data.mnist import LabelledImages, load_mnist, split_validation
from model.errors import TrainingError
from model.evaluate import accuracy, evaluate, preprocess_examples
from model.train import Epoch, Progress, Trained, train
from model.verdict import Calibration

CONFIG = TrainingConfig(hidden=(16,), epochs=3, batch_size=32, schedule="constant")


def blobs(count: int, seed: int) -> LabelledImages:
    """Images that a small network can tell apart: noise, and a bright row whose place is the label."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    images = rng.integers(0, 120, (count, 28, 28)).astype(np.uint8)
    images[np.arange(count), 4 + 2 * labels] = 255
    return LabelledImages(images, labels)


TRAINING, VALIDATION = blobs(700, 0), blobs(200, 1)


def run(config: TrainingConfig = CONFIG, seed: int = 0) -> Trained:
    return train(config, TRAINING, VALIDATION, rng=np.random.default_rng(seed))


@pytest.mark.parametrize(("optimizer", "learning_rate"), [("sgd", 0.05), ("adam", 0.005)])
@pytest.mark.parametrize("hidden", [(), (16,), (16, 16)])
def test_every_optimizer_learns_at_every_depth(optimizer: str, learning_rate: float, hidden: tuple[int, ...]) -> None:
    config = replace(CONFIG, optimizer=optimizer, learning_rate=learning_rate, hidden=hidden, epochs=12)
    trained = run(config)
    assert trained.best_epoch.validation_accuracy > 0.95
    assert trained.history[-1].loss < trained.history[0].loss / 2


def test_the_same_seed_gives_the_same_weights_bit_for_bit_and_another_seed_others() -> None:
    config = replace(CONFIG, augmentation=Affine(rotation=10, shift=1))
    one, again, other = run(config, 3), run(config, 3), run(config, 4)
    assert one.network.parameters.flat.tobytes() == again.network.parameters.flat.tobytes()
    assert one.network.parameters.flat.tobytes() != other.network.parameters.flat.tobytes()


def test_the_network_is_that_of_the_best_epoch_not_of_the_last() -> None:
    # A rate this high makes later epochs worse than earlier ones.
    trained = run(replace(CONFIG, learning_rate=0.2, epochs=12))
    scores = [epoch.validation_accuracy for epoch in trained.history]
    assert scores[-1] < max(scores), "the last epoch should not be the best in this test"
    assert trained.best_epoch.validation_accuracy == max(scores)
    assert accuracy(trained.network, VALIDATION) == max(scores)


def test_every_image_is_used_once_an_epoch_the_last_batch_being_shorter() -> None:
    seen: list[Progress] = []
    epochs: list[Epoch] = []
    train(CONFIG, TRAINING, VALIDATION, rng=np.random.default_rng(0), on_step=seen.append, on_epoch=epochs.append)
    assert [progress.images for progress in seen if progress.epoch == 2] == [*range(32, 700, 32), 700]
    assert [epoch.number for epoch in epochs] == [1, 2, 3]


def test_the_images_come_in_another_order_each_epoch_and_distorted_anew() -> None:
    # With a rate of next to nothing the network stays as it is, and the loss tells what it was shown.
    def losses(config: TrainingConfig) -> tuple[list[float], list[float]]:
        seen: list[Progress] = []
        still = replace(config, optimizer="sgd", learning_rate=1e-30, momentum=0.0)
        train(still, TRAINING, VALIDATION, rng=np.random.default_rng(0), on_step=seen.append)
        first, last = ([progress.loss for progress in seen if progress.images == images] for images in (32, 700))
        return first, last

    first_batches, whole_epochs = losses(CONFIG)
    assert len(set(first_batches)) == 3, "the same images came first in two epochs"
    assert np.ptp(whole_epochs) < 1e-5, "an epoch did not use each image once"
    _, distorted = losses(replace(CONFIG, augmentation=Affine(rotation=20)))
    assert np.ptp(distorted) > 1e-4, "two epochs showed the same distortions"


@pytest.mark.parametrize("learning_rate", [1e6, 1e30])
def test_a_training_that_diverges_stops_with_the_place_and_a_way_out(learning_rate: float) -> None:
    config = replace(CONFIG, optimizer="sgd", learning_rate=learning_rate)
    with pytest.raises(TrainingError, match=r"in epoch 1 .* try a lower learning rate than 1e\+"):
        run(config)


def test_ctrl_c_keeps_the_best_epoch_so_far() -> None:
    def interrupt(epoch: Epoch) -> None:
        if epoch.number == 2:
            raise KeyboardInterrupt

    trained = train(CONFIG, TRAINING, VALIDATION, rng=np.random.default_rng(0), on_epoch=interrupt)
    assert trained.stopped_by == "interrupt"
    assert len(trained.history) == 2
    assert accuracy(trained.network, VALIDATION) == trained.best_epoch.validation_accuracy


def test_evaluation_counts_each_image_under_its_truth_and_its_reading() -> None:
    trained = run(replace(CONFIG, epochs=12))
    result = evaluate(trained.network, Calibration(1.0), VALIDATION)
    np.testing.assert_array_equal(result.confusion.sum(axis=1), np.bincount(VALIDATION.labels, minlength=10))
    assert result.accuracy == accuracy(trained.network, VALIDATION) == np.trace(result.confusion) / 200


@pytest.mark.mnist
def test_two_thousand_real_digits_teach_it_most_of_the_way(mnist_folder: Path) -> None:
    rng = np.random.default_rng(0)
    some = load_mnist(mnist_folder).train.take(np.arange(3_000))
    training, validation = split_validation(preprocess_examples(some), 1_000, rng=rng)
    trained = train(TrainingConfig(hidden=(64,), epochs=8, batch_size=32), training, validation, rng=rng)
    assert trained.best_epoch.validation_accuracy > 0.9
