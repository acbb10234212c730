"""Batches: every image once an epoch in an order of its own, and the same from wherever an epoch is taken up."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model.augmentation.paths import Paths
from model.data.mnist import LabelledImages
from model.errors import ConfigError
from model.nn.normalization import fit_normalization
from model.training.config import BatchSize, TrainingConfig
from model.training.examples.batches import CHUNK_IMAGES, Batches, MicroBatch
from model.training.examples.sources import NOT_A_DIGIT, ImageSource, StrokeDataset
from tests.drawings import DRAWINGS
from tests.model.examples import blobs

CONFIG = TrainingConfig().changed(hidden=(6, 4), batch_size=32)


def numbered(count: int) -> LabelledImages:
    """Images that say which they are: the first two pixels hold their index."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    return LabelledImages(images, (np.arange(count) % 10).astype(np.uint8))


def batches(config: TrainingConfig, examples: LabelledImages) -> Batches:
    return Batches(config, examples, fit_normalization("none", examples.images), seed=np.random.SeedSequence(3))


def indices(micro_batches: list[MicroBatch]) -> np.ndarray:
    inputs = np.concatenate([micro_batch.inputs for micro_batch in micro_batches]).astype(int)
    numbers: np.ndarray = inputs[:, 0] * 256 + inputs[:, 1]
    return numbers


@given(count=st.integers(1, 6000), size=st.one_of(st.integers(1, 6000), st.just("full")))
def test_every_image_comes_once_with_its_label_and_pieces_cut_where_batches_end(count: int, size: BatchSize) -> None:
    made = batches(CONFIG.changed(batch_size=size), numbered(count))
    micro_batches = list(made.micro_batches(1))
    found = indices(micro_batches)
    np.testing.assert_array_equal(np.sort(found), np.arange(count))
    labels = np.concatenate([micro_batch.targets for micro_batch in micro_batches]).argmax(axis=1)
    np.testing.assert_array_equal(labels, found % 10)
    length = count if size == "full" else min(size, count)
    assert [micro_batch.end for micro_batch in micro_batches if micro_batch.ends_batch] == [
        *range(length, count, length),
        count,
    ]
    assert sum(micro_batch.starts_batch for micro_batch in micro_batches) == made.batches
    assert sum(micro_batch.share for micro_batch in micro_batches) == pytest.approx(made.batches)
    assert max(len(micro_batch.inputs) for micro_batch in micro_batches) <= CHUNK_IMAGES


@given(count=st.integers(2, 6500), size=st.one_of(st.integers(2, 6500), st.just("full")))
@example(2049, 2048)
@example(2049, "full")
@example(4098, 2049)
@example(33, 32)
def test_with_batch_normalisation_no_image_is_alone(count: int, size: BatchSize) -> None:
    made = batches(CONFIG.changed(batch_size=size, batch_norm=True), numbered(count))
    micro_batches = list(made.micro_batches(1))
    np.testing.assert_array_equal(np.sort(indices(micro_batches)), np.arange(count))
    lengths = [len(micro_batch.inputs) for micro_batch in micro_batches]
    assert min(lengths) >= 2
    assert max(lengths) <= CHUNK_IMAGES + 1
    assert sum(micro_batch.share for micro_batch in micro_batches) == pytest.approx(made.batches)
    assert sum(micro_batch.ends_batch for micro_batch in micro_batches) == made.batches
    ends = [micro_batch.end for micro_batch in micro_batches]
    assert [one.end for one in made.micro_batches(1, start=ends[0])] == ends[1:]


def test_batch_normalisation_of_a_single_image_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"learning\.batch_norm needs 2 images to learn from at least"):
        batches(CONFIG.changed(batch_norm=True), numbered(1))


def test_epochs_have_different_orders_and_the_same_seed_the_same() -> None:
    made, again = (batches(CONFIG, numbered(300)) for _ in range(2))
    first, second = indices(list(made.micro_batches(1))), indices(list(made.micro_batches(2)))
    assert (first != second).any()
    np.testing.assert_array_equal(first, indices(list(again.micro_batches(1))))


@pytest.mark.parametrize("size", [100, 700, 5000])
def test_taken_up_in_the_middle_an_epoch_goes_on_alike_with_its_distortions_and_dropout(size: int) -> None:
    config = CONFIG.changed(
        batch_size=size, **{"augmentation.images.rotation": 10, "augmentation.images.shift": 1}, dropout=0.5
    )
    examples = blobs(7000, 0)
    whole = list(batches(config, examples).micro_batches(2))
    for start in (0, size, 2 * size if 2 * size < 7000 else size):
        rest = [micro_batch for micro_batch in whole if micro_batch.end > start]
        taken_up = list(batches(config, examples).micro_batches(2, start=start))
        assert len(taken_up) == len(rest)
        for micro_batch, expected in zip(taken_up, rest, strict=True):
            np.testing.assert_array_equal(micro_batch.inputs, expected.inputs)
            np.testing.assert_array_equal(micro_batch.targets, expected.targets)
            for mask, expected_mask in zip(micro_batch.masks, expected.masks, strict=True):
                np.testing.assert_array_equal(mask, expected_mask)


