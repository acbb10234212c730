"""Downloading the data files: from one mirror, or else the next, each verified before it gets its name."""

import math
import re
import ssl
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx

from model.data import CatalogueFile, State, image_files, inspect, os_errors_as_data_errors, write_file
from model.errors import ConfigError, DataError, DownloadError

if sys.platform != "win32":
    import fcntl

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
_MAX_WAIT = 30.0  # seconds; a server that wants more patience than that loses its turn to the next
_NEVER = math.inf
_PASSING = {408, 416, 425, 429, 500, 502, 503, 504}  # statuses after which the same request may well succeed later


class Progress:
    """What `fetch` tells while it works; this one keeps it to itself."""

    def advance(self, name: str, done: int, total: int | None) -> None:
        """`done` bytes of the file `name` are there, of `total` if the server told."""

    def note(self, name: str, message: str) -> None:
        """Something worth a line happened to the file `name`."""


def fetch(
    folder: Path,
    *,
    files: Sequence[CatalogueFile] | None = None,
    mirrors: Sequence[str] = MIRRORS,
    progress: Progress | None = None,
    timeout: float = 20.0,
    attempts: int = 3,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Download into `folder` those of `files` that are not there yet, or are there but damaged.

    A broken download is kept as `NAME.gz.part` and goes on where it broke off, in this run or a later one.
    `NAME.gz` appears only once its content is verified: by its SHA-256, or, of an archive, that it is whole.
    Proxies are those that the environment names.

    Args:
        folder: where the files go; made if need be.
        files: what to get, by default the `image_files` of `folder`.
        mirrors: http or https addresses of folders with the `.gz` files, tried in this order.
        progress: told what happens.
        timeout: seconds without a byte after which a mirror counts as stalled.
        attempts: how often to ask one mirror for one file: again after 1 second, then 2, 4 and so on. A mirror's
            Retry-After goes first, up to 30 s; one that asks for more is left for the next mirror.
        sleep: how to wait.

    Raises:
        ConfigError: a mirror is no http or https address, or there is none, or `attempts` is under 1, or the
            environment names proxies that make no sense.
        DownloadError: no mirror gave a file; the message has a line for each mirror.
        DataError: `folder` cannot be written.
    """
    if attempts < 1 or not mirrors:
        raise ConfigError(f"{attempts} attempts at {len(mirrors)} mirrors, expected at least one of each")
    addresses = [_checked(mirror) for mirror in mirrors]
    progress = progress or Progress()
    with _client(timeout) as client:
        for file in files or image_files(folder):
            downloads = [_Download(client, address, folder, file, progress) for address in addresses]
            if not _is_there(folder, file):  # only then need the folder be one that can be written
                with _lock(folder):
                    if not _is_there(folder, file):
                        _run(downloads, attempts, sleep)
                        continue
            progress.note(file.packed_name, "already there")


def _checked(mirror: str) -> str:
    with suppress(ValueError):
        parts = urlsplit(mirror)
        if re.fullmatch(r"(?i:https?)://[!-~]+", mirror) and parts.hostname and parts.port != 0:
            return mirror.rstrip("/")
    raise ConfigError(f"mirror {mirror!r}: expected an address that starts with http:// or https://")


def _client(timeout: float) -> httpx.Client:
    headers = {"User-Agent": "digits", "Accept-Encoding": "identity"}
    certificates = ssl.create_default_context()  # the system's, where companies add theirs; httpx would take its own
    try:
        return httpx.Client(headers=headers, timeout=timeout, follow_redirects=True, verify=certificates)
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise ConfigError(f"the proxies named in the environment cannot be used: {error}") from error


def _is_there(folder: Path, file: CatalogueFile) -> bool:
    return all(finding.state is State.PRESENT for finding in inspect(folder, files=[file]))


def _lock(folder: Path) -> BinaryIO:
    """Wait until no other fetch works on `folder`, and keep others waiting until the file given is closed.

    Windows has no such lock: two may spoil each other's part, but never the file, whose bytes are verified in memory.
    """
    path = folder / ".lock"
    with os_errors_as_data_errors(path, "written"):
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)  # the system frees it when the process ends, however it does
    return file


class _TransferError(DownloadError):
    """One request that did not bring the file.

    Attributes:
        wait: seconds after which the same request may succeed; None if the server did not name any.
        spoilt: whether the bytes that came so far are of no use for that.
    """

    def __init__(self, message: str, wait: float | None = None, *, spoilt: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        self.spoilt = spoilt


def _run(downloads: Sequence["_Download"], attempts: int, sleep: Callable[[float], None]) -> None:
    failures: list[str] = []
    for download in downloads:
        for attempt in range(attempts):
            try:
                return download.attempt()
            except _TransferError as error:
                wait = 2.0**attempt if error.wait is None else error.wait
                if wait <= _MAX_WAIT and attempt + 1 < attempts:
                    download.note(f"{error}; trying again in {wait:g} s")
                    sleep(wait)
                    continue
                failures.append(f"  {error}")
                if download is not downloads[-1]:
                    download.note(f"{error}; trying the next mirror")
                break
    raise DownloadError("\n".join([f"{downloads[0].file.packed_name}: no mirror gave it", *failures]))


class _Download:
    """A file on its way: `NAME.gz.part`, and beside it `NAME.gz.part.from`, two lines that say whose bytes they are.

    Mirrors compress the same content differently: the bytes of one can't be continued with those of another,
    nor with those of the same address once it has changed. So the address is kept, with the strong ETag or the
    Last-Modified date that the server gave: the rest fits only if it still says the same.
    """

    def __init__(
        self, client: httpx.Client, mirror: str, folder: Path, file: CatalogueFile, progress: Progress
    ) -> None:
        self.client, self.mirror, self.file, self.progress = client, mirror, file, progress
        self.url = f"{mirror}/{file.packed_name}"
        self.path = folder / file.packed_name
        self.part = folder / f"{file.packed_name}.part"
        self.origin = folder / f"{file.packed_name}.part.from"

    def note(self, message: str) -> None:
        self.progress.note(self.file.packed_name, message)

    def attempt(self) -> None:
        """Ask once, and make a file of what comes.

        Raises:
            _TransferError: no connection, a refusal, a broken or stalled connection, or the wrong content.
            DataError: the folder cannot be written, or the disk is full.
        """
        try:
            raw, at_one_go = self._ask()
            self._verify(raw, at_one_go=at_one_go)
        except _TransferError as error:
            if error.spoilt:
                self._discard()
            raise
        write_file(self.path, raw)
        self._discard()
        self.note(f"downloaded from {self.mirror}")

    def _verify(self, raw: bytes, *, at_one_go: bool) -> None:
        # Two parts that do not fit, or an end that never came, are no reason to give the mirror up.
        wait = _NEVER if at_one_go else None
        if not self.file.starts_right(raw):
            sent = "an HTML page" if raw.lstrip().startswith(b"<") else f"{len(raw):,} bytes of something else"
            raise self._error(f"sent {sent} instead of {self.file.kind}", wait, spoilt=True)
        try:
            self.file.verified(raw, name=self.url)
        except DataError as error:
            raise _TransferError(str(error), wait, spoilt=True) from error

    def _ask(self) -> tuple[bytes, bool]:
        """Give the bytes of the file, and whether they came at one go to the end that the server told."""
        start, validator = self._resume_point()
        headers = {"Range": f"bytes={start}-", "If-Range": validator} if start else {}
        try:
            with self.client.stream("GET", self.url, headers=headers) as response:
                return self._append(response, self._first_byte(response, start, validator))
        except httpx.TimeoutException as error:
            raise self._error(f"timeout, nothing came for {self.client.timeout.read:g} s") from error
        except httpx.RequestError as error:
            reason = re.sub(r"^\[\w+ -?\d+\] ", "", str(error))  # without the system's number for it
            raise self._error(reason[:1].lower() + reason[1:]) from error

    def _resume_point(self) -> tuple[int, str]:
        """How many bytes of this very address are there, 0 for none, and what they were known by."""
        try:
            url, validator = self.origin.read_text("ascii").splitlines()
            size = self.part.stat().st_size
        except (OSError, ValueError):
            return 0, ""
        return (size, validator) if url == self.url and validator else (0, "")

    def _first_byte(self, response: httpx.Response, start: int, validator: str) -> int:
        """Where in the file the body of `response` begins, which is where the bytes on disk end."""
        status = response.status_code
        if status == 200:  # the server ignores ranges, or the file has changed: all of it comes
            self._discard()
            # Bytes without an origin are never resumed, so it comes first: bytes then never have a wrong one.
            with os_errors_as_data_errors(self.origin, "written"):
                self.origin.write_text(f"{self.url}\n{_validator(response)}\n", "ascii", errors="replace")
            return 0
        if status == 206:
            asked_for = response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
            if start and asked_for and _validator(response) in ("", validator):  # some servers ignore If-Range
                return start
            raise self._error("sent another part of the file than asked for", spoilt=True)
        wait = _retry_after(response) if status in _PASSING else _NEVER
        raise self._error(f"HTTP {status} {response.reason_phrase}", wait, spoilt=status == 416)  # no such range

    def _append(self, response: httpx.Response, start: int) -> tuple[bytes, bool]:
        """Add the body to the bytes on disk, each piece as soon as it comes, so that a break loses none."""
        length = response.headers.get("Content-Length")
        done, total = start, None if length is None else start + int(length)
        self._advance(done, total)
        with os_errors_as_data_errors(self.part, "written"), self.part.open("a+b") as file:
            try:
                for piece in response.iter_raw():
                    file.write(piece)
                    done += len(piece)
                    self._advance(done, total)
            except (httpx.ReadError, httpx.RemoteProtocolError) as error:
                amount = f"{done:,}" if total is None else f"{done:,} of {total:,}"
                raise self._error(f"the connection broke after {amount} bytes") from error
            file.seek(0)
            return file.read(), start == 0 and total is not None

    def _advance(self, done: int, total: int | None) -> None:
        limit = self.file.packed_limit
        if max(done, total or 0) > limit:
            raise self._error(f"has more than {limit:,} bytes, the most that the file can take", _NEVER, spoilt=True)
        self.progress.advance(self.file.packed_name, done, total)

    def _discard(self) -> None:
        with os_errors_as_data_errors(self.part, "removed"):
            self.part.unlink(missing_ok=True)
            self.origin.unlink(missing_ok=True)

    def _error(self, reason: str, wait: float | None = None, *, spoilt: bool = False) -> _TransferError:
        return _TransferError(f"{self.url}: {reason}", wait, spoilt=spoilt)


def _validator(response: httpx.Response) -> str:
    """Give the strong ETag or else the date, for If-Range; a weak ETag does not promise the same bytes."""
    tag = str(response.headers.get("ETag", ""))
    return tag if tag.startswith('"') else str(response.headers.get("Last-Modified", ""))


def _retry_after(response: httpx.Response) -> float | None:
    """Read the Retry-After header, a number of seconds or a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None
