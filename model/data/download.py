"""Getting the MNIST files: from one mirror, or else the next, each file verified before it gets its name."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from model.data.catalogue import DataFile
from model.data.content import is_gzip, os_errors_as_data_errors, read_raw
from model.data.folder import State, image_files, inspect, write_file
from model.data.partial import Partial
from model.data.request import TransferError
from model.data.transfer import transfer
from model.errors import ConfigError, DataError, DownloadError

if sys.platform != "win32":
    import fcntl

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
_MAX_WAIT = 30.0  # seconds; a server that wants more patience than that loses its turn to the next


class Progress(Protocol):
    """What `fetch` tells while it works."""

    def advance(self, name: str, done: int, total: int | None) -> None:
        """`done` bytes of the file `name` are there, of `total` if the server told."""

    def note(self, name: str, message: str) -> None:
        """Something worth a line happened to the file `name`."""


class Silent:
    """Progress that nobody looks at."""

    def advance(self, name: str, done: int, total: int | None) -> None:
        """Say nothing."""

    def note(self, name: str, message: str) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class _Patience:
    timeout: float
    attempts: int
    backoff: float
    sleep: Callable[[float], None]


def fetch(
    folder: Path,
    *,
    files: Sequence[DataFile] | None = None,
    mirrors: Sequence[str] = MIRRORS,
    progress: Progress | None = None,
    timeout: float = 20.0,
    attempts: int = 3,
    backoff: float = 1.0,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Download into `folder` those of `files` that are not there yet, or are there but damaged.

    A broken download is kept as `NAME.gz.part` and goes on where it broke off, in this run or a later one.
    `NAME.gz` appears only once its content is verified by its SHA-256.

    Args:
        folder: where the files go; made if need be.
        files: what to get, by default the `image_files` of `folder`.
        mirrors: http or https addresses of folders with the `.gz` files, tried in this order.
        progress: told what happens.
        timeout: seconds without a byte after which a mirror counts as stalled.
        attempts: how often to ask one mirror for one file.
        backoff: seconds before the second attempt, twice as many before the third and so on. A mirror's
            Retry-After goes first, up to 30 s; one that asks for more is left for the next mirror.
        sleep: how to wait.

    Raises:
        ConfigError: a mirror is no http or https address, or there is none, or `attempts` is under 1.
        DownloadError: no mirror gave a file; the message has a line for each mirror.
        DataError: `folder` cannot be written.
    """
    if attempts < 1 or not mirrors:
        raise ConfigError(f"{attempts} attempts at {len(mirrors)} mirrors, expected at least one of each")
    files = files or image_files(folder)
    addresses = [_checked(mirror) for mirror in mirrors]
    progress = progress or Silent()
    patience = _Patience(timeout, attempts, backoff, sleep)
    if all(_is_there(folder, file) for file in files):  # then the folder may be read-only
        for file in files:
            progress.note(file.packed_name, "already there")
        return
    with _lock(folder):
        for file in files:
            if _is_there(folder, file):
                progress.note(file.packed_name, "already there")
            else:
                _fetch_file(folder, file, addresses, progress, patience)


def _checked(mirror: str) -> str:
    problem = f"mirror {mirror!r}: expected an address that starts with http:// or https://"
    try:
        parts = urlsplit(mirror)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:
        raise ConfigError(f"{problem} ({error})") from error
    if not usable or not mirror.isascii() or not mirror.isprintable() or " " in mirror:
        raise ConfigError(problem)
    return mirror.rstrip("/")


def _is_there(folder: Path, file: DataFile) -> bool:
    return all(finding.state is State.PRESENT for finding in inspect(folder, files=[file]))


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let one fetch at a time work on `folder`; a second waits, and then finds the files there.

    Where there is no such lock (Windows), two may spoil each other's partial file and have to try again, but
    never the result: what gets the final name are the very bytes in memory that were verified.
    """
    path = folder / ".lock"
    with os_errors_as_data_errors(path, "written"):
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    with file:
        if sys.platform != "win32":
            with os_errors_as_data_errors(path, "locked"):
                fcntl.flock(file, fcntl.LOCK_EX)  # the system frees it when the process ends, however it does
        yield


def _fetch_file(
    folder: Path, file: DataFile, mirrors: Sequence[str], progress: Progress, patience: _Patience
) -> None:
    failures: list[str] = []
    for mirror in mirrors:
        url = f"{mirror}/{file.packed_name}"
        try:
            _try_mirror(url, folder, file, progress, patience)
        except TransferError as error:
            failures.append(f"  {error}")
            if mirror != mirrors[-1]:
                progress.note(file.packed_name, f"{error}; trying the next mirror")
        else:
            progress.note(file.packed_name, f"downloaded from {mirror}")
            return
    raise DownloadError("\n".join([f"{file.packed_name}: no mirror gave it", *failures]))


def _try_mirror(url: str, folder: Path, file: DataFile, progress: Progress, patience: _Patience) -> None:
    for attempt in range(1, patience.attempts + 1):
        try:
            return _try_once(url, folder, file, progress, patience.timeout)
        except TransferError as error:
            wait = patience.backoff * 2 ** (attempt - 1) if error.wait is None else error.wait
            if not error.passing or wait > _MAX_WAIT or attempt == patience.attempts:
                raise
            progress.note(file.packed_name, f"{error}; trying again in {wait:g} s")
        patience.sleep(wait)
    return None


def _try_once(url: str, folder: Path, file: DataFile, progress: Progress, timeout: float) -> None:
    name = file.packed_name
    partial = Partial(folder / f"{name}.part")
    resumed = partial.resume_point(url).start > 0
    complete = transfer(
        url,
        partial,
        limit=file.packed_limit,
        timeout=timeout,
        report=lambda done, total: progress.advance(name, done, total),
    )
    raw = read_raw(partial.path, limit=file.packed_limit)
    try:
        _verify(raw, url, file)
    except DataError as error:
        partial.discard()
        # Two parts that do not fit, or an end that never came, are no reason to give the mirror up.
        raise TransferError(str(error), passing=resumed or not complete) from error
    write_file(folder / name, raw)
    partial.discard()


def _verify(raw: bytes, url: str, file: DataFile) -> None:
    if not is_gzip(raw):
        sent = "an HTML page" if raw.lstrip().startswith(b"<") else f"{len(raw):,} bytes of something else"
        raise DataError(f"{url}: sent {sent} instead of a gzip file")
    file.verified(raw, name=url)
