"""A picture with what is on it, whatever file it comes from."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.errors import InkError

Task = Literal["digit", "number", "none"]

Part = Literal["train", "test"]
"""What is meant of a folder that holds both."""

DIGITS = "0123456789"


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPicture:
    """A picture and what is on it.

    Attributes:
        path: of the image file, or of the file of many that holds it.
        label: the digit, the digits of a number in reading order, or nothing; None if nobody has said.
        task: a digit, a number, or neither.
        kind: what sort of picture it is, such as `photo`.
        writer: who made it, by a code; empty if unknown.
        source: the collection in which that is a name; empty likewise.
        pixels: uint8 (28, 28) in a file of many; None where the file is the picture.
        place: in a file of many, such as `line 3`; empty likewise.
    """

    path: Path
    label: str | None
    task: Task = "digit"
    kind: str = "pictures"
    writer: str = ""
    source: str = ""
    pixels: NDArray[np.uint8] | None = None
    place: str = ""

    @property
    def name(self) -> str:
        """Where it is, for people."""
        return f"{self.path}: {self.place}" if self.place else str(self.path)

    @property
    def short_name(self) -> str:
        """The same without the folder."""
        return f"{self.path.name}: {self.place}" if self.place else self.path.name

    def content(self) -> bytes:
        """The bytes of its file.

        Raises:
            InkError: the file cannot be read.
        """
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise InkError(f"cannot be read: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class BadPicture:
    """Where a picture should be and is none.

    Attributes:
        name: where that is, for people.
        problem: what is wrong with it.
    """

    name: str
    problem: str


@dataclass(frozen=True, slots=True)
class PictureSet:
    """What a path holds.

    Attributes:
        found: every picture, and every place where one should be, in order.
        is_turned: whether the images lay on their side in the file, as EMNIST's do, and were turned.
    """

    found: list[LabelledPicture | BadPicture] = field(default_factory=list)
    is_turned: bool = False
