"""Trainings stand still while drawings are read: whoever draws waits for no lesson.

The system's own priorities do not reach that far: where every core has work, a process that is to step back is still
taken off its core milliseconds after somebody else could go on there, which is as long as an answer takes.
"""

import asyncio
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import route_path

_QUIET_SECONDS = 0.005
"""Without another drawing, after which they go on: most are answered by then."""

_MAX_HELD_SECONDS = 0.5
_BREATH_SECONDS = 0.005
"""However many drawings come, they get so much after so long: a hundredth, so that what they are told is heard."""


class _Process(Protocol):
    @property
    def pid(self) -> int: ...


class GivingWay:
    """Stops and continues processes.

    Args:
        processes: those that there are at any time.
    """

    def __init__(self, processes: Iterable[_Process]) -> None:
        self._processes = processes
        self._is_held = False
        self._held_at = 0.0
        self._wanted_until = 0.0
        self._free_until = 0.0

    def give_way(self) -> None:
        """A drawing has come: stop them, for a moment or for as long as others follow."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._wanted_until = now + _QUIET_SECONDS
        if self._is_held or now < self._free_until or not any(True for _ in self._processes):
            return
        self._is_held, self._held_at = True, now
        self._send(signal.SIGSTOP)
        loop.call_later(_QUIET_SECONDS, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now < self._wanted_until and now - self._held_at < _MAX_HELD_SECONDS:
            loop.call_at(self._wanted_until, self._look)
            return
        self._is_held, self._free_until = False, now + _BREATH_SECONDS
        self._send(signal.SIGCONT)

    def _send(self, what: signal.Signals) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(process.pid, what)


class LabGivesWay:
    """ASGI middleware that has the lab stand still while anything is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["method"] == "POST" and not route_path(scope).startswith("/lab/"):
            scope["app"].state.laboratory.give_way()
        await self._app(scope, receive, send)
