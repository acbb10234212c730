"""The folder that holds the data files: where it is, what is in it, and how to fill it from another."""

import gzip
import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from platformdirs import user_cache_path

from model.data.catalogue import MNIST_FILES, SAMPLE_FILES, CatalogueFile, ImageFiles
from model.data.content import is_gzip, os_errors_as_data_errors, read_raw
from model.errors import DataError
from model.files import atomic_write

SAMPLE_FOLDER = Path(__file__).parent / "sample"
"""Where the package carries `SAMPLE_FILES`."""


class State(StrEnum):
    """How a data file was found."""

    PRESENT = "present"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Finding:
    """What `inspect` found out about one data file.

    Attributes:
        file: the file looked for.
        path: where it is; if missing, where it would be.
        state: present (and right to the last byte), missing or damaged.
        size: bytes on disk; 0 if missing.
        problem: why it is damaged, in one line; empty if it is not.
    """

    file: CatalogueFile
    path: Path
    state: State
    size: int = 0
    problem: str = ""


def data_folder(explicit: Path | None = None) -> Path:
    """Say where the MNIST files are kept: `explicit`, else `DIGITS_DATA_DIR`, else the user's cache.

    `sample` is the sample that the package carries, unless there is a folder of that name.
    """
    if explicit is None and (from_environment := os.environ.get("DIGITS_DATA_DIR")):
        explicit = Path(from_environment)
    if explicit == Path("sample") and not explicit.exists():
        return SAMPLE_FOLDER
    return explicit or user_cache_path("digits") / "mnist"


def image_files(folder: Path) -> ImageFiles:
    """Say which files `folder` is to hold: those of the sample in its own folder, else those of the full MNIST."""
    return SAMPLE_FILES if folder.resolve() == SAMPLE_FOLDER.resolve() else MNIST_FILES


def fetch_command(folder: Path, *, drawings: bool = False) -> str:
    """Give the command that puts what is missing or damaged into `folder`: MNIST, or the files of drawings."""
    return f"digits data fetch {'--drawings ' * drawings}--dir {shlex.quote(str(folder))}"


def find_file(folder: Path, file: CatalogueFile) -> Path | None:
    """Give the path of `file` in `folder`, `NAME.gz` before plain `NAME`, or None if neither is there.

    Some mirrors have a dot in the names of IDX files: `train-images.idx3-ubyte`.

    Raises:
        DataError: the folder may not be looked into.
    """
    names = (file.packed_name, file.name)
    for path in (folder / name for name in (*names, *(name.replace("-idx", ".idx") for name in names))):
        with os_errors_as_data_errors(path, "read"):
            if path.exists():
                return path
    return None


def read_verified(folder: Path, file: CatalogueFile) -> bytes:
    """Read the uncompressed content of `file` from `folder`, checked by its SHA-256.

    Raises:
        DataError: the file is missing or damaged; the message says which command gets it.
    """
    path = find_file(folder, file)
    if path is None:
        raise DataError(f"{folder}: has no {file.packed_name}; get it with: {fetch_command(folder)}")
    try:
        return file.verified(read_raw(path, limit=file.packed_limit), name=str(path))
    except DataError as error:
        raise DataError(f"{error}; get it anew with: {fetch_command(folder)}") from error


def inspect(folder: Path, *, files: Iterable[CatalogueFile] | None = None) -> tuple[Finding, ...]:
    """Look at every one of `files`, by default its `image_files`, in `folder`: contents and sums. Changes nothing."""
    return tuple(_finding(folder, file) for file in files or image_files(folder))


def take_from(source: Path, folder: Path, *, files: Iterable[CatalogueFile] | None = None) -> None:
    """Copy `files` from the folder `source`, gzipped or plain, into `folder`, where they end up as `NAME.gz`.

    By default they are the `image_files` of `folder`.

    All are read and verified before the first is written, so that a bad source changes nothing.

    Raises:
        DataError: a file in `source` is missing or damaged, or `folder` cannot be written.
    """
    packed = {file.packed_name: _packed(source, file) for file in files or image_files(folder)}
    for name, raw in packed.items():
        write_file(folder / name, raw)


def write_file(path: Path, raw: bytes) -> None:
    """Write `raw` to `path`, all or nothing; the folder is made if need be.

    Raises:
        DataError: no permission, no space, or another reason of the operating system.
    """
    with os_errors_as_data_errors(path, "written"), atomic_write(path) as file:
        file.write(raw)


def _finding(folder: Path, file: CatalogueFile) -> Finding:
    path = find_file(folder, file)
    if path is None:
        return Finding(file, folder / file.packed_name, State.MISSING)
    with os_errors_as_data_errors(path, "read"):
        size = path.stat().st_size
    try:
        file.verified(read_raw(path, limit=file.packed_limit), name=str(path))
    except DataError as error:
        return Finding(file, path, State.DAMAGED, size, str(error))
    return Finding(file, path, State.PRESENT, size)


def _packed(source: Path, file: CatalogueFile) -> bytes:
    """Read and verify `file` in `source`; give it gzipped."""
    path = find_file(source, file)
    if path is None:
        raise DataError(f"{source}: has neither {file.packed_name} nor {file.name}")
    raw = read_raw(path, limit=file.packed_limit)
    file.verified(raw, name=str(path))
    return raw if is_gzip(raw) else gzip.compress(raw, mtime=0)
