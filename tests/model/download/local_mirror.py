"""Mirrors on real sockets that misbehave on demand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """How a mirror answers one request; by default as it should."""

    status: int = 200
    body: bytes | None = None  # instead of the file asked for
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = '"v1"'
    ranges: bool = True
    minds_if_range: bool = True
    tells_length: bool = True
    send: int | None = None  # so many bytes of the body, and then the connection closes
    stall: bool = False  # after that it stays open instead, and nothing comes

    def start(self, request: Message) -> int:
        """Say at which byte the answer begins: 0 unless the rest is asked for, and ranges are served."""
        wanted = request["Range"]
        same = request["If-Range"] == self.etag or not self.minds_if_range
        if self.status != 200 or not self.ranges or wanted is None or not same:
            return 0
        return int(wanted.removeprefix("bytes=").removesuffix("-"))

    def all_headers(self, start: int, whole: int) -> dict[str, str]:
        headers = dict(self.headers)
        if start:
            headers["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}"
        if self.etag:
            headers["ETag"] = self.etag
        if self.tells_length:
            headers["Content-Length"] = str(whole - start)
        return headers


class LocalMirror(ThreadingHTTPServer):
    """A mirror: the answers are given in the order queued, the last one again and again."""

    daemon_threads = False  # so that closing the server waits for them, and none outlives its test

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/mnist"
        self.files = dict(files)
        self.answers = [Answer()]
        self.requests: list[Message] = []
        self.released = threading.Event()

    def will(self, *answers: Answer) -> None:
        self.answers = list(answers)

    @property
    def ranges_asked_for(self) -> list[str | None]:
        return [request["Range"] for request in self.requests]

    def next_answer(self, request: Message) -> Answer:
        self.requests.append(request)
        return self.answers[min(len(self.requests), len(self.answers)) - 1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    server: LocalMirror

    def do_GET(self) -> None:
        answer = self.server.next_answer(self.headers)
        file = self.server.files.get(self.path.rpartition("/")[2])
        whole = file if answer.body is None else answer.body
        if whole is None:
            self.send_error(404)
            return
        start = answer.start(self.headers)
        self.send_response(206 if start else answer.status)
        for name, value in answer.all_headers(start, len(whole)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(whole[start:][: answer.send])
        self.wfile.flush()
        if answer.stall:
            self.server.released.wait(30)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Keep the output of the tests clean."""


@contextmanager
def running_mirror(files: dict[str, bytes]) -> Iterator[LocalMirror]:
    with LocalMirror(files) as mirror:
        thread = threading.Thread(target=mirror.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield mirror
        finally:
            mirror.released.set()
            mirror.shutdown()
            thread.join()
