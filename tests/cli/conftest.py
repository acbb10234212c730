"""The `digits` command as its user runs it, in an empty folder."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import run_digits

Digits = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Digits:
    """Runs `digits WORDS...` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return run_digits
