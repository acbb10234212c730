"""What the processes of a service share has a folder, also where nothing can be written but shared memory."""

import tempfile
from pathlib import Path

import pytest

from app.runtime import startup
from app.runtime.startup import temporary_folder
from model.errors import ConfigError


def test_it_is_in_shared_memory_where_no_temporary_files_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc")
    with temporary_folder() as folder:
        assert Path(folder).parent == Path("/dev/shm")  # noqa: S108
    assert not Path(folder).exists()


def test_without_either_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc")
    monkeypatch.setattr(startup, "SHARED_MEMORY", "/proc")
    with pytest.raises(ConfigError, match=r"^several workers and the lab need a folder .* TMPDIR names$"):
        temporary_folder()
