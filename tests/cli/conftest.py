"""The `digits` command as its user runs it: a process of its own."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running_service import DIGITS

Digits = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def digits(tmp_path: Path) -> Digits:
    """Runs `digits WORDS...` in an empty folder."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [str(DIGITS), *map(str, words)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)

    return run
