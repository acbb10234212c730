"""CSV with an image a line, as Kaggle's digit recogniser has it: the label, then 28x28 grey levels row by row.

With or without a header, with or without labels; separated by commas, semicolons or tabs.
"""

import zlib
from collections.abc import Iterator
from gzip import open as open_gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.content import is_gzip
from model.data.pictures.orientation import upright
from model.data.pictures.picture import DIGITS, BadPicture, LabelledPicture, PictureSet
from model.errors import DataError
from model.preprocess import FRAME_SIZE

_PIXELS = FRAME_SIZE * FRAME_SIZE
_LABELS = {b"label", b"class", b"digit", b"target"}
"""What a header calls the column of labels; it is the first if the header doesn't say."""


def pictures_of_table(path: Path) -> PictureSet:
    """The images of a CSV file, plain or gzipped.

    Raises:
        DataError: the file cannot be read, or no line of it is an image.
    """
    try:
        found = list(_rows(path))
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    if not any(isinstance(one, LabelledPicture) for one in found):
        problem = f"; {found[0].problem}" if found and isinstance(found[0], BadPicture) else ""
        raise DataError(f"{path}: no line is an image, {_PIXELS} grey levels with or without a label before{problem}")
    return upright(found)


def _rows(path: Path) -> Iterator[LabelledPicture | BadPicture]:
    with path.open("rb") as probe:
        opener = open_gzip if is_gzip(probe.read(2)) else open
    with opener(path, "rb") as lines:
        separator, label_at, columns = b"", 0, 0
        for number, line in enumerate(lines, start=1):
            content = line.removeprefix(b"\xef\xbb\xbf").strip().replace(b'"', b"")
            if not content:
                continue
            is_first = not separator
            separator = separator or max(b",", b";", b"\t", key=content.count)
            cells = content.split(separator)
            if is_first and not any(map(_is_number, cells)):
                names = [cell.strip().lower() for cell in cells]
                label_at = next((place for place, name in enumerate(names) if name in _LABELS), 0)
                continue
            place = f"line {number}"
            try:
                columns = columns or (len(cells) if len(cells) in {_PIXELS, _PIXELS + 1} else 0)
                label, pixels = _image(cells, label_at, columns)
            except ValueError as error:
                yield BadPicture(f"{path}: {place}", str(error))
            else:
                yield LabelledPicture(path, label, pixels=pixels, place=place)


def _image(cells: list[bytes], label_at: int, columns: int) -> tuple[str | None, NDArray[np.uint8]]:
    """The label, if there is one, and the pixels of a line that should have so many columns; 0 if none had yet.

    Raises:
        ValueError: it is none; the message says why.
    """
    if not columns:
        raise ValueError(f"{len(cells)} values, expected {_PIXELS} grey levels with or without a label before")
    if len(cells) != columns:
        raise ValueError(f"{len(cells)} values, expected {columns}")
    label = None
    if columns == _PIXELS + 1:
        label = cells.pop(label_at).strip().decode(errors="replace").removesuffix(".0")
        if len(label) != 1 or label not in DIGITS:
            raise ValueError(f"the label is {label[:20]!r}, expected a digit")
    try:
        levels = bytes(map(int, cells))
    except ValueError:
        levels = bytes(map(_whole, cells))
    return label, np.frombuffer(levels, np.uint8).reshape(FRAME_SIZE, FRAME_SIZE)


def _whole(cell: bytes) -> int:
    """A grey level that may be written as 12.0."""
    if not _is_number(cell) or not float(cell).is_integer() or not 0 <= float(cell) <= 255:
        found = cell.strip().decode(errors="replace")[:20]
        raise ValueError(f"a grey level is {found!r}, expected a whole number from 0 to 255")
    return int(float(cell))


def _is_number(cell: bytes) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
