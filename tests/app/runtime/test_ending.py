"""Ending: ten seconds after it is told to the service is gone, whatever it is at, and has left nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.runtime import SECONDS_TO_END
from tests.running_service import DIGITS, RunningService, web

ROOT = Path(__file__).parents[3]
SECONDS = 3
"""That the service of `tests.stuck_service` has; the real one has ten."""

SOON = 5.0
"""On a machine that may be busy."""

Start = Callable[..., RunningService]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a service that can get stuck: `start("--workers", "2")`."""
    services: list[RunningService] = []

    def start(*options: str) -> RunningService:
        (tmp_path / "temporary").mkdir()
        service = RunningService(
            tmp_path / "log",
            command=[sys.executable, "-m", "tests.stuck_service"],
            folder=ROOT,
            settings={"TMPDIR": str(tmp_path / "temporary")},
            options=options,
        )
        services.append(service)
        service.start()
        return service

    yield start
    for service in services:
        service.kill()


@pytest.fixture(params=[(), ("--workers", "2")], ids=["alone", "workers"])
def options(request: pytest.FixtureRequest) -> tuple[str, ...]:
    chosen: tuple[str, ...] = request.param
    return chosen


def get_stuck(service: RunningService, how: str) -> socket.socket:
    """A request that is never answered; keep it, since the service looks whether its client is still there."""
    connection = socket.create_connection(("127.0.0.1", service.port))
    connection.sendall(f"GET /stuck/{how} HTTP/1.1\r\nHost: digits\r\n\r\n".encode())
    time.sleep(0.5)
    return connection


def end(service: RunningService, how: signal.Signals = signal.SIGTERM) -> float:
    """Seconds until the service has ended, and ended well: no process and no file of it is left."""
    processes = descendants(service.pid)
    begun = time.monotonic()
    code = service.stop(how, seconds=SECONDS + SOON)
    seconds = time.monotonic() - begun
    assert code == 0, service.log.read_text()
    time.sleep(0.1)  # what was killed has to go, too
    assert [pid for pid in processes if lives(pid)] == []
    assert list((service.log.parent / "temporary").iterdir()) == []
    return seconds


def descendants(pid: int) -> list[int]:
    children = [
        int(child) for each in Path(f"/proc/{pid}/task").glob("*/children") for child in each.read_text().split()
    ]
    return children + [one for child in children for one in descendants(child)]


def workers(service: RunningService) -> set[int]:
    return {pid for pid in descendants(service.pid) if b"spawn_main" in command(pid)}


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_real_service_has_the_ten_seconds_that_are_promised() -> None:
    assert SECONDS_TO_END == 10


@pytest.mark.parametrize(("how", "stop"), [("child", signal.SIGTERM), ("loop", signal.SIGINT)])
def test_whatever_it_is_at_it_ends(start: Start, options: tuple[str, ...], how: str, stop: signal.Signals) -> None:
    service = start(*options)
    with get_stuck(service, "thread"), get_stuck(service, how):
        assert SECONDS - 2 < end(service, stop) < SECONDS + SOON


def test_what_can_be_cancelled_is_and_the_service_ends_in_order(start: Start) -> None:
    service = start()
    with get_stuck(service, "waiting"):
        assert end(service) < SECONDS + SOON
    assert "cut off" not in service.log.read_text()


def test_with_nothing_to_do_it_ends_soon_and_takes_its_child_processes_along(
    start: Start, options: tuple[str, ...]
) -> None:
    service = start(*options)
    assert web().get(f"{service.url}/stuck/child-left").is_success
    assert end(service) < SOON


def test_a_worker_that_does_not_move_ends(start: Start) -> None:
    service = start("--workers", "2")
    os.kill(min(workers(service)), signal.SIGSTOP)
    assert end(service) < SECONDS + SOON


def test_it_ends_while_a_worker_that_is_stuck_is_replaced(start: Start) -> None:
    service = start("--workers", "2")
    with get_stuck(service, "thread"):
        service.send(signal.SIGHUP)
        time.sleep(3)
        assert end(service) < SECONDS + SOON


def test_hangups_are_gathered_and_the_end_goes_before_them(start: Start) -> None:
    service = start("--workers", "2")
    for _ in range(20):
        service.send(signal.SIGHUP)
        time.sleep(0.05)
    assert end(service) < SOON


def test_of_hangups_that_come_while_workers_are_replaced_one_is_heard(start: Start) -> None:
    service = start("--workers", "2")
    before, seen = workers(service), set[int]()
    unchanged = time.monotonic()
    for _ in range(20):
        service.send(signal.SIGHUP)
        time.sleep(0.1)
    while before & workers(service) or time.monotonic() - unchanged < 6:
        if new := workers(service) - before - seen:
            seen |= new
            unchanged = time.monotonic()
        time.sleep(0.05)
    assert 2 <= len(seen) <= 10, "two workers, replaced a few times on a slow machine, and not twenty"
    assert end(service) < SOON


def test_workers_that_are_stuck_end_with_the_process_that_watches_over_them(start: Start) -> None:
    service = start("--workers", "2")
    with get_stuck(service, "loop"):
        left = workers(service)
        service.kill()
        deadline = time.monotonic() + SECONDS + SOON
        while any(map(lives, left)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not any(map(lives, left))


def test_what_a_worker_that_died_leaves_behind_keeps_no_place_among_the_processes(start: Start) -> None:
    service = start("--workers", "2")
    for _ in range(3):
        deadline = time.monotonic() + 4 * SOON
        while len(workers(service)) < 2 or not all(map(descendants, workers(service))):
            assert time.monotonic() < deadline, "each has a process for images"
            time.sleep(0.1)
        victim = min(workers(service))
        gone = [victim, *descendants(victim)]
        os.kill(victim, signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() for pid in gone) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not [pid for pid in gone if Path(f"/proc/{pid}").exists()]


@pytest.mark.parametrize("processes", [0, 2, 3], ids=["folder", "first worker", "second worker"])
def test_told_to_end_while_it_starts_it_leaves_nothing(tmp_path: Path, processes: int) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        [DIGITS, "serve", "--port", "0", "--workers", "2"],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as starting:
        # The first process beside it is the one in which Python's multiprocessing keeps its books.
        while not any(temporary.iterdir()) or len(descendants(starting.pid)) < processes:
            assert starting.poll() is None
        begun = time.monotonic()
        started = descendants(starting.pid)
        starting.send_signal(signal.SIGTERM)
        _, said = starting.communicate(timeout=SECONDS + SOON)
    assert (starting.returncode, said) == (0, b"")
    assert time.monotonic() - begun < SOON
    assert not any(map(lives, started))
    assert not any(temporary.iterdir())
