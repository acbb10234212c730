"""A training to be watched in the browser: the lab's page, on a run of the command line."""

import math
import os
import re
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import IO

from app.lab import LAB_FOLDER
from model.errors import ConfigError
from model.lab import LabServer, LiveTraining, Session
from model.training import Callbacks, DivergedError, Fitted, TrainingConfig, TrainingData

_ADDRESS = re.compile(rb"digits is at (http://\S+)")

_LAST_SECONDS = 2.0
"""For the page to take the last of what is told."""


class Unwatched:
    """What nobody watches."""

    def join(self, callbacks: Callbacks) -> Callbacks:
        """The callbacks of a run with those for who watches it."""
        return callbacks

    def end(self, fitted: Fitted) -> None:
        """It has ended."""

    def end_diverged(self, error: DivergedError) -> None:
        """It has diverged."""


class Watched(Unwatched):
    """A run that the lab's page shows.

    Args:
        live: the run.
    """

    def __init__(self, live: LiveTraining) -> None:
        (self._run,) = live.runs

    def join(self, callbacks: Callbacks) -> Callbacks:
        """See `Unwatched`. Either may stop it."""
        own = self._run.callbacks()
        return replace(
            callbacks,
            on_update=own.on_update,
            learning_rate=own.learning_rate,
            stop_requested=lambda: callbacks.stop_requested() or own.stop_requested(),
        )

    def end(self, fitted: Fitted) -> None:
        """See `Unwatched`."""
        self._run.end(fitted)

    def end_diverged(self, error: DivergedError) -> None:
        """See `Unwatched`."""
        self._run.end_diverged(error)


def require_watchable(config: TrainingConfig) -> None:
    """Find out whether a run can be watched.

    Raises:
        ConfigError: its network does not read digits, or the system has no such sockets.
    """
    if config.task != "classifier":
        raise ConfigError(f"--watch shows networks that read digits, not those of task {config.task}")
    if sys.platform == "win32":
        raise ConfigError("--watch needs sockets that Windows has not")


@contextmanager
def watching(
    config: TrainingConfig, data: TrainingData, is_interrupted: Callable[[], bool], say: Callable[[str], None]
) -> Iterator[Watched]:
    """Show a run in the browser, until the block ends.

    Args:
        config: its settings.
        data: what it learns from.
        is_interrupted: asked where it waits for who watches it.
        say: takes lines for the user.

    Raises:
        ConfigError: no service starts.
    """
    session = Session(token_hex(16))
    live = LiveTraining([config], [data], None, session.stage, seconds=math.inf, is_interrupted=is_interrupted)
    session.show(live)
    with (
        TemporaryDirectory(prefix="digits-") as folder,
        LabServer(Path(folder, f"{session.name}.sock"), session) as server,
    ):
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        with _service(folder) as address:
            page = f"{address}/lab#view=train&follow={session.name}"
            say(f"Watch it at {page}")
            webbrowser.open(page)
            try:
                yield Watched(live)
            finally:
                session.stage.end()
                _wait_for_followers(session)
        server.shutdown()


@contextmanager
def _service(folder: str) -> Iterator[str]:
    """A service of its own that has the page; its address."""
    digits = str(Path(sys.executable).with_name("digits"))
    command = [digits, "serve", "--lab", "--host", "127.0.0.1", "--port", "0"]
    environment = {**os.environ, LAB_FOLDER: folder}
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as service:
        try:
            yield _address(service.stdout)
        finally:
            service.terminate()


def _address(said: IO[bytes] | None) -> str:
    for line in said or ():
        if found := _ADDRESS.search(line):
            return found[1].decode()
    raise ConfigError("--watch: no service starts for its page; `digits serve --lab` says why")


def _wait_for_followers(session: Session) -> None:
    deadline = time.monotonic() + _LAST_SECONDS
    while session.stage.is_followed and time.monotonic() < deadline:
        time.sleep(0.05)
