"""What lies in a folder of archives: their members and plain files alike, by name, and nothing unpacked to disk."""

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from model.data.content import os_errors_as_data_errors, unpack
from model.data.unix_compress import is_unix_compressed, uncompress
from model.errors import DataError

_MOST_BYTES = 64_000_000
"""No file of the collections comes near; whatever is larger is damaged, or made to fill the memory."""

_SUFFIXES = {".tar", ".tgz", ".txz", ".tbz", ".tbz2", ".zip"}
_MAGICS = (b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, RuntimeError)


def is_archive(name: str) -> bool:
    """Whether a file of this name holds others."""
    suffixes = PurePosixPath(name.lower()).suffixes[-2:]
    return bool(suffixes) and (suffixes[-1] in _SUFFIXES or ".tar" in suffixes)


def members(place: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """The files in `place`, a folder or an archive, and in the archives in it: name and uncompressed content.

    Args:
        place: what to look through.
        wanted: says by its name, with slashes, whether a file is to be read.

    Raises:
        DataError: `place` or an archive in it cannot be read to its end, or a file is too large to be what is wanted.
    """
    with os_errors_as_data_errors(place, "read"):
        if not place.is_dir():
            with place.open("rb") as archive:
                yield from _archived(archive, str(place), wanted)
            return
        for path in sorted(place.rglob("*")):
            if is_archive(path.name) and path.is_file():
                with path.open("rb") as archive:
                    yield from _archived(archive, str(path), wanted)
            elif wanted(name := path.relative_to(place).as_posix()) and path.is_file():
                with path.open("rb") as file:
                    yield name, _content(file, str(path))


def is_archive_content(raw: bytes) -> bool:
    """Say whether `raw` starts as a zip, or as a tar that is packed in one of the usual ways."""
    return raw.startswith(_MAGICS) or raw[257:262] == b"ustar"


def check_archive(raw: bytes, *, name: str) -> None:
    """Read the archive `raw`, called `name` in an error, to its end.

    Raises:
        DataError: it is damaged, or none.
    """
    for _ in _archived(io.BytesIO(raw), name, lambda _: False):
        pass


def _archived(file: BinaryIO, place: str, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    try:
        is_zip = file.read(2) == b"PK"
        file.seek(0)
        if is_zip:
            with zipfile.ZipFile(file) as archive:
                for name in filter(wanted, archive.namelist()):
                    with archive.open(name) as zipped:
                        yield name, _content(zipped, f"{place}: {name}")
            return
        with tarfile.open(fileobj=file, mode="r|*") as tar:
            for member in tar:
                if member.isfile() and wanted(member.name) and (content := tar.extractfile(member)):
                    yield member.name, _content(content, f"{place}: {member.name}")
    except _DAMAGE as error:
        raise DataError(f"{place}: is damaged, or no archive: {error}") from error


def _content(file: IO[bytes], name: str) -> bytes:
    raw = file.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise DataError(f"{name}: is larger than the {_MOST_BYTES:,} bytes allowed")
    if is_unix_compressed(raw):
        return uncompress(raw, name=name, limit=_MOST_BYTES)
    return unpack(raw, name=name, limit=_MOST_BYTES)
