"""Connections: slow, silent, endless and unread ones end, and hold nobody up meanwhile."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.app.operations import predict, wait_until
from tests.drawings import base64_png, canvas
from tests.running_service import RunningService

HEAD = b"GET /healthz HTTP/1.1\r\nHost: digits\r\n"

CHUNKED = (
    b"POST /predict HTTP/1.1\r\nHost: digits\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def connect(service: RunningService, *, receive_buffer: int | None = None) -> socket.socket:
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(9)  # less than the service waits unless it is told to: all settings here are shorter
    connection.connect(("127.0.0.1", service.port))
    return connection


def all_of(connection: socket.socket) -> bytes:
    """Whatever comes until the other side ends the connection."""
    received = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    return received


def one_of(connection: socket.socket) -> bytes:
    """The next reply that says how long it is, on a connection that goes on."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(1)
    length = re.search(rb"\r\ncontent-length: (\d+)", received)
    while length and len(received) < received.index(b"\r\n\r\n") + 4 + int(length[1]):
        received += connection.recv(65536)
    return received


def refusal(answer: bytes) -> dict[str, Any]:
    """The problem document that ends a connection."""
    head, _, body = answer.rpartition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    assert b"connection: close" in head.lower()
    problem: dict[str, Any] = json.loads(body)
    assert head.rpartition(b"HTTP/1.1 ")[2].startswith(str(problem["status"]).encode())
    return problem


