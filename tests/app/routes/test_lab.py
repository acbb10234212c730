"""The lab's addresses, at the real service with real trainings."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.drawings import DRAWINGS
from tests.running_service import RunningService

EAGER = {"DIGITS_LAB_NICENESS": "0"}
"""Among other tests, which take all the processor there is."""

SMALL: dict[str, Any] = {"hidden": [16], "epochs": 2, "limit": 1200}
LONG: dict[str, Any] = {**SMALL, "epochs": 100, "limit": 5000}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    log = tmp_path_factory.mktemp("lab") / "log"
    with RunningService(
        log, options=("--lab", "--workers", "2"), settings={"DIGITS_LAB_RUNS": "1", "DIGITS_LAB_NICENESS": "0"}
    ) as service:
        yield service


class Following:
    """A job that is followed: its events as they come."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        kind = ""
        for line in self._lines:
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)

    def until(self, *kinds: str) -> tuple[str, Any]:
        """The next event of one of these kinds."""
        return next(event for event in self if event[0] in kinds)


@contextmanager
def job(service: RunningService, asked: Any, **headers: str) -> Iterator[Following]:
    with (
        httpx.Client(base_url=service.url, timeout=60, headers=headers) as client,
        client.stream("POST", "/lab/runs", json=asked) as response,
    ):
        yield Following(response)


def say(service: RunningService, name: str, **asked: Any) -> httpx.Response:
    return httpx.post(f"{service.url}/lab/runs/{name}", json=asked, timeout=60)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def lab_processes(service: RunningService) -> list[int]:
    """Those that a service of one worker has started for its lab."""
    tasks = Path(f"/proc/{service.pid}/task").glob("*/children")
    children = [int(pid) for task in tasks for pid in task.read_text(encoding="ascii").split()]
    return [pid for pid in children if b"model.lab" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_training_is_followed_and_its_network_read_and_fetched_from_any_worker(lab: RunningService) -> None:
    with job(lab, {"job": "train", "runs": [SMALL]}) as following:
        assert following.response.headers["content-type"].startswith("text/event-stream")
        _, begun = following.until("begun")
        _, ended = following.until("ended")
        assert ended["validation_accuracy"] > 0.3
        for _ in range(6):  # each may come to the other worker
            drawn = say(lab, begun["id"], do="draw", run=0, strokes=DRAWINGS["1"][0])
            assert drawn.json()["digit"] in range(10)
        weights = httpx.get(f"{lab.url}/lab/runs/{begun['id']}/weights/0")
        assert weights.content.startswith(b"PK")
        assert "lab.npz" in weights.headers["content-disposition"]


def test_it_is_paused_and_followed_by_others_and_goes_on(lab: RunningService) -> None:
    with job(lab, {"job": "train", "runs": [SMALL], "paused": True}) as following:
        _, begun = following.until("begun")
        assert say(lab, begun["id"], do="step").json() == {}
        assert following.until("frame")[1]["step"] == 1
        with httpx.stream("GET", f"{lab.url}/lab/runs/{begun['id']}", timeout=60) as response:
            other = Following(response)
            assert other.until("course")[1]["losses"][0][0] == 1
            say(lab, begun["id"], do="go")
            assert other.until("ended")[1]["why"] == "epochs"
        assert following.until("ended")[1]["why"] == "epochs"


def test_one_client_has_one_training_and_the_next_waits_until_it_leaves(lab: RunningService) -> None:
    with job(lab, {"job": "train", "runs": [LONG]}) as following:
        following.until("frame")
        with job(lab, {"job": "train", "runs": [SMALL]}) as second:
            assert second.until("waiting", "begun") == ("waiting", {"ahead": 1, "why": "yours"})
            following.response.close()
            assert second.until("begun", "failed")[0] == "begun"


def test_the_training_ends_when_its_caller_leaves(lab: RunningService) -> None:
    with job(lab, {"job": "train", "runs": [LONG], "paused": True}) as following:
        _, begun = following.until("begun")
    until(lambda: say(lab, begun["id"], do="go").status_code == 404)


def test_there_is_no_such_run(lab: RunningService) -> None:
    reply = say(lab, "0" * 32, do="go")
    assert reply.status_code == 404
    assert reply.json()["detail"] == "there is no such run in the lab, or it has ended"
    assert say(lab, "..%2f..", do="go").status_code in {404, 422}


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b'{"job": "train", "runs": [{"hiden": [3]}]}', 422, "did you mean 'hidden'?"),
        (b'{"job": "bake"}', 422, "job must be one of train"),
        (b"[1]", 422, "the body must be an object"),
        (b'{"job', 400, "the body is not JSON"),
        (b'{"job": "about", "job": "train"}', 400, "the key 'job' is there more than once"),
        (b" " * 300_000, 413, "larger than the 262,144 bytes allowed"),
    ],
)
def test_what_is_not_understood_is_refused_before_it_begins(
    lab: RunningService, body: bytes, status: int, said: str
) -> None:
    headers = {"Content-Type": "application/json"}
    reply = httpx.post(f"{lab.url}/lab/runs", content=body, headers=headers, timeout=60)
    assert reply.status_code == status
    assert said in reply.json()["detail"]


def test_pages_of_other_sites_cannot_have_it_train(lab: RunningService) -> None:
    reply = httpx.post(f"{lab.url}/lab/runs", content=b'{"job": "about"}', headers={"Content-Type": "text/plain"})
    assert (reply.status_code, reply.json()["detail"]) == (415, "Content-Type must be application/json")


def test_about_tells_of_all_that_can_be_turned(lab: RunningService) -> None:
    about = httpx.get(f"{lab.url}/lab/about", timeout=60).json()
    assert {"hidden", "learning_rate", "batch_size"} <= {knob["key"] for knob in about["knobs"]}
    assert about["data"][0] == {"name": "sample", "images": 5000}


def test_without_being_asked_for_there_is_no_lab(client: httpx.Client) -> None:
    assert client.get("/lab").status_code == 404
    assert client.post("/lab/runs", json={"job": "about"}).status_code == 404


def test_where_keys_are_asked_for_training_takes_one_too(running: Any) -> None:
    service = running("--lab", DIGITS_API_KEYS="secret", **EAGER)
    with job(service, {"job": "train", "runs": [SMALL]}) as following:
        assert following.response.status_code == 401
    with job(service, {"job": "train", "runs": [SMALL]}, **{"X-API-Key": "secret"}) as following:
        assert following.until("begun")


def test_the_service_ends_at_once_with_trainings_under_way_and_leaves_no_process(running: Any) -> None:
    service: RunningService = running("--lab", **EAGER)
    with job(service, {"job": "train", "runs": [LONG]}) as following:
        following.until("frame")
        (training,) = lab_processes(service)
        started = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - started < 8, "it does not wait until it has to cut them off"
    until(lambda: not Path(f"/proc/{training}").exists())


def test_a_process_of_the_lab_that_dies_ends_what_is_told_of_it_and_nothing_else(running: Any) -> None:
    service: RunningService = running("--lab", **EAGER)
    with job(service, {"job": "train", "runs": [LONG]}) as following:
        following.until("frame")
        (training,) = lab_processes(service)
        os.kill(training, signal.SIGKILL)
        rest = list(following)
        assert rest[-1][0] == "failed"
    with job(service, {"job": "train", "runs": [SMALL]}) as following:
        assert following.until("ended")
    assert httpx.get(f"{service.url}/readyz").status_code == 200
