"""A download of one file, with everything it does written down."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from model.data.catalogue import DataFile
from model.download import Progress, fetch
from model.errors import DownloadError
from tests.model.download.local_mirror import LocalMirror


@dataclass
class OneDownload(Progress):
    """One file wanted from the mirrors given, in a folder of its own."""

    folder: Path
    file: DataFile
    raw: bytes
    waits: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    progress: list[tuple[int, int | None]] = field(default_factory=list)

    def advance(self, name: str, done: int, total: int | None) -> None:
        assert name == self.file.packed_name
        self.progress.append((done, total))

    def note(self, name: str, message: str) -> None:
        assert name == self.file.packed_name
        self.notes.append(message)

    def run(self, *mirrors: LocalMirror, attempts: int = 3, timeout: float = 5.0) -> None:
        fetch(
            self.folder,
            files=[self.file],
            mirrors=[mirror.url for mirror in mirrors],
            progress=self,
            timeout=timeout,
            attempts=attempts,
            sleep=self.waits.append,
        )

    def fails(self, *mirrors: LocalMirror, attempts: int = 3, timeout: float = 5.0) -> list[str]:
        """Run, expect it to fail and to leave no file, and give the line about each mirror."""
        with pytest.raises(DownloadError) as caught:
            self.run(*mirrors, attempts=attempts, timeout=timeout)
        assert not self.path.exists()
        first, *lines = str(caught.value).splitlines()
        assert first == f"{self.file.packed_name}: no mirror gave it"
        prefixes = [f"  {mirror.url}/{self.file.packed_name}: " for mirror in mirrors]
        assert all(line.startswith(prefix) for line, prefix in zip(lines, prefixes, strict=True))
        return [line.removeprefix(prefix) for line, prefix in zip(lines, prefixes, strict=True)]

    @property
    def path(self) -> Path:
        return self.folder / self.file.packed_name

    @property
    def partial(self) -> Path:
        return self.folder / f"{self.file.packed_name}.part"

    def assert_done(self) -> None:
        assert self.path.read_bytes() == self.raw
        assert {path.name for path in self.folder.iterdir()} == {self.path.name, ".lock"}
