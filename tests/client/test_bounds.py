"""The clients and servers that mean ill: no call lasts longer than it may, takes much memory, or fails unforeseen."""

import gzip
import json
import socket
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Event, Thread

import pytest

from digits_client import (
    AddressError,
    AsyncDigitsClient,
    DigitsClient,
    DigitsClientError,
    RefusedError,
    ReplyError,
    Retries,
    UnavailableError,
)
from tests.client.conftest import Ask
from tests.drawings import SEVEN
from tests.troubled_server import READING, Act, TroubledServer, answers, is_busy, reads, writes

pytestmark = [
    pytest.mark.xdist_group("measures"),
    # httpx leaves its generators to the garbage collector when it is cut short, and trio remarks on it.
    pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning"),
]

ONCE = Retries(attempts=1)
INK = {"strokes": SEVEN}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MEGABYTE = 2**20


def compressed(content: bytes, coding: str = "gzip") -> Act:
    return writes(HEAD + f"Content-Encoding: {coding}\r\nContent-Length: {len(content)}\r\n\r\n".encode(), content)


@cache
def gzip_of_megabytes(count: int) -> bytes:
    """Spaces, made piece by piece: this process's memory is measured."""
    compressor = zlib.compressobj(9, wbits=31)
    return b"".join([*(compressor.compress(b" " * MEGABYTE) for _ in range(count)), compressor.flush()])


@contextmanager
def seconds_at_most(seconds: float) -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


@contextmanager
def sipping_server() -> Iterator[str]:
    """The address of a server that takes a request by a few thousand bytes each tenth of a second."""
    done = Event()

    def sip() -> None:
        connection, _ = listening.accept()
        with connection:
            while not done.wait(0.1):
                connection.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=sip)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            done.set()
            thread.join()


