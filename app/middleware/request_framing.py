"""Where a request ends on a connection that carries several (RFC 9112, 6.3 and 7.1)."""

import re
from dataclasses import dataclass

from httptools import HttpParserError, HttpRequestParser

MAX_HEAD_BYTES = 32 * 2**10
"""Bytes of a request's line and headers, or of what a chunked body has beside its data."""

_MAX_LENGTH_DIGITS = 19
"""Digits of a Content-Length: no body has more bytes than that."""

_MAX_PATH = 200
"""Characters of an address that a line of the log gets, if the request is refused before it is understood."""

_FIELD = re.compile(rb"\r\n(content-length|transfer-encoding|upgrade|expect):[ \t]*([^\r\n]*)", re.IGNORECASE)

_NOT_FOR_US = {
    "1.0": re.compile(rb"\r\n(?:upgrade|expect):[^\r\n]*", re.IGNORECASE),  # RFC 9110, 10.1.1
    "1.1": re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE),
}
"""The headers that ask for what is not granted: another protocol (RFC 9110, 7.8), or of an old client to go on."""

_NO_REQUESTS = {
    b"CONNECT": "CONNECT is for proxies, and this is none",
    b"PRI": "HTTP/2 is not spoken here",  # RFC 9113, 3.4
}
"""Methods after whose heads other things follow than requests."""

_OTHER = tuple(method + b" " for method in _NO_REQUESTS)

_LINE = re.compile(rb"(?:(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT) )(/[^\s?#]*)?")

_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")


class FramingError(ValueError):
    """Where a request ends cannot be told."""


class TooLongError(ValueError):
    """There is more beside a body's data than allowed."""


@dataclass(slots=True)
class Head:
    """A request's line and headers.

    Attributes:
        content: its bytes, without what is not for this server.
        length: bytes of the body that follows; None if it is chunked.
        awaits_go_ahead: whether the client waits for `100 Continue` before it sends the body (RFC 9110, 10.1.1).
    """

    content: bytes
    length: int | None = 0
    awaits_go_ahead: bool = False

    def body(self) -> "Body | ChunkedBody | None":
        """What follows; None for nothing."""
        if self.length is None:
            return ChunkedBody()
        return Body(self.length) if self.length else None


def parse_head(content: bytes) -> Head:
    """What a head says of the body.

    Args:
        content: the bytes up to the empty line, and with it.

    Raises:
        FramingError: the length is said in a way on which readers may differ.
    """
    if content.startswith(_OTHER):
        raise FramingError(_NO_REQUESTS[content[: content.index(b" ")]])
    fields = _FIELD.findall(content)
    if not fields:
        return Head(content)
    if len(fields) == 1 and len(fields[0][0]) == len("content-length") and _is_length(fields[0][1].rstrip()):
        return Head(content, int(fields[0][1]))
    given: dict[bytes, bytes] = {}
    for name, value in fields:
        name, value = name.lower(), value.rstrip(b" \t")
        given[name] = b"%b, %b" % (given[name], value) if name in given else value
    is_old = b" HTTP/1.0\r\n" in content[: content.find(b"\n") + 1]
    coding, length = given.get(b"transfer-encoding"), given.get(b"content-length")
    if problem := framing_problem(coding, length, is_old=is_old):
        raise FramingError(problem)
    return Head(
        _NOT_FOR_US["1.0" if is_old else "1.1"].sub(b"", content),
        None if coding is not None else int(length or 0),
        awaits_go_ahead=not is_old and given.get(b"expect", b"").lower() == b"100-continue",
    )


def may_become_head(begun: bytes) -> bool:
    """Whether the bytes so far are those of a head: what else comes to a port, such as TLS, is not waited for."""
    try:
        HttpRequestParser(object()).feed_data(begun)
    except HttpParserError:
        return False
    return True


def framing_problem(coding: bytes | None, length: bytes | None, *, is_old: bool) -> str:
    """What is wrong with a request's Transfer-Encoding and Content-Length, or nothing; an old one is of HTTP/1.0."""
    if coding is not None and (is_old or length is not None):
        return "Transfer-Encoding goes neither with Content-Length nor with HTTP/1.0"
    if coding is not None and coding.strip().lower() != b"chunked":
        return "Transfer-Encoding must be chunked and nothing else"
    if length is not None and not _is_length(length):
        return f"Content-Length must be one number, of at most {_MAX_LENGTH_DIGITS} digits"
    return ""


def _is_length(value: bytes) -> bool:
    return value.isdigit() and len(value) <= _MAX_LENGTH_DIGITS


def method_and_path(begun: bytes) -> tuple[str, str]:
    """What a request has said so far of what it asks for; `-` for what is not known, or is of no usual form."""
    found = _LINE.match(begun[: 2 * _MAX_PATH])
    method, path = found.groups() if found else (None, None)
    return (method or b"-").decode(), (path or b"-")[:_MAX_PATH].decode("latin-1")


class Body:
    """What is still to come of a body whose length is known."""

    def __init__(self, length: int) -> None:
        self._left = length
        self.is_whole = False

    def end(self, data: bytes, start: int) -> int:
        """How much of the data, from a place on, is of the body."""
        size = min(self._left, len(data) - start)
        self._left -= size
        self.is_whole = not self._left
        return start + size


class ChunkedBody:
    """The same of one in chunks (RFC 9112, 7.1). Whether they are in order in all else, the server sees."""

    def __init__(self) -> None:
        self._left = 0
        self._beside = 0
        self._is_in_trailers = False
        self.is_whole = False

    def end(self, data: bytes, start: int) -> int:
        """How much of the data, from a place on, is of the body; a line that has not ended yet is left.

        Raises:
            FramingError: a chunk has no size.
            TooLongError: chunk extensions or trailers are too long.
        """
        while not self.is_whole:
            size = min(self._left, len(data) - start)
            start, self._left = start + size, self._left - size
            line_end = data.find(b"\r\n", start, start + MAX_HEAD_BYTES) + 2
            if self._left or line_end < 2:
                self._count(0 if self._left else len(data) - start)
                return start
            self._take_line(data, start, line_end)
            start = line_end
        return start

    def _take_line(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._beside += end - start
        if self._is_in_trailers:
            self.is_whole = end - start == len(b"\r\n")
        elif (found := _CHUNK.match(data, start, end)) and found.end() == end:
            size = int(found[1], 16)
            self._is_in_trailers = not size
            if size:
                self._left, self._beside = size + len(b"\r\n"), 0
        else:
            raise FramingError("a chunk of the body has no size")

    def _count(self, more: int) -> None:
        if self._beside + more > MAX_HEAD_BYTES:
            raise TooLongError
