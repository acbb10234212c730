"""Each job of the lab in a process of its own, which ends when its caller leaves."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import ExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from app.errors import Refusal, ServiceError
from app.lab.giving_way import GivingWay
from app.lab.places import Places, Wait
from app.runtime import temporary_folder
from model.errors import ConfigError

LAB_FOLDER = "DIGITS_LAB_FOLDER"
"""The variable that names the folder in which the processes of a service meet."""

_MODULE = "model.lab"
"""By name: the service imports nothing that trains."""

NICEST = 19
"""The niceness of what computes only where nobody else wants to."""

_START_SECONDS = 30.0
_REPLY_SECONDS = 10.0

_LOOK_SECONDS = 0.3
"""How often those who wait look whether it is their turn."""

_IDLE_SECONDS = 30.0
"""That a training may be paused, or over, before it gives way to who waits."""

_GIVEN_WAY = "others wait for the lab, and nothing happened here for a while"

_QUIET_SECONDS = 0.5
"""After which it is looked whether a caller is still there."""

_LAST = frozenset({"result", "failed"})
"""Events after which a process has done what it was asked; training ends with its caller."""

_CUT_OFF = "the lab's process has ended: its time or its memory is used up, or the log of the service says why"

_MAX_EVENT = 4 * 2**20
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Event:
    """What is told of a job.

    Attributes:
        kind: of the event; empty where nothing happened for a while.
        data: what there is to say, JSON in one line.
    """

    kind: str
    data: str = "{}"


class Laboratory:
    """The lab of one process of the service.

    Args:
        runs: jobs at the same time, over all processes.
        niceness: 0 to 19, of their processes.

    Raises:
        ConfigError: this system has no such sockets and locks, or no folder can be written to.
    """

    def __init__(self, runs: int, niceness: int) -> None:
        if sys.platform == "win32":
            raise ConfigError("the lab needs sockets and locks that Windows has not: leave DIGITS_LAB unset")
        given = os.environ.get(LAB_FOLDER)
        self._opened = ExitStack()
        self._folder = Path(given or self._opened.enter_context(temporary_folder()))
        self._folder.mkdir(exist_ok=True)
        self._niceness = niceness
        self._places = Places(self._folder, runs)
        self._processes: set[Process] = set()
        self._computing: set[Process] = set()
        self._giving_way = GivingWay(self._computing)
        self._burials: set[asyncio.Task[int]] = set()
        self._about: str | None = None
        self._asking = asyncio.Lock()

    def give_way(self) -> None:
        """Have all that is under way stand still for a moment, if it is to step back as far as that."""
        if self._niceness == NICEST:
            self._giving_way.give_way()

    def end(self) -> None:
        """End all that is under way, from any thread."""
        for process in list(self._processes):
            with suppress(ProcessLookupError):
                os.kill(process.pid, 9)

    async def close(self) -> None:
        """End all, and leave no files."""
        self.end()
        await asyncio.gather(*self._burials)
        self._opened.close()

    async def about(self) -> str:
        """What there is in the lab, as JSON."""
        async with self._asking:
            if self._about is None:
                async with aclosing(self._do(b'{"job": "about"}')) as events:
                    self._about = await anext((event.data async for event in events if event.kind == "result"), None)
        if self._about is None:
            raise ServiceError(Refusal.INTERNAL_ERROR, _CUT_OFF)
        return self._about

    async def run(self, job: bytes, client: str) -> AsyncGenerator[Event]:
        """Do a job when it is its turn, and tell of it; to be closed when its caller leaves.

        Args:
            job: JSON.
            client: who asks.

        Raises:
            ServiceError: too many wait already.
        """
        with self._places.enter(client) as ticket:
            told: Wait | None = None
            while wait := ticket.wait():
                yield (
                    Event("waiting", json.dumps({"ahead": wait.ahead, "why": wait.why}))
                    if wait != told
                    else Event("")
                )
                told = wait
                await asyncio.sleep(_LOOK_SECONDS)
            told_at = time.monotonic()
            async with aclosing(self._do(job)) as events:
                async for event in events:
                    yield event
                    if event.kind:
                        told_at = time.monotonic()
                    elif time.monotonic() - told_at > _IDLE_SECONDS and self._places.are_wanted:
                        yield Event("closed", json.dumps({"why": _GIVEN_WAY}))
                        return

    async def follow(self, name: str) -> AsyncGenerator[Event]:
        """What happens in a job under way.

        Raises:
            ServiceError: there is none of this name.
        """
        async with aclosing(self._events(self._path(name), b'{"do": "follow"}')) as events:
            async for event in events:
                yield event

    async def ask(self, name: str, asked: Mapping[str, Any]) -> bytes:
        """What a job under way replies.

        Raises:
            ServiceError: there is none of this name, or it cannot do what is asked.
        """
        async with _connected(self._path(name), json.dumps(asked).encode()) as reader:
            try:
                reply = await asyncio.wait_for(reader.read(), _REPLY_SECONDS)
            except TimeoutError as error:
                raise ServiceError(Refusal.OVERLOADED, "the lab is busy; try again", {"Retry-After": "1"}) from error
        if reply[:1] != b"+":
            raise ServiceError(Refusal.INVALID_REQUEST, reply[1:].decode() or "the lab did not understand this")
        return reply[1:]

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.sock"

    async def _do(self, job: bytes) -> AsyncGenerator[Event]:
        """A job in a process of its own."""
        path = self._path(token_hex(16))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _MODULE,
            str(path),
            str(self._niceness),
            stdin=DEVNULL,
            stdout=PIPE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            limit=_MAX_EVENT,
        )
        self._processes.add(process)
        try:
            assert process.stdout  # noqa: S101 - a pipe, as asked for
            await _started(process.stdout)
            self._computing.add(process)
            event = Event("")
            async with aclosing(self._events(path, job)) as events:
                async for event in events:
                    yield event
            if event.kind not in _LAST:
                yield Event("failed", json.dumps({"detail": _CUT_OFF}))
        finally:
            path.unlink(missing_ok=True)
            with suppress(ProcessLookupError):
                process.kill()
            # Not awaited here: whoever has left is cut off at the first wait.
            burial = asyncio.create_task(process.wait())
            self._burials.add(burial)
            burial.add_done_callback(self._burials.discard)
            self._processes.discard(process)
            self._computing.discard(process)

    async def _events(self, path: Path, line: bytes) -> AsyncGenerator[Event]:
        async with _connected(path, line) as reader:
            while True:
                try:
                    told = await asyncio.wait_for(reader.readline(), _QUIET_SECONDS)
                except TimeoutError:
                    yield Event("")
                    continue
                if not told.endswith(b"\n"):
                    return
                kind, _, data = told.decode().partition(" ")
                yield Event(kind, data.rstrip())


async def _started(stdout: asyncio.StreamReader) -> None:
    """Wait until a process takes connections."""
    try:
        said = await asyncio.wait_for(stdout.readline(), _START_SECONDS)
    except TimeoutError:
        said = b""
    if not said:
        raise ServiceError(Refusal.INTERNAL_ERROR, "the lab does not start; the log says why")


@asynccontextmanager
async def _connected(path: Path, line: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """What comes back for a line that is sent to a job.

    Raises:
        ServiceError: there is no such job.
    """
    try:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=_MAX_EVENT)
    except OSError as error:
        raise ServiceError(Refusal.NOT_FOUND, "there is no such run in the lab, or it has ended") from error
    try:
        writer.write(line + b"\n")
        yield reader
    finally:
        writer.close()
