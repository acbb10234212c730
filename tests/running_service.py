"""The real service as a process of its own, which a test may also kill and start again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

DIGITS = Path(sys.executable).with_name("digits")

# Starting means importing NumPy and FastAPI on a machine that may be busy.
SECONDS_TO_START = 60.0
SECONDS_TO_STOP = 10.0


def free_port() -> int:
    """A port nobody listens on, at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@cache
def web() -> httpx.Client:
    """Opens a connection for each request, as `httpx.get` does, but reads the certificates once: that takes 40 ms."""
    return httpx.Client(timeout=30, limits=httpx.Limits(max_keepalive_connections=0))


class RunningService:
    """`digits serve` on a port of its own, for the length of a `with` block."""

    def __init__(
        self,
        log: Path,
        *,
        command: Sequence[str | Path] = (DIGITS,),
        folder: Path | None = None,
        settings: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self.port = 0
        self.log = log
        self._command = command
        self._folder = folder
        self._settings = settings or {}
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, on the port that it had or else one that is free, and wait until it is ready."""
        command = [*self._command, "serve", "--host", "127.0.0.1", "--port", str(self.port), *self._options]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, cwd=self._folder, env={**os.environ, **self._settings}
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the service did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    @property
    def pid(self) -> int:
        """Of the process that was started."""
        assert self._process is not None
        return self._process.pid

    def send(self, what: signal.Signals) -> None:
        """Send the service a signal that does not end it."""
        assert self._process is not None
        self._process.send_signal(what)

    def stop(self, how: signal.Signals = signal.SIGTERM, *, seconds: float = SECONDS_TO_STOP) -> int:
        """Ask the service to end, and return its exit code."""
        assert self._process is not None
        self._process.send_signal(how)
        code = self._process.wait(seconds)
        self._process = None
        return code

    def ended(self, *, seconds: float = SECONDS_TO_STOP) -> int:
        """The exit code of a service that was told to end."""
        return self.stop(signal.SIGCONT, seconds=seconds)

    def kill(self) -> None:
        """End the service at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(SECONDS_TO_STOP)
            self._process = None

    def _is_ready(self) -> bool:
        if said := re.search(r"digits is at http://127\.0\.0\.1:(\d+)", self.log.read_text()):
            self.port = int(said[1])
        if not self.port:
            return False
        try:
            return web().get(f"{self.url}/readyz", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False
