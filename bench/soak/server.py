"""The service under test: a process with two workers, and what `/proc` tells of them."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.running_service import free_port

WORKERS = 2
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 20

SETTINGS = {
    "DIGITS_WATCH_SECONDS": "1",
    "DIGITS_HEADER_SECONDS": "4",
    "DIGITS_BODY_SECONDS": "4",
    "DIGITS_REPLY_SECONDS": "4",
    "DIGITS_MAX_IN_FLIGHT": "12",
    "DIGITS_MAX_BYTES_IN_FLIGHT": str(64 * 2**20),
    "DIGITS_THREADS": "2",
}
"""Bounds that are met within a soak."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the service holds at a moment.

    Attributes:
        megabytes: of memory, in all processes: what they have in common counts once.
        worker: megabytes of one worker, with all that it has in common with others.
        files: open in all processes, connections among them.
    """

    megabytes: float
    worker: float
    files: int


class Server:
    """`digits serve --workers 2` on a free port, its weights in a file of its own."""

    def __init__(self, weights: Path, log: Path) -> None:
        self.weights = weights
        self.log = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [
            str(Path(sys.executable).with_name("digits")),
            "serve",
            "--workers",
            str(WORKERS),
            "--port",
            str(self.port),
        ]
        self._shared = Path(tempfile.mkdtemp(dir=weights.parent))
        own = {"DIGITS_WEIGHTS": str(weights), "TMPDIR": str(self._shared)}
        with log.open("wb") as file:
            self.process = subprocess.Popen(command, env={**os.environ, **SETTINGS, **own}, stdout=file, stderr=file)
        deadline = time.monotonic() + _SECONDS_TO_START
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError(f"the service did not start:\n{log.read_text()}")
            time.sleep(0.1)

    def is_ready(self) -> bool:
        """Whether it answers at all."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def workers_ready(self) -> list[int]:
        """The processes that answer: those that have told, for the metrics, which weights they serve."""
        told = {int(path.stem.rpartition("_")[2]) for path in self._shared.glob("digits-*/gauge_liveall_*.db")}
        return [pid for pid in _children(self.process.pid) if pid in told]

    def held(self, worker: int) -> Held:
        """Memory and open files of all its processes, and the memory of this worker."""
        pids = family(self.process.pid)
        return Held(sum(megabytes(pid, "Pss") for pid in pids), megabytes(worker, "Rss"), sum(map(_files, pids)))

    def holds(self, port: int) -> bool:
        """Whether it still has its end of the connection from this port: an end that was closed has no inode."""
        own, other = f":{self.port:04X}", f":{port:04X}"
        connections = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(one[1].endswith(own) and one[2].endswith(other) and one[9] != "0" for one in connections)

    def stop(self) -> tuple[int | None, float]:
        """Ask it to end; its exit code, None if it does not, and how long it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code: int | None = self.process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            code = None
        return code, time.monotonic() - started

    def kill(self) -> None:
        """End it, whatever it does."""
        for pid in reversed(family(self.process.pid)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(_SECONDS_TO_STOP)


def _children(pid: int) -> list[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in told.split()]


def family(pid: int) -> list[int]:
    """A process, those that it started, and those that they did."""
    return [pid, *(one for child in _children(pid) for one in family(child))]


def megabytes(pid: int, which: str) -> float:
    """Memory of a process: `Rss` for all, `Pss` with only a share of what it has in common with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{which}:")), 0.0)


def _files(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0