@contextmanager
def memory_at_most(count: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < count
    finally:
        tracemalloc.stop()


# A byte each tenth of a second, for much longer than the test lasts: each read alone is well within the time.
DRIPS = {
    "status line": writes(b"", *[bytes([byte]) for byte in HEAD], pause=0.1),
    "header": writes(HEAD + b"X-Slow: ", b"a", pause=0.1, times=60),
    "headers": writes(HEAD, b"X-Slow: a\r\n", pause=0.1, times=60),
    "informational replies": writes(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=0.1, times=60),
    "body": writes(HEAD + b"Content-Length: 500\r\n\r\n", b" ", pause=0.1, times=60),
    "body without length": writes(HEAD + b"\r\n", b" ", pause=0.1, times=60),
    "chunks": writes(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", pause=0.1, times=60),
    "size of a chunk": writes(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a", pause=0.1, times=60),
    "trailers": writes(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: a\r\n", pause=0.1, times=60),
    "refusal": writes(b"HTTP/1.1 422 No\r\n\r\n", b" ", pause=0.1, times=60),
}


@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
def test_a_reply_that_drips_takes_no_longer_than_the_timeout(ask: Ask, drip: Act) -> None:
    with TroubledServer([drip]) as server, seconds_at_most(2), pytest.raises(UnavailableError) as caught:
        ask("predict", server.url, ink=INK, timeout=0.3, retries=ONCE)
    assert caught.value.status is None
    assert caught.value.detail.startswith("ReadTimeout")


def test_replies_that_drip_take_no_longer_than_all_attempts_may(ask: Ask) -> None:
    often = Retries(attempts=9, seconds=1, first_wait=0)
    server = TroubledServer([DRIPS["body"]])
    with server, seconds_at_most(2.5), pytest.raises(UnavailableError, match="asked 2 times"):
        ask("predict", server.url, ink=INK, timeout=0.6, retries=often)


def test_a_reply_that_drips_on_a_connection_used_before_takes_no_longer() -> None:
    server = TroubledServer([reads, DRIPS["headers"]], protocol="HTTP/1.1")
    with server, DigitsClient(server.url, timeout=0.5, retries=ONCE) as client:
        client.predict(strokes=SEVEN)
        with seconds_at_most(2), pytest.raises(UnavailableError, match="ReadTimeout"):
            client.predict(strokes=SEVEN)
    assert len({one.client for one in server.asked}) == 1


def test_a_drawing_that_is_taken_slowly_takes_no_longer_than_the_timeout(ask: Ask) -> None:
    """Some thousand bytes a tenth of a second, of many million."""
    ink = {"image": b"\x89PNG\r\n\x1a\n" + bytes(64 * MEGABYTE)}
    with sipping_server() as url, seconds_at_most(3), pytest.raises(UnavailableError, match="Timeout"):
        ask("predict", url, ink=ink, timeout=0.5, retries=ONCE)


def test_a_slow_reply_within_the_time_is_read(ask: Ask) -> None:
    body = json.dumps(READING).encode()
    slowly = writes(
        HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode(), body[:9], body[9:99], body[99:], pause=0.2
    )
    with TroubledServer([slowly]) as server:
        assert ask("predict", server.url, ink=INK, timeout=10, retries=ONCE).digit == 7


LONG = {
    "gzip": lambda: compressed(gzip_of_megabytes(600)),
    "gzip in gzip": lambda: compressed(gzip.compress(gzip_of_megabytes(600)), "gzip, gzip"),
    "deflate": lambda: compressed(zlib.compress(bytes(60 * MEGABYTE)), "deflate"),
    "length": lambda: writes(HEAD + b"Content-Length: 600000000\r\n\r\n", bytes(MEGABYTE), times=600),
    "no length": lambda: writes(HEAD + b"\r\n", bytes(MEGABYTE), times=600),
    "chunks": lambda: writes(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"100000\r\n" + bytes(MEGABYTE) + b"\r\n", times=600
    ),
}


@pytest.mark.parametrize("kind", LONG)
def test_a_reply_that_is_too_long_is_an_error_and_not_kept(ask: Ask, kind: str) -> None:
    with TroubledServer([LONG[kind]()]) as server, memory_at_most(100 * MEGABYTE), pytest.raises(ReplyError):
        ask("predict", server.url, ink=INK, timeout=60, retries=Retries(seconds=60))
    assert len(server.asked) == 1


@pytest.mark.parametrize("coding", ["gzip", "GZip", "x-gzip", "deflate", "identity"])
def test_a_compressed_reply_is_read_even_though_none_is_asked_for(ask: Ask, coding: str) -> None:
    body = json.dumps(READING).encode()
    packed = {"identity": body, "deflate": zlib.compress(body)}.get(coding, gzip.compress(body))
    with TroubledServer([compressed(packed, coding)]) as server:
        assert ask("predict", server.url, ink=INK).digit == 7
    assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "act",
    [
        compressed(gzip.compress(b"{}")[:-1]),
        compressed(b""),
        compressed(b"{}", "deflate"),
        compressed(gzip.compress(b"{}"), "br"),
        compressed(gzip.compress(b"{}"), "zstd"),
        compressed(gzip.compress(b"{}"), ",;q=\xff gzip" * 999),
        compressed(gzip.compress(b"{}"), "gzip," * 9999),
    ],
    ids=["cut short", "empty", "no deflate", "br", "zstd", "no coding", "many times"],
)
def test_a_reply_that_is_not_compressed_as_it_says_is_an_error(ask: Ask, act: Act) -> None:
    with TroubledServer([act]) as server, pytest.raises(ReplyError):
        ask("predict", server.url, ink=INK, retries=ONCE)


def test_a_refusal_says_its_status_even_if_its_body_is_broken(ask: Ask) -> None:
    broken = answers(403, "{}", {"Content-Encoding": "gzip"})
    with TroubledServer([broken]) as server, pytest.raises(RefusedError, match="Forbidden"):
        ask("predict", server.url, ink=INK)


@pytest.mark.parametrize("words", ["9" * 19, "9" * 60_000, "1" + "0" * 400, "3600.5"])
def test_a_gigantic_retry_after_is_not_waited_for(ask: Ask, words: str) -> None:
    server = TroubledServer([is_busy(503, words), reads])
    with server, seconds_at_most(5), pytest.raises(UnavailableError, match="asked once"):
        ask("predict", server.url, ink=INK)


@pytest.mark.parametrize("words", ["1e999", "1_0", "0x10", "+3", "\u0663", "3 3", "3,3", ""])
def test_a_retry_after_that_is_nearly_a_number_is_passed_over(ask: Ask, words: str) -> None:
    busy = writes(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: " + words.encode() + b"\r\n\r\n")
    with TroubledServer([busy, reads]) as server, seconds_at_most(2):
        assert ask("predict", server.url, ink=INK, retries=Retries(first_wait=0, longest_wait=0)).digit == 7


STRANGE = {
    "endless header": writes(HEAD + b"X-Endless: ", b"a" * 2**16, times=1000),
    "endless headers": writes(HEAD, b"X-Endless: a\r\n" * 2**12, times=1000),
    "endless status line": writes(b"HTTP/1.1 200 ", b"a" * 2**16, times=1000),
    "no HTTP": writes(b"SSH-2.0-OpenSSH_9.9\r\n"),
    "gigantic length": writes(HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}"),
    "length in words": writes(HEAD + b"Content-Length: two\r\n\r\n{}"),
    "length below 0": writes(HEAD + b"Content-Length: -2\r\n\r\n{}"),
    "two lengths": writes(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "gigantic chunk": writes(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 5000 + b"\r\n{}"),
    "cut short": writes(HEAD + b"Content-Length: 99\r\n\r\n{}"),
    "status 999": writes(b"HTTP/1.1 999 What\r\n\r\n"),
    "status 000": writes(b"HTTP/1.1 000 What\r\n\r\n"),
    "reason in no letters": writes(b"HTTP/1.1 500 \xff\xfe\r\n\r\n"),
    "switching protocols": writes(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
    "header in no letters": writes(b"HTTP/1.1 503 Busy\r\nRetry-After: \xff\xb2\r\nContent-Encoding: \xfe\r\n\r\n"),
    "gigantic number": answers(200, '{"digit": ' + "9" * 100_000 + "}"),
    "nested deeply": answers(200, '{"model":' * 100_000),
    **{
        f"location {name}": answers(302, "", {"Location": where})
        for name, where in {
            "gigantic": "/" * 70_000,
            "port": "http://h:" + "9" * 5000,
            "no port": "http://h:x/",
            "no address": "http://[::1",
            "no host": "http://",
            "international": "http://xn--\u00e9/",
            "scheme": "gopher://x",
        }.items()
    },
    **{
        f"cookie {name}": answers(500, "", {"Set-Cookie": cookie})
        for name, cookie in {
            "age": "a=b; Max-Age=" + "9" * 5000,
            "expiry": "a=b; Expires=Wed, 99 Foo 99999999999999999999 99:99:99 GMT",
            "version": "a=b; Version=" + "9" * 5000,
            "port": 'a=b; Port="' + "9" * 5000 + '"',
        }.items()
    },
}


@pytest.mark.parametrize("act", STRANGE.values(), ids=STRANGE)
def test_a_strange_reply_is_one_of_the_errors_told_of(ask: Ask, act: Act) -> None:
    with TroubledServer([act]) as server, seconds_at_most(10), pytest.raises(DigitsClientError):
        ask("predict", server.url, ink=INK, timeout=5, retries=ONCE)


@pytest.mark.parametrize("client", [DigitsClient, AsyncDigitsClient])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("HTTP_PROXY", "gopher://127.0.0.1:1"),
        ("HTTPS_PROXY", "http://[::1"),
        ("HTTP_PROXY", "http://proxy:port"),
        ("NO_PROXY", "[::1"),
        ("SSL_CERT_FILE", "/nowhere/certificates.pem"),
    ],
)
def test_an_environment_that_cannot_be_used_is_told_at_once(
    client: type[DigitsClient | AsyncDigitsClient], name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(AddressError, match="environment"):
        client("http://127.0.0.1:8000")


def test_a_proxy_that_drips_takes_no_longer_than_the_timeout(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with TroubledServer([DRIPS["headers"]]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        with seconds_at_most(2), pytest.raises(UnavailableError, match="ReadTimeout"):
            ask("predict", "http://digits.example", ink=INK, timeout=0.5, retries=ONCE)
    assert proxy.asked[0].path == "http://digits.example/v1/predict"
