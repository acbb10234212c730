"""Load: who is taken on, who is turned away, and that nobody holds up the others."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import httpx
import pytest

from tests.app.operations import busy, predict, wait_until
from tests.drawings import base64_png, canvas
from tests.running_service import RunningService


def slow_request(service: RunningService, begun: bytes = b"{") -> socket.socket:
    """A request whose body is announced, begins and does not go on."""
    connection = socket.create_connection(("127.0.0.1", service.port))
    length = len(begun) + 1000
    head = f"POST /predict HTTP/1.1\r\nHost: digits\r\nContent-Type: image/png\r\nContent-Length: {length}\r\n\r\n"
    connection.sendall(head.encode() + begun)
    time.sleep(0.2)  # until the service has taken it on
    return connection


@pytest.mark.xdist_group("measures")
class TestLoad:
    def test_who_comes_beyond_the_limit_is_turned_away_at_once_and_nobody_else(self, running: Any) -> None:
        service = running(DIGITS_MAX_IN_FLIGHT="2", DIGITS_THREADS="1")
        with busy(service, 3):
            wait_until(lambda: predict(service).status_code == 503)
            refused = next(reply for reply in iter(lambda: predict(service), None) if reply.status_code == 503)
            assert refused.json()["code"] == "overloaded"
            assert int(refused.headers["retry-after"]) >= 1
            assert httpx.get(f"{service.url}/readyz").status_code == 200, "health is never turned away"
        assert predict(service).status_code == 200

    def test_who_announces_a_body_and_sends_none_takes_nobodys_place(self, running: Any) -> None:
        service = running(DIGITS_MAX_IN_FLIGHT="2")
        slow = [slow_request(service) for _ in range(20)]
        assert [predict(service).status_code for _ in range(5)] == [200] * 5
        for one in slow:
            one.close()

    def test_a_client_who_fills_the_room_for_bodies_loses_the_one_waited_for_longest(self, running: Any) -> None:
        service = running(DIGITS_MAX_BYTES_IN_FLIGHT=str(2**20))
        slow = [slow_request(service, b"x" * 300_000) for _ in range(4)]
        first, *others = slow
        first.settimeout(10)
        assert b" 503 " in first.recv(4096).splitlines()[0]
        assert predict(service).status_code == 200, "what is small gets through"
        for one in others:
            one.settimeout(0.2)
            with pytest.raises(TimeoutError):
                one.recv(4096)
        for one in slow:
            one.close()

    def test_one_large_image_does_not_hold_up_the_others(self, service: RunningService) -> None:
        large = {"image": base64_png(canvas(size=(4000, 4000), scale=30, pen=300))}
        waits = []
        with ThreadPoolExecutor(1) as pool:
            heavy = pool.submit(httpx.post, f"{service.url}/predict", json=large, timeout=60)
            while not heavy.done():
                reply = predict(service)
                assert reply.status_code == 200
                waits.append(reply.elapsed.total_seconds())
            assert heavy.result().status_code == 200
        assert len(waits) > 3, "they were read while it was"
        assert median(waits) < heavy.result().elapsed.total_seconds() / 4, "they did not wait for it"

    def test_a_body_that_never_ends_is_cut_off(self, running: Any) -> None:
        service = running(DIGITS_BODY_SECONDS="0.5")
        with slow_request(service) as connection:
            connection.settimeout(10)  # half of what it has unless it is told otherwise
            answer = b""
            # Head and body of the reply may come one after the other.
            while b"}" not in answer and (part := connection.recv(4096)):
                answer += part
        assert b" 408 " in answer.splitlines()[0]
        assert b"body_too_slow" in answer
