"""What is learned from pictures: as many as are found, with the labels of their ink, the same for the same seed."""

from collections.abc import Callable

import numpy as np
import pytest

from model.data.drawings import Drawing
from model.data.examples import labelled_images
from model.errors import ConfigError
from model.training.config import TrainingConfig
from model.training.examples.pictured import make_pictures
from model.training.examples.sources import NOT_A_DIGIT, ImageSource, PictureDataset, drawn_parts, joined, sources_of
from tests.drawings import DRAWINGS

DIGITS = [Drawing(label, strokes) for label, drawings in DRAWINGS.items() for strokes in drawings]  # type: ignore[arg-type]
LETTERS = [Drawing(label, DIGITS[0].strokes) for label in "HX"]
CONFIG = TrainingConfig().changed(strokes=("some",), loss="reject-cross-entropy", signs=12)
SEED = np.random.SeedSequence(4)


def made(config: TrainingConfig, on_made: Callable[[int], None] = lambda _: None) -> PictureDataset:
    drawings = joined(drawn_parts(config, DIGITS + LETTERS, seed=SEED).values())
    return make_pictures(config, labelled_images(DIGITS), drawings, seed=SEED, on_made=on_made)


def test_there_are_nearly_as_many_as_asked_for_and_none_is_blank() -> None:
    pictures = made(CONFIG.changed(pictured_digits=120, pictured_others=60))
    assert pictures.images.shape[1:] == (28, 28)
    assert pictures.images.dtype == np.uint8
    assert pictures.images.any(axis=(1, 2)).all()
    digits = pictures.labels[pictures.labels != NOT_A_DIGIT]
    assert 90 <= len(digits) <= 120
    assert set(digits) == set(range(10))
    assert 30 <= (pictures.labels == NOT_A_DIGIT).sum() <= 60


def test_the_same_seed_makes_the_same_and_more_of_one_kind_leave_the_other_as_it_is() -> None:
    one = made(CONFIG.changed(pictured_digits=20, pictured_others=10))
    again = made(CONFIG.changed(pictured_digits=20, pictured_others=10))
    np.testing.assert_array_equal(one.images, again.images)
    np.testing.assert_array_equal(one.labels, again.labels)
    fewer = made(CONFIG.changed(pictured_digits=5, pictured_others=10))
    np.testing.assert_array_equal(one.images[one.labels == NOT_A_DIGIT], fewer.images[fewer.labels == NOT_A_DIGIT])


def test_they_are_learned_from_like_images() -> None:
    pictures = made(CONFIG.changed(pictured_digits=10))
    *_, source = sources_of(CONFIG, labelled_images(DIGITS), None, pictures)
    assert isinstance(source, ImageSource)
    np.testing.assert_array_equal(source.labels, pictures.labels)
    _, seen = source.grey_levels(np.arange(3), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(seen, pictures.images[:3].reshape(3, -1))


def test_progress_is_told() -> None:
    told: list[int] = []
    made(CONFIG.changed(pictured_digits=501), told.append)
    assert told == [500]


@pytest.mark.parametrize("setting", ["signs", "pictured_others"])
def test_what_is_no_digit_wants_a_loss_that_can_learn_it_and_drawings(setting: str) -> None:
    with pytest.raises(ConfigError, match=f"{setting} are no digits"):
        TrainingConfig().changed(strokes=("some",), **{setting: 5})
    with pytest.raises(ConfigError, match="strokes must name a file of them"):
        TrainingConfig().changed(loss="reject-cross-entropy", **{setting: 5})


def test_pictured_digits_want_drawings() -> None:
    with pytest.raises(ConfigError, match="strokes must name a file of them"):
        TrainingConfig().changed(pictured_digits=5)
