"""The server's HTTP with bounds on what a connection may hold, and how long."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from app.errors import Refusal, error_response
from app.middleware.admission import RETRY_AFTER
from app.middleware.connection_bounds import Bounds, bound_system
from app.middleware.connection_turns import CONNECTION, REFUSED
from app.middleware.request_framing import (
    MAX_HEAD_BYTES,
    Body,
    ChunkedBody,
    FramingError,
    Head,
    TooLongError,
    may_become_head,
    method_and_path,
    parse_head,
)
from app.middleware.request_head import REFUSAL
from app.middleware.server_transport import ServerTransport

_LAST_SECONDS = 0.5
"""For an idle connection when the server ends: what is on its way by then is still answered."""

_MIN_IDLE_SECONDS = 1.0
"""After a reply, before a connection counts as idle: its client may be about to ask again."""

_STAND_IN = b"GET / HTTP/1.1\r\nHost: -\r\nConnection: close\r\n\r\n"
"""The request that is answered by a refusal."""

_INVALID = "Invalid HTTP request received."


class BoundedProtocol(asyncio.Protocol):
    """A connection that ends when its client sends headers too slowly, sends too many, or does not take the reply.

    The server has none of these bounds: its only clock is that of idle connections. It also parses all that a client
    sends ahead (RFC 9112, 9.3.2), some kilobytes of memory for each request, and reads no further where one offers
    another protocol. So this stands between the socket and the server's own protocol, and is to each what the other
    would be, by asyncio's interfaces of transports and protocols: the server gets one request, and the next when the
    app has answered it (`app.middleware.connection_turns`). What waits is held as bytes, and nothing more read. Slow
    bodies are the affair of `app.decoding.body`. The `Bounds` are what the app's lifespan yields as `bounds`.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._loop = _loop or asyncio.get_running_loop()
        self._config = config
        self._server_state = server_state
        self._connections = cast(set[asyncio.Protocol], server_state.connections)
        self._app_state = {**app_state, CONNECTION: self}
        self._bounds: Bounds = app_state["bounds"]
        self._data = b""  # received, and from `_start` on not handed on
        self._start = 0
        self._head: Head | None = None  # of the request that is being answered
        self._body: Body | ChunkedBody | None = None  # of the last request, if there is more of it to come
        self._is_at_end = False
        self._is_last = False
        self._idle_since = 0.0
        self._header_timer: asyncio.TimerHandle | None = None
        self._abort_timer: asyncio.TimerHandle | None = None
        self.has_refused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock, or turn the client away."""
        self._transport = cast(asyncio.Transport, transport)
        bound_system(self._transport, self._bounds)
        self._server_side = ServerTransport(self._transport, self._close_for_server)
        self._start_server(self._app_state)
        self._connections.add(self)
        open_now, most = len(self._connections), self._bounds.connections
        if open_now <= most or self._end_longest_idle():
            self._start_clock()
        elif open_now <= 2 * most:
            detail = f"{most} connections are open, which is as many as are taken on; try again"
            self._refuse(Refusal.OVERLOADED, detail, {"Retry-After": str(RETRY_AFTER)})
        else:  # those who are told so take a while to leave
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to be bounded, and nobody to be answered."""
        self._stop()
        self._connections.discard(self)
        self._server.connection_lost(exc)
        if self._abort_timer:
            self._abort_timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Hand it on, or keep it until its turn."""
        if self._is_at_end:
            return
        self._data = self._data[self._start :] + data if self._data else data
        self._start = 0
        self._proceed()

    def eof_received(self) -> bool:
        """The client says no more: what it has asked for is answered, or what it said is refused, and that is all."""
        if self._is_at_end:
            return not self._server_side.is_closing()
        if self._head is None or self._body:
            return False
        self._data = b""
        self.shutdown()
        return True

    def pause_writing(self) -> None:
        """The client takes less than it is sent: what it has asked for waits, but not for ever."""
        self._server.pause_writing()
        self._abort_later()

    def resume_writing(self) -> None:
        """The client has taken nearly all."""
        self._server.resume_writing()
        if self._abort_timer and not self._is_at_end:
            self._abort_timer.cancel()
            self._abort_timer = None

    def shutdown(self) -> None:
        """The server ends: the reply under way is the last, or that to a request which is on its way just now."""
        self._is_last = True
        if self._server_side.is_closing():
            self._transport.close()
        elif self._head:
            self._server.shutdown()
        else:
            self._loop.call_later(_LAST_SECONDS, self._end_unless_asked)

    def answered(self) -> None:
        """The app has answered: go on with what was sent ahead."""
        self._head = None
        if self._is_at_end:
            return
        self._idle_since = self._loop.time()
        if self._body:  # answered before it was there; the server throws it away
            self._start_clock()
        if self._data:
            self._proceed()

    @property
    def awaits_go_ahead(self) -> bool:
        """Whether the client sends the body only if it is told to, and was not yet."""
        return self._head is not None and self._head.awaits_go_ahead and not self._server_side.has_told_to_continue

    def _start_server(self, state: dict[str, Any]) -> None:
        """Put the server's own protocol behind this one, and into the scopes that it makes this state."""
        self._server = HttpToolsProtocol(self._config, self._server_state, state, self._loop)
        self._server.connection_made(self._server_side)
        self._connections.discard(self._server)  # whom it tells to end, and waits for, is this one

    def _proceed(self) -> None:
        """Hand on what was received, as far as its turn has come."""
        is_going_on = True
        while self._data and is_going_on:
            is_going_on = self._take_body(self._body) if self._body else not self._head and self._take_head()
        self._server_side.hold(is_held=bool(self._data and self._head and not self._body))

    def _take_head(self) -> bool:
        """Hand on a request's head, and its body if all of that is there; false if the head is not."""
        if self._data[self._start] in b"\r\n":  # RFC 9112, 2.2
            self._data, self._start = self._data[self._start :].lstrip(b"\r\n"), 0
        end = self._data.find(b"\r\n\r\n", self._start, self._start + MAX_HEAD_BYTES) + 4
        if end < 4:
            self._await_head()
            return False
        received = self._data[self._start : end]
        try:
            self._head = head = parse_head(received)
        except FramingError as error:
            self._refuse(Refusal.INVALID_HTTP, str(error))
            return False
        self._stop_clock()
        self._server_side.begin()
        if head.content is not received:
            self._body = head.body()
            self._feed(head.content, end)
        elif head.length and len(self._data) >= end + head.length:
            self._hand_on(end + head.length)
        else:
            self._body = head.body()
            self._hand_on(end)
        if self._is_last:
            self._server.shutdown()
        return not self._is_at_end

    def _await_head(self) -> None:
        """There is a part of a head: wait for the rest, if it may become one."""
        if len(self._data) - self._start >= MAX_HEAD_BYTES:
            self._refuse_length()
        elif not may_become_head(self._data[self._start :]):
            self._refuse(Refusal.INVALID_HTTP, _INVALID)
        else:
            self._start_clock()

    def _take_body(self, body: Body | ChunkedBody) -> bool:
        """Hand on what is there of a body; false if that ends within a line of a chunked one."""
        try:
            end = body.end(self._data, self._start)
        except FramingError as error:
            self._refuse(Refusal.INVALID_HTTP, str(error))
            return False
        except TooLongError:
            self._refuse_length()
            return False
        if body.is_whole:
            self._body = None
        is_more = end > self._start
        if is_more:
            self._hand_on(end)
        return is_more

    def _hand_on(self, end: int) -> None:
        """Give the server what was received, up to a place."""
        is_all = self._start == 0 and end == len(self._data)
        self._feed(self._data if is_all else self._data[self._start : end], end)

    def _feed(self, content: bytes, end: int) -> None:
        """Give the server bytes, in place of those received up to there.

        What it says at once, before the app has its turn, is that they are no HTTP.
        """
        self._data, self._start = (self._data, end) if end < len(self._data) else (b"", 0)
        self._server_side.is_feeding = True
        self._server.data_received(content)
        self._server_side.is_feeding = False
        if self._server_side.has_refused:
            self._refuse(Refusal.INVALID_HTTP, _INVALID)

    def _start_clock(self) -> None:
        if self._header_timer is None:
            self._header_timer = self._loop.call_later(self._bounds.header_seconds, self._cut_off)

    def _stop_clock(self) -> None:
        if self._header_timer:
            self._header_timer.cancel()
            self._header_timer = None

    def _cut_off(self) -> None:
        """The headers, or the rest of a body that was answered early, have not arrived in time."""
        if self._data and not self._body:
            detail = f"the headers took longer than the {self._bounds.header_seconds:g} seconds allowed"
            self._refuse(Refusal.HEADERS_TOO_SLOW, detail)
        else:
            self._end()

    def _refuse_length(self) -> None:
        detail = f"the request's headers, or what goes with its body, are longer than {MAX_HEAD_BYTES:,} bytes"
        self._refuse(Refusal.HEADERS_TOO_LARGE, detail)

    def _refuse(self, refusal: Refusal, detail: str, headers: Mapping[str, str] | None = None) -> None:
        """Say why, and end the connection. The app says it: under an id, in the log and in the metrics."""
        if self._is_at_end:
            return
        if self._body and self._server_side.has_begun:  # it is the rest of one that has its answer
            self._end()
            return
        method, path = method_and_path(self._head.content if self._head else self._data[self._start :])
        response = error_response(path, refusal.problem(detail), headers)
        known = {"method": method, "path": path, "raw_path": path.encode(), "extensions": {REFUSAL: response}}
        self.has_refused = True
        self._stop()
        self._server.connection_lost(ConnectionAbortedError())  # a body that is waited for will never be whole
        self._start_server({**self._app_state, REFUSED: known})
        self._server_side.begin()
        self._server.data_received(_STAND_IN)

    def _close_for_server(self) -> None:
        """The last reply is given, or the connection has been idle for long, unless a request has begun to arrive."""
        if self._head or not self._data:
            self._end(is_listening=bool(self.has_refused or self._body or self._data))

    def _end_unless_asked(self) -> None:
        if not self._head and not self._is_at_end:
            self._end()

    def _end_longest_idle(self) -> bool:
        """Make room for others; false if no connection is idle."""
        latest = self._loop.time() - _MIN_IDLE_SECONDS
        ours = [one for one in self._connections if isinstance(one, BoundedProtocol)]
        idle = [one for one in ours if one._is_idle and one._idle_since < latest]
        if idle:
            min(idle, key=lambda one: one._idle_since)._end()
        return bool(idle)

    @property
    def _is_idle(self) -> bool:
        return bool(self._idle_since) and not (self._head or self._data or self._body or self._is_at_end)

    def _end(self, *, is_listening: bool = False) -> None:
        """End the connection once the client has taken what was sent, or at the latest in the time for that.

        Args:
            is_listening: until then, to a client that may still be sending; if it were not listened to, its system
                would throw away what it has not read yet (RFC 9112, 9.6).
        """
        self._stop()
        self._server_side.end(is_listening=is_listening and not self._is_last)
        self._abort_later()

    def _stop(self) -> None:
        """Take nothing more in."""
        self._is_at_end = True
        self._data = b""
        self._stop_clock()

    def _abort_later(self) -> None:
        if self._abort_timer is None:
            self._abort_timer = self._loop.call_later(self._bounds.reply_seconds, self._transport.abort)
