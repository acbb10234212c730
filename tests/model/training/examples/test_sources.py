"""What drawings teach: every digit as often as set, what is no digit only where the loss can learn it."""

import numpy as np
import pytest

from model.data.drawings import Drawing
from model.data.examples import drawn_images, labelled_images
from model.preprocess import preprocess_strokes
from model.training.config import TrainingConfig
from model.training.examples.sources import NOT_A_DIGIT, drawn_parts, joined
from tests.drawings import DRAWINGS

DIGITS = [Drawing(label, strokes) for label, drawings in DRAWINGS.items() for strokes in drawings]  # type: ignore[arg-type]
LETTERS = [Drawing(label, DIGITS[0].strokes) for label in "HOXl"]
CONFIG = TrainingConfig().changed(strokes=("some",), loss="reject-cross-entropy")
SEED = np.random.SeedSequence(4)


def labels(config: TrainingConfig) -> np.ndarray:
    return joined(drawn_parts(config, DIGITS + LETTERS, seed=SEED).values()).labels


def test_digits_come_as_often_as_set() -> None:
    for repeats in (1, 3):
        found = labels(CONFIG.changed(stroke_repeats=repeats))
        expected = np.bincount([int(digit.label) for digit in DIGITS]) * repeats
        np.testing.assert_array_equal(np.bincount(found[found != NOT_A_DIGIT]), expected)


def test_letters_that_pass_for_digits_teach_nothing_and_the_others_what_is_none() -> None:
    assert (labels(CONFIG) == NOT_A_DIGIT).sum() == 2
    assert (labels(CONFIG.changed(look_alikes="")) == NOT_A_DIGIT).sum() == 4
    assert (labels(CONFIG.changed(scribbles=24)) == NOT_A_DIGIT).sum() == 26


def test_a_loss_that_knows_only_digits_gets_only_digits() -> None:
    assert (labels(CONFIG.changed(loss="cross-entropy")) != NOT_A_DIGIT).all()


def test_styled_digits_are_half_templates_and_half_real_hands_with_something_added() -> None:
    parts = drawn_parts(CONFIG.changed(loss="cross-entropy", styled_digits=120), DIGITS, seed=SEED)
    assert list(parts) == ["drawn digits", "digits from templates", "drawn digits with something added"]
    np.testing.assert_array_equal(np.bincount(parts["digits from templates"].labels), [6] * 10)
    added = parts["drawn digits with something added"]
    np.testing.assert_array_equal(np.bincount(added.labels), [20, 20, 0, 0, 0, 0, 0, 20])
    # A stroke more than the drawing it was made of.
    assert (added.paths.stroke.max(axis=1) >= 1).all()


def test_the_same_seed_makes_the_same_each_time() -> None:
    config = CONFIG.changed(styled_digits=30, scribbles=24)
    one, other = (joined(drawn_parts(config, DIGITS + LETTERS, seed=SEED).values()) for _ in range(2))
    np.testing.assert_array_equal(one.paths.points, other.paths.points)
    np.testing.assert_array_equal(one.labels, other.labels)


@pytest.mark.parametrize("count", [0, 3])
def test_drawings_become_the_images_that_the_service_would_see(count: int) -> None:
    images = labelled_images(DIGITS[:count])
    assert images.images.shape == drawn_images(DIGITS[:count]).shape == (count, 28, 28)
    for image, label, digit in zip(images.images, images.labels, DIGITS[:count], strict=True):
        assert label == int(digit.label)
        np.testing.assert_array_equal(image, preprocess_strokes(digit.strokes).pixels)
