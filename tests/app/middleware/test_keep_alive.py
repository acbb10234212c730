"""Connections are kept for the next request: none is lost because the service ends one while it is on its way."""

import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.app.middleware.test_operating import serving
from tests.app.middleware.test_slow_clients import HEAD, all_of, connect, is_well, one_of, refusal, request
from tests.app.operations import BODY, wait_until
from tests.running_service import RunningService

BLANK = request("POST", "/predict", b'{"strokes": []}')


def is_answered(connection: Any, sent: bytes = BLANK) -> bool:
    connection.sendall(sent)
    return one_of(connection).startswith(b"HTTP/1.1 200 ")


class TestTime:
    def test_who_keeps_them_as_long_as_clients_do_is_answered(self, service: RunningService) -> None:
        with ExitStack() as held:
            kept = [held.enter_context(connect(service)) for _ in range(100)]
            assert all(map(is_answered, kept))
            time.sleep(5.0)  # after which httpx, for one, takes none for a request that has not just begun
            assert all(map(is_answered, kept))

    def test_how_long_can_be_set(self, running: Any) -> None:
        service = running(DIGITS_KEEP_ALIVE_SECONDS="1")
        with connect(service) as connection:
            assert is_answered(connection)
            assert all_of(connection) == b"", "no word, it ends"

    def test_a_head_that_has_begun_has_the_time_of_heads(self, running: Any) -> None:
        service = running(DIGITS_KEEP_ALIVE_SECONDS="1")
        with connect(service) as connection:
            assert is_answered(connection)
            connection.sendall(HEAD)
            time.sleep(1.5)
            assert is_answered(connection, b"\r\n")


class TestNumber:
    def test_idle_ones_do_not_fill_the_door_and_the_longest_idle_goes_first(self, running: Any) -> None:
        service = running(DIGITS_MAX_CONNECTIONS="3")
        with connect(service) as oldest, connect(service) as older, connect(service) as silent:
            assert is_answered(oldest)
            time.sleep(0.1)
            assert is_answered(older)
            time.sleep(1.1)
            with connect(service) as new:
                assert is_answered(new)
                assert all_of(oldest) == b""
                assert is_answered(older)
                assert is_answered(silent)

    def test_those_who_have_just_asked_are_not_idle(self, running: Any) -> None:
        service = running(DIGITS_MAX_CONNECTIONS="1")
        with connect(service) as connection, connect(service) as beyond:
            assert is_answered(connection)
            assert refusal(all_of(beyond))["code"] == "overloaded"
            assert is_answered(connection)

    def test_who_does_not_take_the_refusal_stays_no_longer_than_others(self, running: Any) -> None:
        bounds = {"DIGITS_MAX_CONNECTIONS": "2", "DIGITS_REPLY_SECONDS": "1", "DIGITS_HEADER_SECONDS": "1"}
        service = running(**bounds)
        with ExitStack() as held:
            for _ in range(9):
                held.enter_context(connect(service))
            wait_until(lambda: is_well(service))


class TestEnd:
    def test_a_request_on_its_way_is_answered_and_told_that_it_is_the_last(self, running: Any) -> None:
        service = running()
        with connect(service) as connection, connect(service) as idle:
            assert is_answered(connection)
            assert is_answered(idle)
            service.send(signal.SIGTERM)
            time.sleep(0.2)
            connection.sendall(BLANK)
            answer = all_of(connection)
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert b"\r\nconnection: close\r\n" in answer
            assert all_of(idle) == b""
        started = time.monotonic()
        assert service.ended() == 0
        assert time.monotonic() - started < 5, "idle ones are not waited for"

    @pytest.mark.xdist_group("measures")
    def test_nobody_loses_one_while_workers_are_replaced(self, running: Any) -> None:
        service = running("--workers", "2")
        wait_until(lambda: serving(service) == 2)
        end = time.monotonic() + 8

        def ask(_: int) -> int:
            with httpx.Client(base_url=service.url, timeout=20) as client:
                times = 0
                while time.monotonic() < end:
                    assert client.post("/predict", json=BODY).status_code == 200
                    times += 1
                    time.sleep(0.01)
            return times

        with ThreadPoolExecutor(4) as pool:
            asked = pool.map(ask, range(4))
            time.sleep(1)
            service.send(signal.SIGHUP)
            assert all(asked)

    def test_the_reply_to_who_says_no_more_is_sent(self, service: RunningService) -> None:
        with connect(service) as connection:
            connection.sendall(request() + BLANK)
            connection.shutdown(socket.SHUT_WR)
            assert all_of(connection).count(b"HTTP/1.1 200 ") == 2

    def test_a_refusal_reaches_who_is_still_sending(self, service: RunningService) -> None:
        for head in (b"POST /predict HTTP/1.1\r\n\r\n", b"EHLO\r\n\r\n", HEAD + b"A: " + b"x" * 40_000):
            with connect(service) as connection:
                connection.sendall(head + b"x" * 3_000_000)
                assert refusal(all_of(connection))["status"] in (400, 431)
