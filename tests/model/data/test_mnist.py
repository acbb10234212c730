"""MNIST is loaded whole and verified, or not at all."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.data.catalogue import MNIST_FILES, SAMPLE_FILES
from model.data.mnist import LabelledImages, data_checksums, load_mnist, split_validation
from model.errors import ConfigError, DataError
from tests.model.data.tiny_set import TinySet


def numbered_images(count: int) -> LabelledImages:
    """Make images that can be told apart: the first two pixels are the number of the image."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    return LabelledImages(images, (np.arange(count) % 10).astype(np.uint8))


def numbers(part: LabelledImages) -> list[int]:
    return [256 * int(image[0, 0]) + int(image[0, 1]) for image in part.images]


class TestLoading:
    def test_gives_the_images_and_labels_that_are_in_the_files(self, tiny: TinySet, tmp_path: Path) -> None:
        mnist = load_mnist(tiny.write_to(tmp_path), files=tiny.files)
        np.testing.assert_array_equal(mnist.train.images, tiny.arrays["train-images-idx3-ubyte"])
        np.testing.assert_array_equal(mnist.train.labels, tiny.arrays["train-labels-idx1-ubyte"])
        np.testing.assert_array_equal(mnist.test.images, tiny.arrays["t10k-images-idx3-ubyte"])
        np.testing.assert_array_equal(mnist.test.labels, tiny.arrays["t10k-labels-idx1-ubyte"])

    def test_their_names_may_have_a_dot_as_on_some_mirrors(self, tiny: TinySet, tmp_path: Path) -> None:
        for path in tiny.write_to(tmp_path).iterdir():
            path.rename(tmp_path / path.name.replace("-idx", ".idx"))
        assert len(load_mnist(tmp_path, files=tiny.files).train) == 30

    def test_refuses_files_that_were_swapped(self, tiny: TinySet, tmp_path: Path) -> None:
        tiny.write_to(tmp_path)
        (tmp_path / "train-labels-idx1-ubyte.gz").replace(tmp_path / "t10k-labels-idx1-ubyte.gz")
        with pytest.raises(DataError, match="train-labels-idx1-ubyte"):
            load_mnist(tmp_path, files=tiny.files)

    def test_refuses_a_single_changed_pixel(self, tiny: TinySet, tmp_path: Path) -> None:
        path = tiny.write_to(tmp_path) / "t10k-images-idx3-ubyte.gz"
        content = bytearray(gzip.decompress(path.read_bytes()))
        content[-1] ^= 1
        path.write_bytes(gzip.compress(content))
        with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte\.gz: the SHA-256"):
            load_mnist(tmp_path, files=tiny.files)

    def test_says_how_to_get_the_files(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="get it with: digits data fetch --dir "):
            load_mnist(tmp_path / "none")

    def test_refuses_an_array_of_another_shape_even_with_the_right_sum(self, tiny: TinySet, tmp_path: Path) -> None:
        file = tiny.files.test_images
        turned = bytearray(gzip.decompress(tiny.packed[file.packed_name]))
        turned[4:8], turned[8:12] = turned[8:12], turned[4:8]
        (tiny.write_to(tmp_path) / file.packed_name).write_bytes(gzip.compress(turned))
        files = tiny.files._replace(test_images=replace(file, sha256=hashlib.sha256(turned).hexdigest()))
        with pytest.raises(DataError, match=r"of the shape \(28, 12, 28\), expected \(12, 28, 28\)"):
            load_mnist(tmp_path, files=files)


class TestImagesAndLabelsBelongTogether:
    def test_there_is_a_label_for_each_image(self) -> None:
        with pytest.raises(DataError, match=r"labels have the shape \(2,\), expected \(3,\)"):
            LabelledImages(np.zeros((3, 28, 28), np.uint8), np.zeros(2, np.uint8))

    def test_images_are_28_by_28(self) -> None:
        with pytest.raises(DataError, match=r"images have the shape \(3, 28, 27\), expected \(N, 28, 28\)"):
            LabelledImages(np.zeros((3, 28, 27), np.uint8), np.zeros(3, np.uint8))

    def test_labels_are_digits(self) -> None:
        with pytest.raises(DataError, match="the largest label is 10, expected digits from 0 to 9"):
            LabelledImages(np.zeros((1, 28, 28), np.uint8), np.array([10], np.uint8))


class TestSettingValidationItemsAside:
    def test_every_item_lands_in_exactly_one_part(self) -> None:
        train, validation = split_validation(numbered_images(600), 100, rng=np.random.default_rng(1))
        assert (len(train), len(validation)) == (500, 100)
        assert sorted(numbers(train) + numbers(validation)) == list(range(600))

    def test_labels_stay_with_their_images(self) -> None:
        for part in split_validation(numbered_images(600), 100, rng=np.random.default_rng(1)):
            assert part.labels.tolist() == [number % 10 for number in numbers(part)]

    def test_both_parts_are_shuffled(self) -> None:
        for part in split_validation(numbered_images(600), 100, rng=np.random.default_rng(1)):
            assert numbers(part) != sorted(numbers(part))

    def test_the_same_seed_gives_the_same_parts_and_another_seed_others(self) -> None:
        first, again, other = (
            numbers(split_validation(numbered_images(600), 100, rng=np.random.default_rng(seed))[1])
            for seed in (1, 1, 2)
        )
        assert first == again != other

    @pytest.mark.parametrize("count", [-1, 0, 10, 11])
    def test_neither_part_may_be_empty(self, count: int) -> None:
        with pytest.raises(ConfigError, match=f"validation items: {count}, expected 1 to 9 of the 10"):
            split_validation(numbered_images(10), count, rng=np.random.default_rng(1))


def test_the_sums_of_the_four_files_can_be_stored() -> None:
    sums = data_checksums()
    assert list(sums) == [file.name for file in MNIST_FILES]
    assert all(len(bytes.fromhex(value)) == 32 for value in sums.values())


def test_the_sample_holds_every_digit_often(mnist_folder: Path) -> None:
    sample = load_mnist(mnist_folder)
    assert (len(sample.train), len(sample.test)) == (5_000, 1_000)
    for part in (sample.train, sample.test):
        assert np.bincount(part.labels).min() > 0.08 * len(part)


def test_the_sums_of_the_sample_are_not_those_of_the_full_files() -> None:
    full, sample = data_checksums(), data_checksums(SAMPLE_FILES)
    assert full.keys() == sample.keys()
    assert not {*full.values()} & {*sample.values()}
