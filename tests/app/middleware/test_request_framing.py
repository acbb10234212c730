"""Where a request ends is told as the server's parser tells it, which sees all that is handed on."""

from contextlib import suppress

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.middleware.request_framing import (
    MAX_HEAD_BYTES,
    ChunkedBody,
    FramingError,
    TooLongError,
    method_and_path,
    parse_head,
)

LINES = [b"GET / HTTP/1.1", b"POST /x HTTP/1.1", b"POST /x HTTP/1.0", b"HEAD / HTTP/1.1", b"DELETE / HTTP/1.1"]
FIELDS = [
    b"Content-Length: 5",
    b"content-length:5 ",
    b"Content-Length: 00005",
    b"Content-Length : 5",
    b"Content-Length:\t5\t",
    b"Content-Length: +5",
    b"Content-Length:",
    b"Content-Length: 5, 5",
    b" Content-Length: 5",
    b"X: a\nContent-Length: 5",
    b"X: a\rContent-Length: 5",
    b"Transfer-Encoding: chunked",
    b"transfer-encoding:\tChunked ",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked, gzip",
    b"Transfer_Encoding: chunked",
    b"Upgrade: h2c",
    b"Connection: Upgrade, HTTP2-Settings",
    b"Expect: 100-continue",
    b"X: \x80\xff",
    b"X: ",
    b"X:",
    b": x",
    b"",
]
CHUNKS = [
    b"5\r\nhello\r\n",
    b"1;a=b\r\n\r\n\r\n",
    b"0a \r\n0123456789\r\n",
    b"3;\r\n0\r\n\r\n",
    b"g\r\n",
    b"2\r\nabc\r\n",
]
ENDS = [b"0\r\n\r\n", b"00;x\r\nA: b\r\n\r\n", b"0\r\nA: b\r\nC: d\r\n\r\n", b"0\n\n", b"0\r\n\n", b"\r\n"]
NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"


class Messages:
    """What a parser finds."""

    def __init__(self) -> None:
        self.urls: list[bytes] = []
        self.body = b""
        self.whole = 0

    def on_url(self, url: bytes) -> None:
        self.urls.append(url)

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.whole += 1


def parsed(*pieces: bytes) -> Messages | None:
    """What the server's parser makes of some bytes; None if they are no HTTP."""
    messages = Messages()
    parser = httptools.HttpRequestParser(messages)
    try:
        for piece in pieces:
            parser.feed_data(piece)
    except httptools.HttpParserError:
        return None
    return messages


@given(st.sampled_from(LINES), st.lists(st.sampled_from(FIELDS), max_size=4))
def test_a_head_says_how_long_the_body_is_or_is_refused(line: bytes, fields: list[bytes]) -> None:
    content = b"\r\n".join([line, *fields, b"", b""])
    content = content[: content.index(b"\r\n\r\n") + 4]
    try:
        head = parse_head(content)
    except FramingError:
        return
    if head.length is None:
        found = parsed(head.content, b"5\r\nhello\r\n0\r\n\r\n")
        assert found is None or (found.whole, found.body) == (1, b"hello")
        return
    body = b"x" * head.length
    found = parsed(head.content, body) if body else parsed(head.content)
    assert found is None or (found.whole, found.body) == (1, body)


@given(st.lists(st.sampled_from(CHUNKS), max_size=4), st.sampled_from(ENDS), st.integers(1, 60))
def test_so_do_chunks(chunks: list[bytes], end: bytes, step: int) -> None:
    sent = b"".join(chunks) + end + NEXT
    body, kept, used = ChunkedBody(), b"", b""
    with suppress(FramingError):
        for start in range(0, len(sent), step):
            kept += sent[start : start + step]
            taken = body.end(kept, 0)
            used, kept = used + kept[:taken], kept[taken:]
            if body.is_whole:
                break
    found = parsed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", used)
    assert found is None or found.whole == body.is_whole


@pytest.mark.parametrize(
    "endless", [b"1;" + b"x" * MAX_HEAD_BYTES, b"0\r\n" + b"X: 1\r\n" * MAX_HEAD_BYTES], ids=["extension", "trailers"]
)
def test_what_is_beside_the_data_may_not_be_endless(endless: bytes) -> None:
    with pytest.raises(TooLongError):
        ChunkedBody().end(endless, 0)


@pytest.mark.parametrize(
    ("begun", "known"),
    [
        (b"POST /v2/models?x=1 HTTP/1.1\r\n", ("POST", "/v2/models")),
        (b"GET /he", ("GET", "/he")),
        (b"GET /" + b"x" * 9999, ("GET", "/" + "x" * 199)),
        (b"GET /\xff\x1b[31m HTTP/1.1", ("GET", "/\xff\x1b[31m")),
        (b"GET ", ("GET", "-")),
        (b"MADEUP /x HTTP/1.1", ("-", "-")),
        (b"EHLO digits", ("-", "-")),
        (b"", ("-", "-")),
    ],
)
def test_what_is_known_of_a_request_that_is_none(begun: bytes, known: tuple[str, str]) -> None:
    assert method_and_path(begun) == known
