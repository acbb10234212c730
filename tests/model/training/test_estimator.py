"""The classifier for notebooks: fit, predict, score, and no more to know than arrays and a seed."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from model.artifact import load_artifact
from model.data.mnist import Mnist, load_mnist
from model.errors import ArtifactError, ConfigError, DataError, TrainingError
from model.training.estimator import DigitClassifier
from model.training.progress import Epoch
from tests.drawings import DRAWINGS, SEVEN, canvas, encoded

QUICK: dict[str, Any] = {"hidden": (32,), "epochs": 4, "batch_size": 32}


@pytest.fixture(scope="module")
def mnist() -> Mnist:
    return load_mnist("sample")


@pytest.fixture(scope="module")
def fitted(mnist: Mnist) -> DigitClassifier:
    return DigitClassifier(**QUICK).fit(mnist.train.images, mnist.train.labels)


def test_it_learns_predicts_and_scores(fitted: DigitClassifier, mnist: Mnist) -> None:
    images, labels = mnist.test.images, mnist.test.labels
    assert fitted.score(images, labels) == (fitted.predict(images) == labels).mean() > 0.85
    probabilities = fitted.predict_proba(images[:20])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), fitted.predict(images[:20]))
    np.testing.assert_array_equal(fitted.predict(images[:20].reshape(20, 784)), fitted.predict(images[:20]))
    assert fitted.predict(images[:0]).shape == (0,)


def test_each_epoch_is_told_and_kept_in_the_history(mnist: Mnist) -> None:
    told: list[Epoch] = []
    digits = DigitClassifier(**QUICK).fit(mnist.train.images[:600], mnist.train.labels[:600], on_epoch=told.append)
    assert told == digits.history.epochs
    assert [epoch.number for epoch in told] == [1, 2, 3, 4]
    assert digits.history.losses[-1][1] < digits.history.losses[0][1]


def test_a_seed_is_a_number_and_the_same_one_gives_the_same_network(mnist: Mnist) -> None:
    images, labels, ink = mnist.train.images[:600], mnist.train.labels[:600], mnist.test.images[:5]
    one, again, other = (DigitClassifier(**QUICK, seed=seed).fit(images, labels) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.predict_proba(ink), again.predict_proba(ink))
    assert not np.array_equal(one.predict_proba(ink), other.predict_proba(ink))


def test_what_is_saved_is_a_weights_file_and_comes_back_the_same(
    fitted: DigitClassifier, mnist: Mnist, tmp_path: Path
) -> None:
    path = tmp_path / "mine.npz"
    fitted.save(path)
    assert load_artifact(path).config["network"]["hidden"] == [32]
    loaded = DigitClassifier.load(path)
    np.testing.assert_array_equal(
        loaded.predict_proba(mnist.test.images[:50]), fitted.predict_proba(mnist.test.images[:50])
    )


def test_it_reads_pictures_of_any_kind_and_strokes(fitted: DigitClassifier) -> None:
    picture = Image.open(io.BytesIO(encoded(canvas(SEVEN))))
    grey = np.asarray(picture.convert("L"))
    expected = fitted.read(grey)
    pictures: list[Any] = [picture, np.dstack([grey] * 3), 255 - grey]
    for ink in pictures:
        assert np.abs(fitted.read(ink).probabilities - expected.probabilities).max() < 1e-6
    assert fitted.read(SEVEN).probabilities.shape == (10,)
    right = [fitted.read(ways[0]).likeliest == int(label) for label, ways in DRAWINGS.items()]
    assert sum(right) >= 6


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 28, 28)) + 0.5, [1, 2], "images: expected grey levels, whole numbers from 0 to 255"),
        (np.zeros((2, 28, 28)) - 1, [1, 2], "images: expected grey levels"),
        (np.zeros((2, 28, 28)), [1, -1], "labels: expected digits, whole numbers from 0 to 9"),
        (np.zeros((2, 28, 28)), ["1", "2"], "labels: expected digits"),
        (np.zeros((2, 28, 28)), [1], r"labels have the shape \(1,\), expected \(2,\)"),
        (np.zeros((2, 20, 20)), [1, 2], r"images have the shape \(2, 20, 20\), expected \(N, 28, 28\)"),
        (np.zeros((1, 28, 28)), [1], "images: at least 2 are needed"),
        (np.eye(28)[None] * [[[0.5]], [[1]]], [1, 2], "images: expected grey .* before they were divided by 255"),
        (
            np.eye(28, dtype=int)[None].repeat(2, 0),
            [1, 2],
            "images: expected grey .* before they were divided by 255",
        ),
        ([], [], "images: at least 2 are needed"),
        ([[1, 2], [3]], [1, 2], "images: not an array of numbers"),
        ("pictures", [1, 2], "images: not an array of numbers but 'pictures'"),
        ([["0"] * 784] * 2, [1, 2], "images: expected grey levels"),
        (np.zeros((28, 28)), [1], r"images have the shape \(28, 28\), expected \(N, 28, 28\) or \(N, 784\)"),
        (np.zeros((2, 28, 28)), 3, "labels: not an array of numbers but 3"),
        (np.zeros((2, 28, 28)), np.eye(10)[:2], r"labels have the shape \(2, 10\), expected \(2,\)"),
    ],
)
def test_arrays_that_are_not_such_are_told_by_name(images: Any, labels: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        DigitClassifier().fit(images, labels)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        ([], [], "images: at least 1 is needed to score by"),
        (np.zeros((3, 28, 28)), [1], r"labels have the shape \(1,\), expected \(3,\)"),
        (np.full((1, 28, 28), 0.3), [1], "before they were divided by 255"),
        (np.zeros((28, 28)), [1], r"images have the shape \(28, 28\)"),
    ],
)
def test_what_it_is_to_read_is_looked_at_too(fitted: DigitClassifier, images: Any, labels: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        fitted.score(images, labels)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": "5"}, "stopping.epochs must be a whole number, at least 1, not '5'"),
        ({"hidden": "64"}, r"network.hidden must be a list of whole numbers, each at least 1, not '64'"),
        ({"learning_rate": "0.1"}, "learning.learning_rate must be above 0, not '0.1'"),
        ({"seed": -1}, "seed must be a whole number, at least 0, not -1"),
    ],
)
def test_a_setting_of_another_type_is_told_by_its_name(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        DigitClassifier(**settings)


def test_a_setting_without_effect_is_warned_of() -> None:
    with pytest.warns(UserWarning, match=r"learning\.momentum has no effect: it needs learning\.optimizer momentum"):
        DigitClassifier(optimizer="sgd", momentum=0.9)


def test_what_it_is_not_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown setting 'hiden'; did you mean 'hidden'"):
        DigitClassifier(hiden=(3,))
    with pytest.raises(ConfigError, match="learns from arrays of digits"):
        DigitClassifier(strokes=("mine.jsonl",))
    with pytest.raises(TrainingError, match="call fit first"):
        DigitClassifier().predict(np.zeros((1, 28, 28)))
    with pytest.raises(ArtifactError, match="there is no such file"):
        DigitClassifier.load(tmp_path / "nowhere.npz")