def request(method: str = "GET", path: str = "/healthz", body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: digits\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service that does not wait for headers for long."""
    log = tmp_path_factory.mktemp("hasty") / "log"
    with RunningService(log, settings={"DIGITS_HEADER_SECONDS": "1"}) as service:
        yield service


class TestHeaders:
    def test_a_client_that_says_nothing_is_hung_up_on_without_a_word(self, hasty: RunningService) -> None:
        with connect(hasty) as connection:
            assert all_of(connection) == b""

    def test_headers_that_do_not_end_are_refused(self, hasty: RunningService) -> None:
        with connect(hasty) as connection:
            connection.sendall(HEAD + b"X-Sl")
            problem = refusal(all_of(connection))
        assert (problem["status"], problem["code"]) == (408, "headers_too_slow")

    @pytest.mark.parametrize("drop", [b"X", b"\r\n"], ids=["headers", "empty lines"])
    @pytest.mark.parametrize("before", [b"", request()], ids=["first request", "second request"])
    def test_a_byte_now_and_then_does_not_help(self, hasty: RunningService, before: bytes, drop: bytes) -> None:
        with connect(hasty) as connection:
            connection.sendall(before)
            if before:
                assert b"200 OK" in connection.recv(4096)
            if drop == b"X":
                connection.sendall(HEAD)
            connection.settimeout(0.1)
            started = time.monotonic()
            answer = b""
            with suppress(ConnectionResetError, BrokenPipeError):
                while time.monotonic() < started + 9:
                    connection.sendall(drop)
                    with suppress(TimeoutError):
                        part = connection.recv(4096)
                        if not part:
                            break
                        answer += part
            assert time.monotonic() < started + 9, "it was cut off"
            assert (b"headers_too_slow" in answer) == (drop == b"X")

    def test_the_rest_of_a_body_that_was_refused_early_is_not_waited_for(self, hasty: RunningService) -> None:
        with connect(hasty) as connection:
            connection.sendall(request("POST", "/predict").replace(b"Length: 0", b"Length: 99999999"))
            assert b" 413 " in connection.recv(4096)
            wait_until(lambda: is_hung_up_on(connection), seconds=10)

    def test_an_idle_connection_may_ask_again(self, hasty: RunningService) -> None:
        with httpx.Client(base_url=hasty.url) as client:
            client.get("/healthz")
            time.sleep(2)
            with connect(hasty):  # the time for headers has come and gone
                assert client.get("/healthz").status_code == 200
            assert client.get("/healthz", headers={"X-Later": "1"}).status_code == 200

    def test_headers_ahead_of_their_turn_do_not_cut_off_the_reply_before(self, running: Any) -> None:
        service = running(DIGITS_HEADER_SECONDS="0.1")
        large = json.dumps({"image": base64_png(canvas(size=(4000, 4000), scale=30, pen=300))}).encode()
        with connect(service) as connection:
            connection.sendall(request("POST", "/predict", large) + HEAD)
            answer = all_of(connection)
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert refusal(answer)["code"] == "headers_too_slow"

    def test_headers_that_have_begun_get_all_of_their_time(self, running: Any) -> None:
        service = running(DIGITS_HEADER_SECONDS="6")  # more than an idle connection has
        with connect(service) as connection:
            begun = time.monotonic()
            connection.sendall(request() + HEAD)
            answer = all_of(connection)
        assert time.monotonic() - begun >= 6
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert refusal(answer)["code"] == "headers_too_slow"


class TestSize:
    @pytest.mark.parametrize(
        "endless",
        [
            b"GET /" + b"x" * 200_000,
            HEAD + b"X-Long: " + b"x" * 200_000,
            HEAD + b"X-Many: 1\r\n" * 20_000,
            CHUNKED + b"0\r\nX-Trailer: " + b"x" * 200_000,
            CHUNKED + b"1;" + b"x" * 200_000,
        ],
        ids=["address", "one header", "many headers", "trailer", "chunk extension"],
    )
    def test_what_is_no_body_may_not_be_endless(self, service: RunningService, endless: bytes) -> None:
        with connect(service) as connection:
            with suppress(ConnectionResetError, BrokenPipeError):
                connection.sendall(endless)
            assert b" 431 " in all_of(connection)[:20]
        assert "Traceback" not in service.log.read_text()

    def test_headers_of_a_usual_size_and_large_bodies_pass(self, service: RunningService) -> None:
        cookie = {"Cookie": "x" * 30_000}
        assert httpx.get(f"{service.url}/healthz", headers=cookie).status_code == 200
        with connect(service) as connection:
            connection.sendall(request("POST", "/predict", b'{"strokes": [' + b" " * 2_000_000 + b"]}"))
            assert b" 200 OK" in connection.recv(4096)

    @pytest.mark.parametrize(
        "sent", [b"EHLO digits\r\n", b"\x16\x03\x01\x02\x00\x01", b"SSH-2.0-x\r\n", HEAD + b"No colon\r\n", b"{}"]
    )
    def test_what_is_no_http_is_refused_at_once_and_like_all_else(self, service: RunningService, sent: bytes) -> None:
        with connect(service) as connection:
            connection.sendall(sent)
            assert refusal(all_of(connection))["code"] == "invalid_http"

    def test_a_wish_for_another_protocol_is_not_granted(self, service: RunningService) -> None:
        for protocol in ("websocket", "h2c"):
            wish = {"Connection": "Upgrade", "Upgrade": protocol, "Sec-WebSocket-Version": "13"}
            assert httpx.get(f"{service.url}/healthz", headers=wish).status_code == 200
        assert "upgrade" not in service.log.read_text().lower()


class TestNumber:
    def test_connections_beyond_the_limit_are_told_so(self, running: Any) -> None:
        service = running(DIGITS_MAX_CONNECTIONS="5", DIGITS_HEADER_SECONDS="2")
        with ExitStack() as held:
            for _ in range(5):
                held.enter_context(connect(service))
            with connect(service) as beyond:
                assert refusal(all_of(beyond))["code"] == "overloaded"
        wait_until(lambda: is_well(service))


class TestReplies:
    def test_who_does_not_take_them_holds_nobody_up_for_ever(self, running: Any) -> None:
        service = running(DIGITS_REPLY_SECONDS="2", DIGITS_MAX_IN_FLIGHT="1")
        wanted = request("POST", "/predict?include=activations,input", b'{"strokes": [[[0, 0], [5, 50]]]}')
        with connect(service, receive_buffer=4096) as unread:
            unread.sendall(wanted * 2000)  # the replies are more than all buffers hold
            wait_until(lambda: predict(service).status_code == 503)
            wait_until(lambda: not is_held(service, unread), seconds=15)
            wait_until(lambda: predict(service).status_code == 200)
        assert "Traceback" not in service.log.read_text()

    def test_who_leaves_the_last_one_unread_is_hung_up_on(self, running: Any) -> None:
        service = running(DIGITS_REPLY_SECONDS="1")
        bundle = b"GET /static/vendor/swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: digits\r\n"
        with connect(service, receive_buffer=4096) as kept, connect(service, receive_buffer=4096) as closed:
            kept.sendall((bundle + b"\r\n") * 10)
            closed.sendall(bundle + b"Connection: close\r\n\r\n")
            wait_until(lambda: is_held(service, kept))
            wait_until(lambda: not is_held(service, kept) and not is_held(service, closed), seconds=15)

    def test_nor_is_one_kept_for_whom_the_system_holds_them(self, running: Any) -> None:
        service = running(DIGITS_REPLY_SECONDS="1")
        with connect(service, receive_buffer=4096) as unread:
            unread.sendall(request() * 1000)  # the replies fit into the system's buffers
            wait_until(lambda: is_held(service, unread))
            wait_until(lambda: not is_held(service, unread), seconds=15)

    def test_who_takes_them_slowly_gets_them_whole(self, service: RunningService) -> None:
        with connect(service, receive_buffer=4096) as connection:
            connection.sendall(b"GET /static/vendor/swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: digits\r\n")
            connection.sendall(b"Connection: close\r\n\r\n")
            answer = b""
            while part := connection.recv(65536):
                answer += part
                time.sleep(0.002)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        assert len(body) == int(length.split()[1])


def is_well(service: RunningService) -> bool:
    try:
        return httpx.get(f"{service.url}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def is_hung_up_on(connection: socket.socket) -> bool:
    """Whether the next byte comes back."""
    try:
        connection.sendall(b" ")
    except OSError:
        return True
    return False


def is_held(service: RunningService, connection: socket.socket) -> bool:
    """Whether the service still has its end of a connection: what it has closed has no inode in the system's list."""
    own, other = f":{service.port:04X}", f":{connection.getsockname()[1]:04X}"
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(one[1].endswith(own) and one[2].endswith(other) and one[9] != "0" for one in sockets)
