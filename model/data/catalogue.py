"""Which data files there are: their names, their shapes, and the sums that know them to the last byte."""

import hashlib
import math
from dataclasses import dataclass
from typing import NamedTuple

from model.data.content import unpack
from model.errors import DataError


@dataclass(frozen=True)
class DataFile:
    """An IDX file whose content is known.

    Attributes:
        name: the official name, without the `.gz`.
        sha256: the sum of the uncompressed content, in hex. Mirrors compress differently, so it is the only
            sum that holds everywhere.
        shape: the shape of the array of unsigned bytes inside; the first size is the number of items.
    """

    name: str
    sha256: str
    shape: tuple[int, ...]

    @property
    def packed_name(self) -> str:
        """The name of the gzipped file, as the mirrors have it."""
        return f"{self.name}.gz"

    @property
    def items(self) -> int:
        """How many images or labels the file holds."""
        return self.shape[0]

    @property
    def size(self) -> int:
        """The exact size of the uncompressed content, in bytes: the IDX header and the values."""
        return 4 + 4 * len(self.shape) + math.prod(self.shape)

    @property
    def packed_limit(self) -> int:
        """What a gzipped file of that content can take at the most, in bytes."""
        # Deflate grows what it cannot compress by under 0.1 %; the rest is for the header and its file name.
        return self.size + self.size // 1000 + 4096

    def verified(self, raw: bytes, *, name: str) -> bytes:
        """Unpack `raw`, gzipped or plain, and give its content if it is this file's, to the last byte.

        Args:
            raw: the bytes of the file, from disk or from a mirror.
            name: what to call them in an error, such as a path or an address.

        Raises:
            DataError: broken gzip, another size, or another SHA-256.
        """
        content = unpack(raw, name=name, limit=self.size)
        if len(content) != self.size:
            raise DataError(f"{name}: its content has {len(content):,} bytes, expected {self.size:,}")
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise DataError(f"{name}: the SHA-256 of its content is {found}, expected {self.sha256}")
        return content


class ImageFiles(NamedTuple):
    """The four files of a data set in MNIST's layout: images (N, height, width) and labels (N,), twice."""

    train_images: DataFile
    train_labels: DataFile
    test_images: DataFile
    test_labels: DataFile


def _image_files(train: int, test: int, sums: tuple[str, str, str, str]) -> ImageFiles:
    """The files of `train` and `test` images under MNIST's names, with their `sums` in the order of `ImageFiles`."""
    return ImageFiles(
        DataFile("train-images-idx3-ubyte", sums[0], (train, 28, 28)),
        DataFile("train-labels-idx1-ubyte", sums[1], (train,)),
        DataFile("t10k-images-idx3-ubyte", sums[2], (test, 28, 28)),
        DataFile("t10k-labels-idx1-ubyte", sums[3], (test,)),
    )


MNIST_FILES = _image_files(
    60_000,
    10_000,
    (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)

SAMPLE_FILES = _image_files(
    5_000,
    1_000,
    (
        "ed4cbac693d1069bb96f2a34f019b05df6107426c16a9709c2643cda19d5d419",
        "0e8567b797004b4de6f8ebd8cbf3ac75fd698698bfe61e5fde637eb64beaffb5",
        "d353016623d61d7d75190455437c57a367f81866a607a1d686b6a0afd725d50d",
        "36a2921a2f1378c9f834c85856c7f19fc85e97636abd8dd0ae14fe1c056e3ed1",
    ),
)
"""Every twelfth training image of MNIST and every tenth test image: the package carries them."""
