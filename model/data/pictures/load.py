"""The pictures at a path, whatever it is: found out by what is there, not asked for."""

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

from model.data.content import is_gzip, os_errors_as_data_errors
from model.data.pictures.folders import MANIFEST, SUFFIXES, pictures_of_folder
from model.data.pictures.idx_pair import image_file_in, pictures_of_idx
from model.data.pictures.picture import BadPicture, LabelledPicture, Part, PictureSet
from model.data.pictures.table import pictures_of_table
from model.errors import DataError

_NOT_READ = {".parquet": "Parquet", ".h5": "HDF5", ".hdf5": "HDF5"}
_DRAWINGS = {".jsonl"}
_TABLES = {".csv", ".tsv"}
_IDX = b"\x00\x00\x08"
"""What an IDX file of bytes begins with."""


def holds_pictures(path: Path) -> bool:
    """Whether a path is what `read_pictures` is for: no image alone, and no file of drawings."""
    suffixes = {suffix.lower() for suffix in path.suffixes}
    return (
        path.is_dir()
        or path.name == MANIFEST
        or bool(suffixes & (_TABLES | _NOT_READ.keys()))
        or (path.is_file() and path.suffix.lower() not in SUFFIXES and _is_idx(path))
    )


def read_pictures(path: Path, part: Part = "test") -> PictureSet:
    """Everything at a path: a folder of pictures, CSV, or IDX.

    Args:
        path: of the folder, or of the file.
        part: what is meant of a folder that holds both.

    Raises:
        DataError: it cannot be read, or is nothing of the kind.
    """
    if not path.exists():
        raise DataError(f"{path}: there is no such file or folder of pictures")
    if path.is_dir() or path.name == MANIFEST:
        return _in_folder(path if path.is_dir() else path.parent, part)
    if path.suffix.lower() in SUFFIXES:
        raise DataError(f"{path}: a picture alone has no label; put it into a folder named by its digit, as 7/a.png")
    if _DRAWINGS & set(path.suffixes):
        raise DataError(
            f"{path}: by its name a file of drawings, which --strokes takes; a manifest is called {MANIFEST}"
        )
    if form := _NOT_READ.get(path.suffix.lower()):
        raise DataError(f"{path}: {form} is not read; save it as CSV, an image a line: label, then 784 grey levels")
    return pictures_of_idx(path) if _is_idx(path) else pictures_of_table(path)


def load_pictures(path: Path, on_problem: Callable[[str], None], part: Part = "test") -> list[LabelledPicture]:
    """Every picture with a label at a path.

    Args:
        path: see `read_pictures`.
        on_problem: called with each that is none, by its name, which is passed over; and if all had to be turned.
        part: see `read_pictures`.

    Raises:
        DataError: as `read_pictures`, or there is no picture with a label.
    """
    labelled: list[LabelledPicture] = []
    pictures = read_pictures(path, part)
    if pictures.is_turned:
        on_problem(turned(path))
    for one in pictures.found:
        if isinstance(one, BadPicture):
            on_problem(f"{one.name}: {one.problem}")
        elif one.label is None:
            raise DataError(f"{path}: has no labels; `digits predict` reads it")
        else:
            labelled.append(one)
    if not labelled:
        raise DataError(f"{path}: holds no picture with a label")
    return labelled


def turned(path: Path) -> str:
    """What is told of images that lay on their side."""
    return f"{path}: its images lie on their side, rows for columns as in EMNIST; they are turned upright"


def _in_folder(folder: Path, part: Part) -> PictureSet:
    found = pictures_of_folder(folder)
    if found:
        return PictureSet(found)
    with os_errors_as_data_errors(folder, "read"):
        images = image_file_in(folder, part)
    if images is None:
        raise DataError(
            f"{folder}: neither a {MANIFEST} nor pictures in folders named by digit, such as 7/a.png, nor IDX files"
        )
    return pictures_of_idx(images)


def _is_idx(path: Path) -> bool:
    try:
        with os_errors_as_data_errors(path, "read"), path.open("rb") as file:
            start = file.read(len(_IDX))
        if is_gzip(start):
            with gzip.open(path) as file:
                start = file.read(len(_IDX))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: is damaged, not valid gzip: {error}") from error
    return start == _IDX
