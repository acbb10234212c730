"""The transport that the server's own protocol writes to, when another one stands between it and the socket."""

import asyncio
from collections.abc import Callable
from typing import Any

_GO_AHEAD = b"HTTP/1.1 100 "


class ServerTransport(asyncio.Transport):
    """Writes through, and leaves to the connection when it is read from and when it ends.

    Args:
        transport: of the socket.
        close: what to do when the server wishes to close it.

    Attributes:
        is_feeding: whether the server is being given bytes; what it says then comes from no app, and is kept back.
        has_refused: whether there was such a thing.
        has_begun: whether the reply to the last request has begun.
        has_told_to_continue: whether its client has got `100 Continue`.
    """

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        super().__init__()
        self._transport = transport
        self._close = close
        self._is_held = False
        self._is_paused = False
        self._is_ended = False
        self.is_feeding = False
        self.begin()

    def begin(self) -> None:
        """There is another request."""
        self.has_refused = False
        self.has_begun = False
        self.has_told_to_continue = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What is known of the socket."""
        return self._transport.get_extra_info(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send what the app says."""
        if self.is_feeding:
            self.has_refused = True
            return
        if not self.has_begun:
            is_interim = bytes(data[: len(_GO_AHEAD)]) == _GO_AHEAD
            self.has_told_to_continue |= is_interim
            self.has_begun = not is_interim
        self._transport.write(data)

    def close(self) -> None:
        """Ask for the end of the connection."""
        if self.is_feeding:
            self.has_refused = True
        else:
            self._close()

    def is_closing(self) -> bool:
        """Whether there is no more to be said."""
        return self._is_ended or self._transport.is_closing()

    def end(self, *, is_listening: bool) -> None:
        """Close it once all is sent; if still listened to, only for what is said, and what comes is thrown away."""
        self._is_ended = True
        self._is_held = self._is_paused = False
        if is_listening and self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.resume_reading()
            self._transport.write_eof()
        else:
            self._transport.close()

    def pause_reading(self) -> None:
        """Stop reading until the server wishes to go on."""
        self._is_paused = True
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on, unless the connection is held."""
        self._is_paused = False
        if not self._is_held:
            self._transport.resume_reading()

    def hold(self, *, is_held: bool) -> None:
        """Stop reading, or go on unless the server does not wish it."""
        if is_held == self._is_held or self._is_ended:
            return
        self._is_held = is_held
        if is_held:
            self._transport.pause_reading()
        elif not self._is_paused:
            self._transport.resume_reading()
