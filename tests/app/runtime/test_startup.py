"""Starting: only with good weights, and a refusal is one clear line."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.running_service import DIGITS, RunningService


def start_with(weights: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DIGITS, "serve", "--port", "0"],
        env={**os.environ, "DIGITS_WEIGHTS": str(weights)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refusal(weights: Path) -> str:
    """The one line with which the service refuses to start."""
    finished = start_with(weights)
    assert finished.returncode != 0
    assert finished.stdout == ""
    lines = finished.stderr.splitlines()
    assert len(lines) == 1, finished.stderr
    return lines[0]


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    assert f"{tmp_path}/none.npz: there is no such file" in refusal(tmp_path / "none.npz")


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", Path("model/weights/digits.npz").read_bytes()[:100_000]],
    ids=["empty", "foreign", "cut off"],
)
def test_truncated_and_foreign_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    weights = tmp_path / "weights.npz"
    weights.write_bytes(content)
    assert f"{weights}: not a whole digits weights file" in refusal(weights)


def test_a_setting_that_makes_no_sense_is_refused_by_name() -> None:
    finished = subprocess.run(
        [DIGITS, "serve", "--port", "0"],
        env={**os.environ, "DIGITS_MAX_BODY_BYTES": "many"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 2
    assert "DIGITS_MAX_BODY_BYTES" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_port_in_use_is_said(service: RunningService) -> None:
    finished = subprocess.run(
        [DIGITS, "serve", "--port", str(service.port)], capture_output=True, text=True, timeout=60, check=False
    )
    assert finished.returncode != 0
    assert "address already in use" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_its_address_and_ends_cleanly_when_told_to(tmp_path: Path, stop: signal.Signals) -> None:
    with RunningService(tmp_path / "log") as running:
        assert running.stop(stop) == 0
    log = (tmp_path / "log").read_text()
    assert f"http://127.0.0.1:{running.port}" in log
    assert "Traceback" not in log


def test_matrix_products_have_no_threads_of_their_own(running: Any) -> None:
    """Starting a process, for images, waits for such threads without end if a product is under way meanwhile."""
    threads = [len(list(Path(f"/proc/{running(OPENBLAS_NUM_THREADS=number).pid}/task").iterdir())) for number in "14"]
    assert threads[0] == threads[1]
