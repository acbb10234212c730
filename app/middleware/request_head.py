"""What a request says before its body: refused where it is no HTTP, and put in one way where there are several.

A server in front of this app, or the one it runs in, may read a request of doubtful framing in another way than its
neighbour, and take a part of one request for the next; no such request gets further than here.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Refusal, error_response
from app.middleware.request_framing import framing_problem

REFUSAL: Final = "digits.refusal"
"""The extension of a scope by which a server hands on what it refuses itself: the response."""

_CHECKED = frozenset({b"host", b"content-length", b"transfer-encoding", b"accept-encoding"})

_HOST = re.compile(
    rb"(?:(?:[\w.~!$&'()*+,;=-]++|%[0-9A-Fa-f]{2})++|\[(?P<ipv6>[0-9A-Fa-f:.]{2,45})\])(?::(?P<port>\d{0,5}))?"
)
"""RFC 9112, 3.2, and RFC 3986, 3.2.2, but for IPvFuture, of which there is none."""

_MAX_HOST = 300
"""Bytes of Host: a name has 255 at most, and some are for the port."""

_CODING = re.compile(rb"\s*([!#$%&'*+.^`|~\w-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE)
"""One of Accept-Encoding's list, with its weight (RFC 9110, 12.4.2)."""

_MAX_CODINGS = 256
"""Bytes of Accept-Encoding that are looked at; whoever sends more gets what everybody takes, which is no coding."""


class RequestHead:
    """ASGI middleware that refuses what is no HTTP, and puts Accept-Encoding, the path and HEAD in one way.

    Of Accept-Encoding remains `gzip`, or nothing. Slashes beyond one go, and those at the path's end: `//predict/` is
    `/predict`. HEAD is answered as GET, without the body (RFC 9110, 9.3.2).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http":
            if refusal := scope.get("extensions", {}).get(REFUSAL) or _refusal(scope):
                await refusal(scope, receive, send)
                return
            path = scope["path"]
            if path.endswith("/") or "//" in path:
                scope["path"] = "/" + "/".join(filter(None, path.split("/")))
            if scope["method"] == "HEAD":
                await _answer_as_get(self._app, scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _answer_as_get(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    async def send_head(message: Message) -> None:
        scope["method"] = "HEAD"  # the server and the log go by it
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    scope["method"] = "GET"
    try:
        await app(scope, receive, send_head)
    finally:
        scope["method"] = "HEAD"


def _refusal(scope: Scope) -> Response | None:
    """The answer to what is no HTTP; None to a request, whose Accept-Encoding is then put in one way."""
    given: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _CHECKED:  # what is there again makes a list (RFC 9110, 5.3)
            given[name] = b"%b, %b" % (given[name], value) if name in given else value
    if problem := _problem(given, is_old=scope["http_version"] == "1.0"):
        # Where it ends is in doubt, and so is where the next one begins.
        return error_response(scope["path"], Refusal.INVALID_HTTP.problem(problem), {"Connection": "close"})
    if codings := given.get(b"accept-encoding"):
        scope["headers"] = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
        if takes_gzip(codings):
            scope["headers"].append((b"accept-encoding", b"gzip"))
    return None


def _problem(given: Mapping[bytes, bytes], *, is_old: bool) -> str:
    """What is wrong with a request of these headers, or nothing; an old one is of HTTP/1.0."""
    host = given.get(b"host")
    if not (is_old if host is None else len(host) <= _MAX_HOST and _is_host(host)):
        return "the header Host must be there once, with a name or an address that may have a port"
    return framing_problem(given.get(b"transfer-encoding"), given.get(b"content-length"), is_old=is_old)


@lru_cache(maxsize=64)
def _is_host(value: bytes) -> bool:
    found = _HOST.fullmatch(value)
    if not found or int(found["port"] or 0) >= 2**16:
        return False
    try:
        return found["ipv6"] is None or bool(IPv6Address(found["ipv6"].decode()))
    except ValueError:
        return False


def takes_gzip(codings: bytes) -> bool:
    """Whether an Accept-Encoding takes gzip, and does not like no coding better (RFC 9110, 12.5.3)."""
    return len(codings) <= _MAX_CODINGS and _takes_gzip(codings)


@lru_cache(maxsize=256)
def _takes_gzip(codings: bytes) -> bool:
    weights: dict[bytes, float] = {}
    for coding in codings.split(b","):
        if found := _CODING.fullmatch(coding):
            weights.setdefault(found[1].lower().removeprefix(b"x-"), min(1.0, float(found[2] or 1)))
    gzip = weights.get(b"gzip", weights.get(b"*", 0.0))
    return gzip > 0 and gzip >= weights.get(b"identity", 0.0)
