"""What is inside a data file, gzipped or plain, and never more of it than was asked for."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.errors import DataError

_GZIP_MAGIC = b"\x1f\x8b"


def is_gzip(raw: bytes) -> bool:
    """Say whether `raw` starts as every gzip file does; its name does not count."""
    return raw.startswith(_GZIP_MAGIC)


def read_raw(path: Path, *, limit: int) -> bytes:
    """Read the bytes of `path` as they are on disk, at most `limit` of them.

    Raises:
        DataError: the file is missing, a folder, unreadable, or larger than `limit`.
    """
    with os_errors_as_data_errors(path, "read"), path.open("rb") as file:
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise DataError(f"{path}: is larger than the {limit:,} bytes allowed")
    return raw


def unpack(raw: bytes, *, name: str, limit: int) -> bytes:
    """Give the content of `raw`: decompressed if it is gzip, itself if it is not.

    A gzip bomb does no harm: no more than `limit` + 1 bytes are ever unpacked.

    Args:
        raw: the bytes of the file.
        name: what to call the file in an error, such as its path or address.
        limit: how many bytes the content may have.

    Raises:
        DataError: the content is larger than `limit`, or the gzip stream is truncated or broken.
    """
    content = raw
    if is_gzip(raw):
        try:
            # Asking for one byte past the limit also makes gzip reach its end, where it checks its own sum.
            content = gzip.GzipFile(fileobj=io.BytesIO(raw)).read(limit + 1)
        except EOFError:
            raise DataError(f"{name}: is truncated, the gzip stream ends too early") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise DataError(f"{name}: is damaged, not valid gzip: {error}") from error
    if len(content) > limit:
        raise DataError(f"{name}: its content is larger than the {limit:,} bytes allowed")
    return content


@contextmanager
def os_errors_as_data_errors(path: Path, verb: str) -> Iterator[None]:
    """Tell in one line what the operating system has against `path`: why it cannot be `verb`.

    Raises:
        DataError: in place of any `OSError`, such as no such file, permission denied or a full disk.
    """
    try:
        yield
    except OSError as error:
        raise DataError(f"{path}: cannot be {verb}: {error.strerror or error}") from error
