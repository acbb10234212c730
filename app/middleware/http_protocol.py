"""The server's HTTP with bounds on what a connection may hold, and how long."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from uvicorn import Config
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.errors import Refusal, problem_response
from app.middleware.admission import RETRY_AFTER
from app.middleware.security_headers import SECURITY_HEADERS

MAX_HEAD_BYTES = 32 * 2**10
"""Bytes of a request's line and headers that are taken for sure; beyond twice as many none are."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a connection may hold, and how long.

    Attributes:
        header_seconds: for a request's headers to arrive, from the connection or from their first byte.
        reply_seconds: for a client to take a reply that does not fit into the buffers.
        connections: how many there may be at once.
    """

    header_seconds: float
    reply_seconds: float
    connections: int


class BoundedProtocol(HttpToolsProtocol):
    """A connection that ends when its client sends headers too slowly, sends too many, or does not take the reply.

    The server has none of these bounds: its only clock is that of idle connections, and any byte stops it. Slow
    bodies are the affair of `app.decoding.body`. The `Bounds` are what the app's lifespan yields as `bounds`.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._bounds: Bounds = app_state["bounds"]
        self._head = 0
        self._answered: RequestResponseCycle | None = None
        self._cut_off_timer: asyncio.TimerHandle | None = None
        self._abort_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock, or turn the client away."""
        super().connection_made(cast(asyncio.Transport, transport))
        if len(self.connections) <= self._bounds.connections:
            self._start_clock()
            return
        detail = f"{self._bounds.connections} connections are open, which is as many as are taken on; try again"
        self._refuse(Refusal.OVERLOADED, detail, {"Retry-After": str(RETRY_AFTER)})

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to be bounded, and nobody to be answered."""
        if self._answered:
            self._answered.disconnected = True
        super().connection_lost(exc)
        self._stop_clock()
        if self._abort_timer:
            self._abort_timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Take it in, in pieces, so that a head beyond the bound is not even parsed."""
        while data and not self.transport.is_closing():
            piece, data = data[:MAX_HEAD_BYTES], data[MAX_HEAD_BYTES:]
            self._head += len(piece)
            super().data_received(piece)
            if self._head > MAX_HEAD_BYTES and not self.transport.is_closing():
                detail = f"the request's headers, or what follows its body, are longer than {MAX_HEAD_BYTES:,} bytes"
                self._refuse(Refusal.HEADERS_TOO_LARGE, detail)
        if self._is_between_replies or self._is_in_head:
            self._start_clock()
        else:
            self._stop_clock()

    def on_headers_complete(self) -> None:
        """The head of a request is there."""
        self._head = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """What is none of the body, framing and trailers, counts as head."""
        self._head = 0
        super().on_body(body)

    def on_response_complete(self) -> None:
        """A reply after which the connection ends must be taken, too."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._abort_later()

    def timeout_keep_alive_handler(self) -> None:
        """An idle connection ends, whether or not its client has taken the last reply."""
        if not self._is_in_head:  # otherwise it is not idle, and the other clock runs
            self._close()

    def pause_writing(self) -> None:
        """The client takes less than it is sent: what it has asked for waits, but not for ever."""
        super().pause_writing()
        self._abort_later()

    def resume_writing(self) -> None:
        """The client has taken nearly all."""
        super().resume_writing()
        if self._abort_timer and not self.transport.is_closing():
            self._abort_timer.cancel()
            self._abort_timer = None

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is refused in the form of all other errors."""
        self._refuse(Refusal.INVALID_HTTP, msg)

    def _unsupported_upgrade_warning(self) -> None:
        """Whoever wishes for another protocol is answered in this one; that is no news for the log."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        # The server itself tells of the connection's end only to the last request that came on it.
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    @property
    def _is_between_replies(self) -> bool:
        """Whether all that was asked for is answered."""
        # The server's types leave out that there may not have been a request.
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]

    @property
    def _is_in_head(self) -> bool:
        """Whether headers have begun to arrive: the server starts a scope with them, and completes it after them."""
        return self.scope is not None and "method" not in self.scope  # type: ignore[redundant-expr]

    def _start_clock(self) -> None:
        if self._cut_off_timer is None:
            self._cut_off_timer = self.loop.call_later(self._bounds.header_seconds, self._cut_off)

    def _stop_clock(self) -> None:
        if self._cut_off_timer:
            self._cut_off_timer.cancel()
            self._cut_off_timer = None

    def _cut_off(self) -> None:
        """The headers have not arrived in time."""
        self._cut_off_timer = None
        if not self._is_between_replies:
            self._start_clock()  # they came ahead of their turn: the request before them is still being answered
        elif self._is_in_head:
            detail = f"the headers took longer than the {self._bounds.header_seconds:g} seconds allowed"
            self._refuse(Refusal.HEADERS_TOO_SLOW, detail)
        else:
            self._close()

    def _refuse(self, refusal: Refusal, detail: str, headers: Mapping[str, str] | None = None) -> None:
        """Say why, and end the connection."""
        sent = {**SECURITY_HEADERS, "Connection": "close", **(headers or {})}
        reply = problem_response(refusal.problem(detail), sent)
        lines = [name + b": " + value + b"\r\n" for name, value in reply.raw_headers]
        self.transport.write(b"".join([STATUS_LINE[reply.status_code], *lines, b"\r\n", reply.body]))
        self._close()

    def _close(self) -> None:
        """End the connection once the client has taken what was sent, or at the latest in the time for that."""
        self.transport.close()
        self._abort_later()

    def _abort_later(self) -> None:
        if self._abort_timer is None:
            self._abort_timer = self.loop.call_later(self._bounds.reply_seconds, self.transport.abort)
