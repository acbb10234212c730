"""Bodies that come compressed (RFC 9110, 8.4), as what they are: whoever reads and bounds them need not know."""

import asyncio
import zlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Refusal, ServiceError, error_response, route_path

_CODINGS = {b"gzip": 31, b"x-gzip": 31, b"deflate": 47}
"""The window bits by which zlib knows each: of gzip, and of either gzip or its own, which is what deflate means."""

_RAW = -15
"""Those of deflate without a frame, which some send by that name."""

_ZLIB_METHOD = 8
"""In the first four bits, where there is a frame (RFC 1950, 2.2)."""

_MAX_MEMBERS = 16
"""Each part of a body that is compressed by itself costs more than its few bytes."""

_PIECE = 2**18
"""Bytes that are inflated at once, in a millisecond or less: a few may become a thousand times as many.

Under load others have their turn of some milliseconds between two pieces, and the body's time goes on meanwhile.
"""


class InflatedBodies:
    """ASGI middleware that inflates what a request says is compressed, and refuses what it cannot."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, its body inflated."""
        coding = _coding(scope) if scope["type"] == "http" else b""
        if not coding:
            await self._app(scope, receive, send)
        elif coding in _CODINGS:
            dropped = {b"content-encoding", b"content-length"}
            scope = {**scope, "headers": [header for header in scope["headers"] if header[0] not in dropped]}
            await self._app(scope, _Inflating(coding, receive), send)
        else:
            shown = coding.decode("latin-1")[:40]
            problem = Refusal.UNSUPPORTED_MEDIA_TYPE.problem(
                f"Content-Encoding is '{shown}', but must be gzip or deflate, once, or left out"
            )
            refusal = error_response(route_path(scope), problem, {"Accept-Encoding": "gzip, deflate"})
            await refusal(scope, receive, send)


class _Inflating:
    """What is received, inflated in pieces that come as if each had been sent."""

    def __init__(self, coding: bytes, receive: Receive) -> None:
        self._coding = coding
        self._receive = receive
        self._inflater = zlib.decompressobj(_CODINGS[coding])
        self._members = 0
        self._rest = b""
        self._is_pending = False
        self._is_last = False

    async def __call__(self) -> Message:
        """The next piece.

        Raises:
            ServiceError: it is not compressed as it says.
        """
        if self._rest or self._is_pending:
            await asyncio.sleep(0)  # others have their turn
        else:
            message = await self._receive()
            if message["type"] != "http.request":
                return message
            self._rest = message.get("body", b"")
            self._is_last = not message.get("more_body", False)
        piece = self._inflate() if self._rest or self._is_pending else b""
        is_over = self._is_last and not self._rest and not self._is_pending
        if is_over and self._members and not self._inflater.eof:
            raise _damaged(self._coding, "it is cut off")
        return {"type": "http.request", "body": piece, "more_body": not is_over}

    def _inflate(self) -> bytes:
        if not self._members or self._inflater.eof:
            self._begin_member()
        try:
            piece = self._inflater.decompress(self._rest, _PIECE)
        except zlib.error as error:
            raise _damaged(self._coding, "it is something else, or damaged") from error
        self._rest = self._inflater.unconsumed_tail or self._inflater.unused_data
        self._is_pending = len(piece) == _PIECE and not self._inflater.eof
        return piece

    def _begin_member(self) -> None:
        """The first part, or the next: gzip may be one file after the other (RFC 1952, 2.2)."""
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise _damaged(self._coding, f"it has more than {_MAX_MEMBERS} parts")
        is_raw = self._coding == b"deflate" and self._rest[0] & 15 != _ZLIB_METHOD
        self._inflater = zlib.decompressobj(_RAW if is_raw else _CODINGS[self._coding])


def _coding(scope: Scope) -> bytes:
    """The request's Content-Encoding in small letters; empty if there is none."""
    given = [value.strip().lower() for name, value in scope["headers"] if name == b"content-encoding"]
    return b", ".join(coding for coding in given if coding not in {b"", b"identity"})


def _damaged(coding: bytes, why: str) -> ServiceError:
    detail = f"the body is not {coding.decode()}, as its Content-Encoding says: {why}"
    return ServiceError(Refusal.INVALID_ENCODING, detail)
