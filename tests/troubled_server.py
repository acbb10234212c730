"""A real server on this machine that is in trouble as it is told: busy, gone, slow, endless, or another server."""

import gzip
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Thread
from types import TracebackType
from typing import Any, Self

READING = {
    "digit": 7,
    "probabilities": [0.0, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.9, 0.0, 0.0],
    "confidence": 0.9,
    "verdict": "digit",
    "alternatives": [{"digit": 1, "probability": 0.1}],
    "model": {"name": "made up", "version": "0", "sha256": "0" * 64},
}

Act = Callable[[BaseHTTPRequestHandler], None]


def answers(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Act:
    """A reply in JSON, or in text if that is what it is."""
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return act


def is_busy(status: int = 503, retry_after: str | None = None) -> Act:
    """The problem document of a service that has too much to do."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return answers(status, {"status": status, "detail": "too much to do", "code": "overloaded"}, headers)


def busy_until(then: str, *, now: str) -> Act:
    """Busy until a date, by a clock that may be wrong."""
    head = (
        f"HTTP/1.1 503 Busy\r\nDate: {now}\r\nRetry-After: {then}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    return writes(head.encode())


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends without a word."""
    handler.close_connection = True


def takes(seconds: float, then: Act) -> Act:
    """A reply that is a while in coming."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        then(handler)

    return act


def writes(*parts: bytes, pause: float = 0.0, times: int = 1) -> Act:
    """Bytes as they are, well-formed or not: the first part, then the others over and over, with pauses between."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.wfile.write(parts[0])
        for _ in range(times):
            for part in parts[1:]:
                time.sleep(pause)
                handler.wfile.write(part)

    return act


reads = answers(200, READING)


@dataclass(frozen=True)
class Asked:
    """A request as it came.

    Attributes:
        at: when, in seconds of a clock that never goes back.
        path: with its query.
        headers: by their names in small letters.
        body: its bytes.
        client: the port that it came from, one for each connection.
    """

    at: float
    path: str
    headers: dict[str, str]
    body: bytes
    client: int

    @property
    def content(self) -> bytes:
        """The body, decompressed if it is compressed."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body


@dataclass
class TroubledServer:
    """Acts once for each request, in the order given, and on as the last; for the length of a `with` block.

    With the protocol `HTTP/1.1` connections stay open between requests.
    """

    acts: Sequence[Act]
    protocol: str = "HTTP/1.0"
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        troubled = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = troubled.protocol

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                act = troubled.acts[min(len(troubled.asked), len(troubled.acts) - 1)]
                troubled.asked.append(Asked(time.monotonic(), self.path, headers, body, self.client_address[1]))
                act(self)

            do_GET = do_POST  # noqa: N815 - its name where it comes from

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name where it comes from
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that went away is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def waits(self) -> list[float]:
        """Seconds between each request and the next."""
        times = [one.at for one in self.asked]
        return [later - earlier for earlier, later in pairwise(times)]
