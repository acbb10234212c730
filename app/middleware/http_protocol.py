"""The server's HTTP with bounds on what a connection may hold, and how long."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from starlette.responses import Response
from uvicorn import Config
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.errors import Refusal, problem_response
from app.middleware.admission import RETRY_AFTER
from app.middleware.request_head import REFUSAL

MAX_HEAD_BYTES = 32 * 2**10
"""Bytes of a request's line and headers that are taken for sure; beyond twice as many none are."""

_MOST_AHEAD = 16
"""Requests that are parsed at once: of those sent ahead of their turn, hardly more wait as more than bytes."""


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


class _Reading(FlowControl):
    """Flow control that reads nothing from the client while there is something left to parse."""

    is_held = False

    def resume_reading(self) -> None:
        """Read on, unless that is held."""
        if not self.is_held:
            super().resume_reading()


class BoundedProtocol(HttpToolsProtocol):
    """A connection that ends when its client sends headers too slowly, sends too many, or does not take the reply.

    The server has none of these bounds: its only clock is that of idle connections, and any byte stops it. It also
    parses all that a client sends ahead (RFC 9112, 9.3.2), some kilobytes of memory for each request; here nothing is
    parsed while a request waits for its turn, and nothing read while something is left to parse. Slow bodies are the
    affair of `app.decoding.body`. The `Bounds` are what the app's lifespan yields as `bounds`.
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
        self._unparsed = b""
        self._head = 0
        self._parsed = 0
        self._is_at_end = False
        self._answered: RequestResponseCycle | None = None
        self._cut_off_timer: asyncio.TimerHandle | None = None
        self._abort_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock, or turn the client away."""
        super().connection_made(cast(asyncio.Transport, transport))
        self.flow: _Reading = _Reading(self.transport)
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
        self._unparsed = b""
        self._stop_clock()
        if self._abort_timer:
            self._abort_timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Take it in, or keep it until there is room."""
        self._unparsed = self._unparsed[self._parsed :] + data if self._unparsed else data
        self._parsed = 0
        self._parse()

    def _parse(self) -> None:
        """Parse in pieces what was received: no head beyond the bound, and nothing while a request waits."""
        while self._unparsed and not self.pipeline:
            if self._is_at_end or self.transport.is_closing():
                self._unparsed = b""
                break
            end = _end_of_piece(self._unparsed, self._parsed)
            piece = self._unparsed[self._parsed : end]
            self._unparsed, self._parsed = (self._unparsed, end) if end < len(self._unparsed) else (b"", 0)
            self._head += len(piece)
            super().data_received(piece)
            if self._head > MAX_HEAD_BYTES:
                detail = f"the request's headers, or what follows its body, are longer than {MAX_HEAD_BYTES:,} bytes"
                self._refuse(Refusal.HEADERS_TOO_LARGE, detail)
        if self._unparsed or self.flow.is_held:
            self._hold_reading()
        if self._is_between_replies or self._is_in_head:
            self._start_clock()  # the end of the head stops it

    def _hold_reading(self) -> None:
        """Read from the client only if all that came is parsed."""
        was_held, self.flow.is_held = self.flow.is_held, bool(self._unparsed)
        if self.flow.is_held:
            self.flow.pause_reading()
        elif was_held and not self.pipeline:
            self.flow.resume_reading()

    def on_headers_complete(self) -> None:
        """The head of a request is there."""
        self._head = 0
        self._stop_clock()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """What is none of the body, framing and trailers, counts as head."""
        self._head = 0
        super().on_body(body)

    def on_response_complete(self) -> None:
        """Go on with what was sent ahead; a reply after which the connection ends must be taken, too."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._abort_later()
        elif self._unparsed:
            self._parse()

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
        """Whoever wishes for another protocol is answered in this one, and cannot go on: the parser has stopped."""
        self.cycle.keep_alive = False
        self._is_at_end = True

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
        """Say why, after the answers to what was asked for before, and end the connection.

        The app says it, as all else: under an id, in the log and in the metrics.
        """
        if self._is_at_end or self.transport.is_closing():
            return
        self._is_at_end = True
        wrong = None if self._is_between_replies or not self.cycle.more_body else self.cycle
        if wrong and wrong.response_started:
            self._close()
            return
        if wrong:  # its body will never be whole
            wrong.disconnected = True
            wrong.message_event.set()
        if wrong and self.pipeline:
            self.pipeline.popleft()
        is_next = self._is_between_replies or self._answered is wrong
        self.cycle = self._cycle_of_refusal(problem_response(refusal.problem(detail), headers))
        if is_next:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.pipeline.appendleft((self.cycle, self.app))

    def _cycle_of_refusal(self, response: Response) -> RequestResponseCycle:
        """As of a request, which the app answers with that response."""
        self.on_message_begin()
        scope: dict[str, Any] = cast(dict[str, Any], self.scope)
        scope |= {
            "method": "-",
            "path": "-",
            "raw_path": b"-",
            "query_string": b"",
            "extensions": {REFUSAL: response},
        }
        return RequestResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )

    def _close(self) -> None:
        """End the connection once the client has taken what was sent, or at the latest in the time for that."""
        self.transport.close()
        self._abort_later()

    def _abort_later(self) -> None:
        if self._abort_timer is None:
            self._abort_timer = self.loop.call_later(self._bounds.reply_seconds, self.transport.abort)


def _end_of_piece(data: bytes, start: int) -> int:
    """Where to stop parsing, at first: after so many heads of requests, or so many bytes."""
    end, limit = start, start + MAX_HEAD_BYTES
    for _ in range(_MOST_AHEAD):
        end = data.find(b"\r\n\r\n", end, limit) + 4
        if end < 4:
            return min(limit, len(data))
    return end
