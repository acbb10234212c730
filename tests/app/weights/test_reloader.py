"""Weights taken while the service runs, and the copy of those last found good: a pipe or a folder harms neither."""

import hashlib
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from app.weights import keep
from model.artifact import packaged_weights
from tests.app.operations import metric, predict, wait_until

SHA256 = hashlib.sha256(packaged_weights().read_bytes()).hexdigest()


def test_the_file_that_was_found_good_is_kept(tmp_path: Path) -> None:
    keep(packaged_weights(), SHA256, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == packaged_weights().read_bytes()


def test_another_file_that_lies_there_by_now_is_not(tmp_path: Path) -> None:
    keep(packaged_weights("mlp"), SHA256, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("piped", ["weights", "copy"])
@pytest.mark.timeout(20)
def test_a_pipe_in_place_of_either_holds_nobody_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, piped: str
) -> None:
    paths = {"weights": packaged_weights(), "copy": tmp_path / "copy", piped: tmp_path / "pipe"}
    os.mkfifo(tmp_path / "pipe")
    keep(paths["weights"], SHA256, paths["copy"])
    assert "cannot be kept for workers to come: not a regular file" in caplog.text


def opened_by(pid: int) -> set[Path]:
    """What a process has open; a connection may end while it is looked at."""
    opened = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            opened.add(link.readlink())
    return opened


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_what_is_no_file_is_refused_however_often_it_is_asked_for(running: Any, tmp_path: Path, kind: str) -> None:
    weights = tmp_path / "weights.npz"
    shutil.copy(packaged_weights(), weights)
    service = running(DIGITS_WEIGHTS=str(weights), DIGITS_WATCH_SECONDS="0")
    weights.unlink()
    {"pipe": os.mkfifo, "device": lambda path: path.symlink_to("/dev/zero"), "folder": os.mkdir}[kind](weights)
    refused = 'digits_reloads_total{outcome="refused"}'
    for count in range(1, 21):
        service.send(signal.SIGHUP)
        wait_until(lambda count=count: metric(service, refused) == count)
    assert service.log.read_text().count("weights.npz: cannot be read: not a regular file") == 20
    assert weights not in opened_by(service.pid)
    assert predict(service).status_code == 200
    assert service.stop() == 0


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_service_that_is_given_no_file_says_so_and_ends(
    running: Any, tmp_path: Path, kind: str, workers: str
) -> None:
    weights = tmp_path / "weights.npz"
    os.mkfifo(weights) if kind == "pipe" else weights.symlink_to("/dev/zero")
    with pytest.raises(RuntimeError, match=r"weights\.npz: cannot be read: not a regular file"):
        running("--workers", workers, DIGITS_WEIGHTS=str(weights))


def test_a_pipe_in_place_of_the_card_keeps_nobody_from_starting(running: Any, tmp_path: Path) -> None:
    weights = tmp_path / "weights.npz"
    shutil.copy(packaged_weights(), weights)
    os.mkfifo(tmp_path / "weights.card.json")
    service = running(DIGITS_WEIGHTS=str(weights))
    assert "weights.card.json: cannot be read: not a regular file" in service.log.read_text()
    assert predict(service).status_code == 200
