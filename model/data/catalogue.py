"""Which data files there are: their names, their shapes, and the sums that know them to the last byte."""

import hashlib
import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from model.data.archives import check_archive, is_archive_content
from model.data.content import is_gzip, unpack
from model.errors import DataError


class CatalogueFile(Protocol):
    """A file that can be fetched and then known again."""

    @property
    def name(self) -> str:
        """The official name, without the `.gz`."""

    @property
    def packed_name(self) -> str:
        """The name under which it is fetched and kept."""

    @property
    def packed_limit(self) -> int:
        """What it can take at the most as it is fetched, in bytes."""

    @property
    def kind(self) -> str:
        """What it is as it is fetched, in words that fit behind "instead of"."""

    def starts_right(self, raw: bytes) -> bool:
        """Whether `raw` begins as a file of its kind does."""

    def verified(self, raw: bytes, *, name: str) -> bytes:
        """Give the content of `raw` if it is this file's.

        Args:
            raw: the bytes of the file, from disk or from a mirror.
            name: what to call them in an error, such as a path or an address.

        Raises:
            DataError: it is not.
        """


@dataclass(frozen=True)
class KnownFile:
    """A file whose content is known to the last byte.

    Attributes:
        name: the official name, without the `.gz`.
        sha256: the sum of the uncompressed content, in hex. Mirrors compress differently, so it is the only
            sum that holds everywhere.
    """

    name: str
    sha256: str
    kind = "a gzip file"

    @property
    def packed_name(self) -> str:
        """The name of the gzipped file, as the mirrors have it."""
        return f"{self.name}.gz"

    @property
    @abstractmethod
    def items(self) -> int:
        """How many images, labels or drawings the file holds."""

    @property
    @abstractmethod
    def size(self) -> int:
        """The exact size of the uncompressed content, in bytes."""

    @property
    def packed_limit(self) -> int:
        """What a gzipped file of that content can take at the most, in bytes."""
        # Deflate grows what it cannot compress by under 0.1 %; the rest is for the header and its file name.
        return self.size + self.size // 1000 + 4096

    def starts_right(self, raw: bytes) -> bool:
        """Whether `raw` begins as a gzip file does."""
        return is_gzip(raw)

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


@dataclass(frozen=True)
class DataFile(KnownFile):
    """An IDX file.

    Attributes:
        shape: the shape of the array of unsigned bytes inside; the first size is the number of items.
    """

    shape: tuple[int, ...]

    @property
    def items(self) -> int:
        """How many images or labels the file holds."""
        return self.shape[0]

    @property
    def size(self) -> int:
        """The exact size of the uncompressed content, in bytes: the IDX header and the values."""
        return 4 + 4 * len(self.shape) + math.prod(self.shape)


@dataclass(frozen=True)
class DrawingsFile(KnownFile):
    """A file of drawings, which is made here and never downloaded.

    Attributes:
        drawings: how many it holds.
        bytes_: the exact size of the uncompressed content.
        chosen_from: how many drawings might be in it; those that are were chosen by chance.
    """

    drawings: int
    bytes_: int
    chosen_from: int

    @property
    def items(self) -> int:
        """How many drawings the file holds."""
        return self.drawings

    @property
    def size(self) -> int:
        """The exact size of the uncompressed content, in bytes."""
        return self.bytes_


@dataclass(frozen=True)
class Archive:
    """An archive as it is published. It may be packed anew, so no sum is asked for: what is made of it has one.

    Attributes:
        name: of the file.
        address: of the folder on the web that has it.
        packed_limit: the most bytes it may have.
    """

    name: str
    address: str
    packed_limit: int
    kind = "an archive"

    @property
    def packed_name(self) -> str:
        """The name: it is kept as it is."""
        return self.name

    def starts_right(self, raw: bytes) -> bool:
        """Whether `raw` begins as an archive of any sort does."""
        return is_archive_content(raw)

    def verified(self, raw: bytes, *, name: str) -> bytes:
        """Give `raw` if it is an archive that can be read to its end.

        Raises:
            DataError: it is damaged or none.
        """
        check_archive(raw, name=name)
        return raw


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

DRAWING_FILES = (
    DrawingsFile(
        "digits-train.jsonl",
        "9d7514bca1a2adf3f16d7a4266710bf208e41e3039d3d7e876f0bbea59fc069b",
        drawings=13_915,
        bytes_=5_566_772,
        chosen_from=13_915,
    ),
    DrawingsFile(
        "digits-dev.jsonl",
        "f58a35097a404cb7cbe3f0f31246633eb4ca68434df9983c456d633cb2e8a04e",
        drawings=2_978,
        bytes_=1_202_879,
        chosen_from=2_978,
    ),
    DrawingsFile(
        "not-digits-train.jsonl",
        "97a39ef9cddd5daeea2e345652756bbd318dc7f82de78deb3c33e78d88ae4fbb",
        drawings=20_000,
        bytes_=6_998_705,
        chosen_from=74_173,
    ),
    DrawingsFile(
        "not-digits-dev.jsonl",
        "2d6f8cce47f22f32c9cf47c4b7f35a8763ec2f485e111558223d9586ad18ec00",
        drawings=4_000,
        bytes_=1_431_711,
        chosen_from=15_804,
    ),
)
"""What the committed weights learned of drawings from, and were chosen by; `make_drawing_files` makes them."""

ARCHIVES = (
    Archive(
        "unipen-CDROM-train_r01_v07.tgz",
        "https://zenodo.org/records/1195803/files",
        packed_limit=400_000_000,
    ),
    Archive(
        "pen+based+recognition+of+handwritten+digits.zip",
        "https://archive.ics.uci.edu/static/public/81",
        packed_limit=40_000_000,
    ),
)
"""What they are made of: UNIPEN train_r01_v07 (156 MB), and UCI's Pen-Based Recognition of Handwritten Digits."""
