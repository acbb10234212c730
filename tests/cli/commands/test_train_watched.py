"""`digits train --watch`: the lab's page on a run of the command line."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.command_line import run_digits
from tests.running_service import DIGITS

TRAIN = ("train", "--recipe", "lab", "--data", "sample", "--limit", "1200", "--hidden", "16")


@contextmanager
def watched(out: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A run that is watched, and the address under which it can be followed."""
    command = [str(DIGITS), *TRAIN, *options, "--watch", "--out", str(out)]
    environment = {**os.environ, "BROWSER": "true"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as run:
        assert run.stderr
        try:
            for line in run.stderr:
                if found := re.search(r"Watch it at (http://\S+)/lab#view=train&follow=([0-9a-f]{32})", line):
                    yield run, f"{found[1]}/lab/runs/{found[2]}"
                    break
        finally:
            run.kill()


def test_a_run_is_followed_while_it_goes_on_and_ends_when_interrupted_though_it_is_paused(
    tmp_path: Path,
) -> None:
    with watched(tmp_path / "run", "--epochs", "5000") as (run, address):
        with httpx.stream("GET", address, timeout=60) as response:
            events = (line.removeprefix("event: ") for line in response.iter_lines() if line.startswith("event: "))
            assert next(events) == "begun"
            assert next(event for event in events if event != "course") == "frame"
            assert httpx.post(address, json={"do": "pause"}, timeout=60).json() == {}
            run.send_signal(signal.SIGINT)
            assert "ended" in events
        assert run.wait(60) == 130
    assert json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))["stopped_by"] == "interrupt"


def test_a_watched_run_has_the_weights_of_one_that_is_not(tmp_path: Path) -> None:
    with watched(tmp_path / "watched", "--epochs", "2") as (run, _):
        run.communicate(timeout=60)
        assert run.returncode == 0
    assert run_digits(*TRAIN, "--epochs", "2", "--quiet", "--out", tmp_path / "plain").returncode == 0
    watched_weights, plain = ((tmp_path / name / "weights.npz").read_bytes() for name in ("watched", "plain"))
    assert watched_weights == plain


def test_what_reads_no_digits_is_not_watched(tmp_path: Path) -> None:
    refused = run_digits(
        "train", "--task", "autoencoder", "--data", "sample", "--limit", "60", "--watch", "--out", tmp_path / "run"
    )
    assert refused.returncode == 2
    assert "--watch shows networks that read digits" in refused.stderr
