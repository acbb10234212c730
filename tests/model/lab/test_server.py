"""The lab's process: real training over a socket, as the service has it."""

import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.command_line import run_digits
from tests.drawings import DRAWINGS

SMALL: dict[str, Any] = {"hidden": [16], "epochs": 3, "limit": 1200}
TRAIN: dict[str, Any] = {"job": "train", "runs": [SMALL]}


class Lab:
    """A process of the lab, and the connection that began its job; what it opens is closed with `open`."""

    def __init__(self, path: Path, niceness: str, job: Mapping[str, Any], opened: ExitStack) -> None:
        self.path = path
        self._opened = opened
        self.process = opened.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "model.lab", path, niceness],
                stdout=subprocess.PIPE,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        )
        opened.callback(self.process.kill)
        assert self.process.stdout
        assert self.process.stdout.readline() == b"ready\n"
        self.connection, self.events = self.following(job)

    def following(self, asked: Mapping[str, Any]) -> tuple[socket.socket, Iterator[tuple[str, Any]]]:
        """A connection that asks this, and the events that come back."""
        connection = self._opened.enter_context(socket.socket(socket.AF_UNIX))
        connection.settimeout(60)
        connection.connect(str(self.path))
        connection.sendall(json.dumps(asked).encode() + b"\n")
        lines = self._opened.enter_context(connection.makefile())
        pairs = (line.partition(" ") for line in lines)
        return connection, ((kind, json.loads(content)) for kind, _, content in pairs)

    def ask(self, **asked: Any) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(str(self.path))
            connection.sendall(json.dumps(asked).encode() + b"\n")
            with connection.makefile("rb") as reply:
                return reply.read()

    def until(self, kind: str) -> list[tuple[str, Any]]:
        told = []
        for event in self.events:
            told.append(event)
            if event[0] == kind:
                return told
        raise AssertionError(f"it ended without {kind}: {[name for name, _ in told]}")


@contextmanager
def lab(tmp_path: Path, job: Mapping[str, Any], niceness: str = "0") -> Iterator[Lab]:
    with ExitStack() as opened:
        yield Lab(tmp_path / "lab.sock", niceness, job, opened)


def frames(told: list[tuple[str, Any]]) -> list[Any]:
    return [content for kind, content in told if kind == "frame"]


def test_a_training_is_watched_from_its_first_step_to_its_end_and_drawn_on_then(tmp_path: Path) -> None:
    with lab(tmp_path, TRAIN) as one:
        told = one.until("ended")
        (_, begun), (_, ended) = next(event for event in told if event[0] == "begun"), told[-1]
        steps = [step for frame in [*frames(told), ended] for step, _ in frame["losses"]]
        assert steps == list(range(1, 97)), "1,000 images in batches of 32, three times"
        assert begun["runs"][0]["steps"] == 96
        first, last = frames(told)[0], frames(told)[-1]
        assert first["step"] == 1
        assert last["step"] == 96
        assert last["validation"]["accuracy"] > first["validation"]["accuracy"]
        assert (ended["why"], ended["epochs"]) == ("epochs", 3)

        reply = one.ask(do="draw", run=0, strokes=DRAWINGS["1"][0])
        assert json.loads(reply.removeprefix(b"+"))["digit"] in range(10)
        assert one.process.poll() is None


def test_another_digit_is_watched_at_once_also_when_training_has_ended(tmp_path: Path) -> None:
    with lab(tmp_path, TRAIN) as one:
        last = frames(one.until("ended"))[-1]
        assert last["watched"]["number"] == 0
        assert one.ask(do="watch", number=3) == b"+{}"
        _, told = one.until("watched")[-1]

        assert (told["run"], told["watched"]["number"]) == (0, 3)
        assert told["watched"]["image"] != last["watched"]["image"]


def test_the_command_line_that_is_given_trains_the_same_weights_bit_for_bit(tmp_path: Path) -> None:
    with lab(tmp_path, TRAIN) as one:
        _, ended = one.until("ended")[-1]
        weights = one.ask(do="weights", run=0)
    command = str(ended["command"]).split()
    assert run_digits(*command[1:], "--quiet", "--out", tmp_path / "run").returncode == 0
    with (
        np.load(tmp_path / "run" / "weights.npz") as trained,
        np.load(io.BytesIO(weights.removeprefix(b"+"))) as kept,
    ):
        for name in ("0.weight", "0.bias", "1.weight", "1.bias"):
            assert kept[name].tobytes() == trained[name].tobytes()


def test_paused_it_takes_a_batch_at_a_time_and_learns_on_at_another_rate(tmp_path: Path) -> None:
    with lab(tmp_path, {**TRAIN, "paused": True}) as one:
        one.until("begun")
        for step in (1, 2):
            assert one.ask(do="step") == b"+{}"
            assert one.until("frame")[-1][1]["step"] == step
        assert one.ask(do="learning_rate", value=0.25) == b"+{}"
        one.ask(do="go")
        told = one.until("ended")
        assert frames(told)[-1]["learning_rate"] == 0.25
        assert told[-1][1]["command"] is None, "no command line changes its rate on the way"


