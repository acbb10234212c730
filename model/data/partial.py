"""A download that is not finished yet, kept on disk so that it can go on where it broke off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from model.data.content import os_errors_as_data_errors


@dataclass(frozen=True)
class ResumePoint:
    """Where a download can go on.

    Attributes:
        start: how many bytes are there already; 0 for none.
        validator: the strong ETag or the Last-Modified date that the server gave with them; the rest fits
            only if the server still says the same.
    """

    start: int
    validator: str


NOTHING = ResumePoint(0, "")


class Partial:
    """The file `NAME.gz.part`, and beside it `NAME.gz.part.from`, two lines that say whose bytes they are.

    Mirrors compress the same content differently: the bytes of one can't be continued with those of another,
    nor with those of the same address once it has changed. So the address and its validator are kept.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._origin = path.with_name(f"{path.name}.from")

    def resume_point(self, url: str) -> ResumePoint:
        """Say where the download of `url` can go on: at the start, unless the bytes are its own."""
        try:
            origin, validator = self._origin.read_text("ascii").splitlines()
            size = self.path.stat().st_size
        except (OSError, ValueError):
            return NOTHING
        return ResumePoint(size, validator) if origin == url and validator and size else NOTHING

    def restart(self, url: str, validator: str) -> None:
        """Begin anew with the bytes of `url`.

        Raises:
            DataError: the folder cannot be written.
        """
        self.discard()
        # Bytes without an origin are never resumed, so it comes first: bytes then never have a wrong one.
        with os_errors_as_data_errors(self._origin, "written"):
            self._origin.write_text(f"{url}\n{validator}\n", "ascii", errors="replace")

    @contextmanager
    def append(self) -> Iterator[BinaryIO]:
        """Open the file to add to its end.

        Raises:
            DataError: it cannot be written, or the disk is full.
        """
        with os_errors_as_data_errors(self.path, "written"), self.path.open("ab") as file:
            yield file

    def discard(self) -> None:
        """Forget all of it.

        Raises:
            DataError: the folder cannot be written.
        """
        with os_errors_as_data_errors(self.path, "removed"):
            self.path.unlink(missing_ok=True)
            self._origin.unlink(missing_ok=True)
