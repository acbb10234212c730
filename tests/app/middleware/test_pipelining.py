"""Requests sent ahead on one connection: answered in order, and hardly anything is spent on those that wait."""

import json
import re
import socket
import time
from contextlib import ExitStack, suppress
from typing import Any

import httpx
import pytest

from tests.app.middleware.test_operating import megabytes
from tests.app.middleware.test_slow_clients import CHUNKED, all_of, connect, refusal, request
from tests.drawings import base64_png, canvas
from tests.running_service import RunningService

LAST = b"GET /last HTTP/1.1\r\nHost: digits\r\nConnection: close\r\n\r\n"
BLANK = request("POST", "/predict", b'{"strokes": []}')


def slow() -> bytes:
    """A request that takes a while to answer."""
    return request("POST", "/predict", json.dumps({"image": base64_png(canvas(size=(3000, 3000)))}).encode())


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answers)]


class TestOrder:
    def test_each_of_a_few_is_answered_in_its_turn(self, service: RunningService) -> None:
        paths = ["/healthz", "/nothing", "/readyz", "/predict", "/v2"]
        with connect(service) as connection:
            connection.sendall(b"".join(request(path=path) for path in paths) + LAST)
            assert statuses(all_of(connection)) == [200, 404, 200, 405, 200, 404]

    def test_so_is_each_of_thousands(self, service: RunningService) -> None:
        ahead = b"".join(request(path=f"/{number}") for number in range(3000)) + LAST
        with connect(service) as connection:
            answers, sent = b"", 0
            connection.settimeout(0.01)
            while b"/last" not in answers:
                with suppress(TimeoutError):
                    sent += connection.send(ahead[sent : sent + 65536])
                with suppress(TimeoutError):
                    answers += connection.recv(2**20)
        asked = [int(number) for number in re.findall(rb"GET /(\d+): not found", answers)]
        assert asked == list(range(3000))

    def test_bodies_of_every_kind_may_be_ahead(self, service: RunningService) -> None:
        body = b'{"strokes": []}'
        chunked = CHUNKED + b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
        large = request("POST", "/predict", body + b" " * 300_000)
        with connect(service) as connection:
            connection.sendall((slow() + chunked + BLANK + large) * 2 + LAST)
            assert statuses(all_of(connection)) == [200] * 8 + [404]


class TestRefusals:
    def test_what_is_no_http_is_refused_after_the_answers_to_what_came_before(self, service: RunningService) -> None:
        with connect(service) as connection:
            connection.sendall(slow() + BLANK + b"EHLO digits\r\n\r\n" + BLANK)
            answers = all_of(connection)
        assert statuses(answers) == [200, 200, 400]
        assert refusal(answers)["code"] == "invalid_http"

    @pytest.mark.parametrize("before", [b"", BLANK], ids=["first", "second"])
    def test_so_is_a_body_that_is_none(self, service: RunningService, before: bytes) -> None:
        with connect(service) as connection:
            connection.sendall(before + CHUNKED + b"no length\r\n")
            answers = all_of(connection)
        assert statuses(answers) == [200] * bool(before) + [400]


@pytest.mark.xdist_group("measures")
def test_many_connections_full_of_them_hold_nobody_up_and_take_hardly_any_memory(running: Any) -> None:
    service = running()
    assert httpx.get(f"{service.url}/healthz").status_code == 200
    before = megabytes(service.pid)
    with ExitStack() as held:
        for _ in range(40):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", service.port)))
            connection.setblocking(False)
            with suppress(BlockingIOError):
                connection.send(request(path="/x") * 5000)
        time.sleep(0.5)
        # Parsing them all takes eight seconds, and some 7 kB for each.
        assert httpx.get(f"{service.url}/healthz", timeout=3).status_code == 200
        assert megabytes(service.pid) < before + 100
