"""What nothing foresaw: the caller gets an id, under which the log says why."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from app.factory import create_app
from app.middleware.http_protocol import BoundedProtocol
from app.middleware.request_log import TextFormatter
from app.middleware.security_headers import security_headers
from tests.app.middleware.test_slow_clients import HEAD, all_of, connect
from tests.app.operations import wait_until
from tests.running_service import free_port


def failing() -> FastAPI:
    """The service, with addresses that fail before and during the reply."""

    async def at_once() -> Response:
        raise LookupError("nobody foresaw this")

    async def midway() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"half of"
            raise LookupError("nobody foresaw this")

        return StreamingResponse(parts())

    async def beside(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ExceptionGroup("several", [LookupError("nobody foresaw this")])

    app = create_app()
    app.add_api_route("/at-once", at_once)
    app.add_api_route("/v2/at-once", at_once)
    app.add_api_route("/midway", midway)
    app.mount("/beside", beside)
    return app


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """An app on a real server of this process."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, http=BoundedProtocol, ws="none", log_config=None))
    thread = Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(failing()) as url:
        yield url


@pytest.mark.parametrize("path", ["/at-once", "/v2/at-once", "/beside/it"])
def test_a_failure_is_answered_and_logged_under_the_same_id(
    url: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    failed = httpx.get(url + path, headers={"X-Request-ID": "mine"})
    assert failed.status_code == 500
    assert failed.headers["x-request-id"] == "mine"
    assert failed.headers["cache-control"] == "no-store"
    assert failed.headers.items() >= {name.lower(): value for name, value in security_headers().items()}.items()
    assert "error" in failed.json() if path.startswith("/v2") else failed.json()["code"] == "internal_error"
    assert "nobody" not in failed.text
    lines = [TextFormatter().format(record) for record in caplog.records]
    (line,) = (line for line in lines if "nobody foresaw this" in line)
    assert "request_id=mine" in line.splitlines()[0]
    assert "Traceback" in line


def test_it_is_counted(url: str) -> None:
    httpx.get(f"{url}/at-once")
    counted = re.search(
        r'digits_requests_total{method="GET",route="/at-once",status="500"} (\d+)', httpx.get(f"{url}/metrics").text
    )
    assert counted
    assert int(counted[1]) >= 1


def test_a_reply_that_fails_midway_is_broken_off(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{url}/midway", headers={"X-Request-ID": "mine"})
    assert any("request_id=mine" in TextFormatter().format(record) for record in caplog.records)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"EHLO digits\r\n\r\n", 400),
        (HEAD + b"Host: other\r\n\r\n", 400),
        (HEAD, 408),
        (HEAD + b"X: " + b"x" * 65_000, 431),
    ],
)
def test_a_refusal_of_the_protocol_has_an_id_and_a_date_too(running: Any, sent: bytes, status: int) -> None:
    with connect(running(DIGITS_HEADER_SECONDS="1")) as connection:
        connection.sendall(sent)
        answer = all_of(connection)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert_complete(answer)


def test_so_has_one_of_a_connection_too_many(running: Any) -> None:
    service = running(DIGITS_MAX_CONNECTIONS="1")
    with connect(service), connect(service) as beyond:
        answer = all_of(beyond)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nretry-after: " in answer
    assert_complete(answer)


def test_they_are_logged_and_counted(running: Any) -> None:
    service = running("--access-log")
    with connect(service) as connection:
        connection.sendall(b"EHLO digits\r\n\r\n")
        answer = all_of(connection)
    assert 'method="-",route="other",status="400"' in httpx.get(f"{service.url}/metrics").text
    service.stop()
    given = re.search(rb"x-request-id: (\w+)", answer)
    assert given
    assert f"request_id={given[1].decode()} method=- path=- status=400" in service.log.read_text()


def assert_complete(answer: bytes) -> None:
    """What all replies have."""
    for name in (b"x-request-id", b"date", b"cache-control", *(name.lower().encode() for name in security_headers())):
        assert answer.count(b"\r\n%s: " % name) == 1, name
