"""MNIST in memory: 60,000 labelled images for training and 10,000 for the final test.

Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", CC BY-SA 3.0.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.catalogue import MNIST_FILES, DataFile, ImageFiles
from model.data.folder import data_folder, image_files, read_verified
from model.data.idx import parse_idx
from model.errors import ConfigError, DataError


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """Grey images and the digit each one shows.

    Attributes:
        images: uint8 (N, 28, 28), 0 is paper and 255 full ink.
        labels: uint8 (N,), each 0 to 9.

    Raises:
        DataError: the two differ in number, a shape is wrong, or a label is not a digit.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.images.ndim != 3 or self.images.shape[1:] != (28, 28):
            raise DataError(f"images have the shape {self.images.shape}, expected (N, 28, 28)")
        if self.labels.shape != (len(self.images),):
            raise DataError(f"labels have the shape {self.labels.shape}, expected ({len(self.images)},)")
        if self.labels.max(initial=0) > 9:
            raise DataError(f"the largest label is {self.labels.max()}, expected digits from 0 to 9")

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: NDArray[np.int64] | slice) -> "LabelledImages":
        """Give the items at `indices`, in that order."""
        return LabelledImages(self.images[indices], self.labels[indices])


@dataclass(frozen=True, eq=False)
class Mnist:
    """The data set as it is published.

    Attributes:
        train: for training, and for choosing between models by `split_validation`.
        test: for the one final measurement; nothing is ever chosen by it.
    """

    train: LabelledImages
    test: LabelledImages


def load_mnist(folder: Path | str | None = None, *, files: ImageFiles | None = None) -> Mnist:
    """Load `files`, by default its `image_files`, from `folder`: each (`NAME.gz` or `NAME`) checked by its SHA-256.

    Args:
        folder: of the files; `sample` for those that come along; by default where `digits data fetch` puts them.
        files: of which set they are.

    Raises:
        DataError: a file is missing or damaged; the message says which command gets it.
    """
    folder = data_folder(Path(folder) if folder else None)
    files = files or image_files(folder)
    return Mnist(
        train=_load(folder, files.train_images, files.train_labels),
        test=_load(folder, files.test_images, files.test_labels),
    )


def split_validation(
    train: LabelledImages, count: int = 5000, *, rng: np.random.Generator
) -> tuple[LabelledImages, LabelledImages]:
    """Set `count` random items of `train` aside, to choose between models by.

    Returns:
        What is left for training, and the validation part; both shuffled, with no item in common.

    Raises:
        ConfigError: `count` leaves one of the two parts empty.
    """
    if not 1 <= count < len(train):
        raise ConfigError(f"validation items: {count}, expected 1 to {len(train) - 1} of the {len(train)} there are")
    order = rng.permutation(len(train))
    return train.take(order[count:]), train.take(order[:count])


def data_checksums(files: ImageFiles = MNIST_FILES) -> dict[str, str]:
    """Give the SHA-256 of each uncompressed file by name, for weights to say what they were trained on."""
    return {file.name: file.sha256 for file in files}


def _load(folder: Path, images: DataFile, labels: DataFile) -> LabelledImages:
    return LabelledImages(images=_array(folder, images), labels=_array(folder, labels))


def _array(folder: Path, file: DataFile) -> NDArray[np.uint8]:
    array = parse_idx(read_verified(folder, file), name=file.name)
    if array.shape != file.shape:
        raise DataError(f"{file.name}: holds an array of the shape {array.shape}, expected {file.shape}")
    return array