def test_stopped_it_ends_with_its_epoch_so_that_a_command_line_can_repeat_it(tmp_path: Path) -> None:
    with lab(tmp_path, {**TRAIN, "runs": [{**SMALL, "epochs": 100}], "paused": True}) as one:
        one.until("begun")
        one.ask(do="step")
        one.ask(do="stop")
        _, ended = one.until("ended")[-1]
    assert (ended["why"], ended["epochs"]) == ("stopped", 1)
    assert " --epochs 1" in ended["command"]


def test_runs_side_by_side_begin_with_the_same_weights_and_one_that_diverges_says_why(tmp_path: Path) -> None:
    runs = [{**SMALL, "optimizer": "sgd", "learning_rate": rate} for rate in (0.1, 1000)]
    with lab(tmp_path, {**TRAIN, "runs": runs}) as one:
        told = one.until("ended") + one.until("ended")
    ended = {content["run"]: content for kind, content in told if kind == "ended"}
    curves = [content for kind, content in reversed(told) if kind in {"frame", "ended"} and content["losses"]]
    first = {content["run"]: content["losses"][0] for content in curves}
    assert first[0] == first[1]
    assert ended[0]["why"] == "epochs"
    assert ended[1]["why"] == "diverged"
    assert "try a lower learning rate than 1000" in ended[1]["detail"]
    assert not ended[1]["weights"]


def test_who_follows_later_is_told_the_course_so_far(tmp_path: Path) -> None:
    with lab(tmp_path, TRAIN) as one:
        one.until("ended")
        _, events = one.following({"do": "follow"})
        told = dict(islice(events, 3))
    assert [step for step, _ in told["course"]["losses"]] == list(range(1, 97))
    assert told["course"]["measures"][-1]["step"] == 96
    assert told["begun"]["id"] == "lab"


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"job": "bake"}, "job must be one of train, about"),
        ({"job": "train"}, "runs must be a list of 1 to 3 objects"),
        ({"job": "train", "runs": [{}] * 4}, "runs must be a list of 1 to 3 objects"),
        ({"job": "train", "runs": [{"units": 3}]}, "unknown setting 'units'"),
        ({"job": "train", "runs": [{}], "data": "/etc"}, "data must be one of sample"),
        ({"job": "train", "runs": [{}], "seed": -1}, "seed must be a whole number"),
        ({"job": "train", "runs": [{"limit": 50_000}]}, "data.limit is 50,000, but there are 5,000 training images"),
    ],
)
def test_what_cannot_be_done_fails_with_one_line(tmp_path: Path, job: Mapping[str, Any], said: str) -> None:
    with lab(tmp_path, job) as one:
        _, content = one.until("failed")[-1]
        assert said in content["detail"]
        assert one.process.wait(20) == 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"do": "dance"}, b"-do must be one of pause, go, step"),
        ({"do": "pace", "steps_per_second": -1}, b"-steps_per_second must be a number from 0.1 to below 10000"),
        ({"do": "learning_rate", "value": None}, b"-value must be a number above 0"),
        ({"do": "draw", "run": 7, "strokes": []}, b"-run must be a whole number from 0 to 0, not 7"),
        ({"do": "draw", "run": 0, "strokes": []}, b"-run: there is no network yet"),
        ({"do": "weights", "run": 0}, b"-run: it has no weights, or not yet"),
    ],
)
def test_commands_that_are_not_understood_are_told_so(tmp_path: Path, asked: dict[str, Any], said: bytes) -> None:
    with lab(tmp_path, {**TRAIN, "paused": True}) as one:
        one.until("begun")
        assert one.ask(**asked).startswith(said)


def test_it_ends_when_the_one_who_began_leaves_also_while_it_is_paused(tmp_path: Path) -> None:
    with lab(tmp_path, {**TRAIN, "paused": True}) as one:
        one.until("begun")
        one.connection.shutdown(socket.SHUT_RDWR)
        assert one.process.wait(20) == 0


def test_it_takes_the_processor_only_where_nobody_else_wants_it_and_no_more_memory_than_its_own(
    tmp_path: Path,
) -> None:
    with lab(tmp_path, {**TRAIN, "paused": True}, "19") as one:
        one.until("begun")
        assert os.getpriority(os.PRIO_PROCESS, one.process.pid) == 19
        assert os.sched_getscheduler(one.process.pid) == os.SCHED_IDLE
        own, cores = os.sched_getaffinity(one.process.pid), os.sched_getaffinity(0)
        assert own == cores - {min(cores)} or len(cores) == 1
        limits = Path(f"/proc/{one.process.pid}/limits").read_text(encoding="ascii")
        data = next(line for line in limits.splitlines() if line.startswith("Max data size")).split()
        assert int(data[3]) < 1.3 * 2**30