def test_there_is_a_dropout_mask_for_each_hidden_layer_but_convolutions_and_none_without_dropout() -> None:
    examples = numbered(100)
    config = CONFIG.changed(dropout=0.25)
    assert mask_shapes(config, examples) == [(32, 6), (32, 4)]
    shared = config.changed(channels=(2, 3), kernel_size=(5, 5), stride=(2, 2))
    assert mask_shapes(shared, examples) == [(32, 6), (32, 4)]
    assert mask_shapes(CONFIG, examples) == []


def mask_shapes(config: TrainingConfig, examples: LabelledImages) -> list[tuple[int, ...]]:
    return [mask.shape for mask in next(batches(config, examples).micro_batches(1)).masks]


def test_an_autoencoders_targets_are_the_pictures_whatever_the_scaling_of_its_inputs() -> None:
    examples = blobs(50, 0)
    config = CONFIG.changed(task="autoencoder", output="sigmoid", loss="mse", batch_size="full")
    scaling = fit_normalization("standardize", examples.images)
    micro_batch = next(Batches(config, examples, scaling, seed=np.random.SeedSequence(0)).micro_batches(1))
    ink = examples.images.reshape(50, -1) / 255
    np.testing.assert_allclose(np.sort(micro_batch.targets, axis=0), np.sort(ink, axis=0), atol=1e-6)
    back = micro_batch.inputs * scaling.divisor + scaling.offset
    np.testing.assert_allclose(back / 255, micro_batch.targets, atol=1e-4)


def test_an_image_comes_as_often_as_set_with_its_label_and_distorted_differently_each_time() -> None:
    found = list(batches(CONFIG.changed(image_repeats=3), numbered(50)).micro_batches(1))
    numbers = indices(found)
    np.testing.assert_array_equal(np.sort(numbers), np.repeat(np.arange(50), 3))
    np.testing.assert_array_equal(
        np.concatenate([micro_batch.targets for micro_batch in found]).argmax(axis=1), numbers % 10
    )
    distorted = CONFIG.changed(image_repeats=3, **{"augmentation.images.rotation": 10})
    inputs = np.concatenate([micro_batch.inputs for micro_batch in batches(distorted, blobs(50, 0)).micro_batches(1)])
    assert len(np.unique(inputs, axis=0)) == 150


def test_labels_are_smoothed_as_set() -> None:
    micro_batch = next(batches(CONFIG.changed(label_smoothing=0.1), numbered(40)).micro_batches(1))
    np.testing.assert_allclose(np.sort(micro_batch.targets, axis=1)[:, [0, 9]], [[0.01, 0.91]] * 32, rtol=1e-5)


def test_an_error_while_making_a_chunk_ready_comes_out() -> None:
    broken = batches(CONFIG, numbered(100))
    source = broken._sources[0]
    assert isinstance(source, ImageSource)
    source._pixels = np.zeros((5, 784), np.uint8)
    with pytest.raises(IndexError):
        list(broken.micro_batches(1))


def test_drawings_are_mixed_with_the_images_and_drawn_anew_in_each_epoch() -> None:
    paths = Paths.of([DRAWINGS["7"][0], DRAWINGS["2"][0], [[[0, 0], [9, 9]], [[9, 0], [0, 9]]]] * 20)
    drawings = StrokeDataset(paths, np.array([7, 2, NOT_A_DIGIT] * 20))
    config = CONFIG.changed(loss="reject-cross-entropy", **{"augmentation.strokes.rotation": 10}, batch_size=20)
    examples = numbered(100)
    made = Batches(
        config,
        examples,
        fit_normalization("none", examples.images),
        seed=np.random.SeedSequence(3),
        drawings=drawings,
    )
    assert (made.images, made.batches) == (160, 8)
    first, second = list(made.micro_batches(1)), list(made.micro_batches(2))
    targets = np.concatenate([micro_batch.targets for micro_batch in first])
    # A row of zeros is what is no digit.
    np.testing.assert_array_equal(targets.sum(axis=0), [10, 10, 30, 10, 10, 10, 10, 30, 10, 10])
    assert (targets.sum(axis=1) == 0).sum() == 20
    inputs = [
        np.concatenate([micro_batch.inputs for micro_batch in micro_batches]) for micro_batches in (first, second)
    ]
    # The images are the same in both epochs; of the drawings none comes twice.
    assert len(np.unique(np.concatenate(inputs), axis=0)) == 100 + 2 * 60
    assert all(0 < (micro_batch.inputs.max(axis=1) > 99).sum() < 20 for micro_batch in first)
