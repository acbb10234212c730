"""Who waits to be told to send the body is told so, unless it would be refused (RFC 9110, 10.1.1)."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.app.middleware.test_pipelining import LAST, statuses
from tests.app.middleware.test_slow_clients import all_of, connect, one_of
from tests.app.operations import BODY
from tests.running_service import RunningService

STROKES = json.dumps(BODY).encode()
GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"


def head(length: int, expected: str = "100-continue", version: str = "1.1", more: str = "") -> bytes:
    lines = ["Host: a", "Content-Type: application/json", f"Content-Length: {length}", f"Expect: {expected}"]
    return "\r\n".join([f"POST /predict HTTP/{version}", *lines, more]).encode() + b"\r\n" * (2 if more else 1)


def test_the_body_is_asked_for_and_the_connection_goes_on(service: RunningService) -> None:
    with connect(service) as connection:
        for expected in ("100-continue", "100-Continue"):
            connection.sendall(head(len(STROKES), expected))
            assert one_of(connection) == GO_AHEAD
            connection.sendall(STROKES)
            answer = one_of(connection)
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert b"connection: close" not in answer
        connection.sendall(LAST)
        assert statuses(all_of(connection)) == [404]


def test_who_sends_it_at_once_is_answered_too(service: RunningService) -> None:
    with connect(service) as connection:
        connection.sendall(head(len(STROKES)) + STROKES + LAST)
        assert statuses(all_of(connection)) == [100, 200, 404]


def test_one_that_is_too_long_is_not_asked_for_and_the_connection_ends(service: RunningService) -> None:
    with connect(service) as connection:
        connection.sendall(head(10**9))
        answer = all_of(connection)
    assert statuses(answer) == [413]
    assert answer.count(b"\r\nconnection: close\r\n") == 1


def test_nor_is_one_of_a_caller_who_is_not_taken_on(running: Any) -> None:
    keyed, rated = running(DIGITS_API_KEYS="key"), running(DIGITS_RATE_LIMIT="1/hour")
    with connect(keyed) as connection:
        connection.sendall(head(len(STROKES)))
        assert statuses(all_of(connection)) == [401]
    with connect(rated) as connection:
        connection.sendall(head(len(STROKES)) + STROKES + head(len(STROKES)))
        assert statuses(all_of(connection)) == [100, 200, 429]


def test_what_follows_a_refusal_is_not_taken_for_a_request(service: RunningService) -> None:
    with connect(service) as connection:
        connection.sendall(head(10**9) + LAST)
        assert statuses(all_of(connection)) == [413]


@pytest.mark.parametrize(("expected", "version"), [("200-maybe", "1.1"), ("100-continue", "1.0")])
def test_an_expectation_that_is_none_is_passed_over(service: RunningService, expected: str, version: str) -> None:
    with connect(service) as connection:
        connection.sendall(head(len(STROKES), expected, version, "Connection: close") + STROKES)
        assert statuses(all_of(connection)) == [200]


@pytest.mark.parametrize(("size", "status"), [(2_000_000, "200"), (5_000_000, "413")])
def test_curl(service: RunningService, tmp_path: Path, size: int, status: str) -> None:
    body = tmp_path / "body.json"
    body.write_bytes(STROKES + b" " * size)
    sent = ["--data-binary", f"@{body}", "-H", "Content-Type: application/json", "-w", "%{http_code} %{size_upload}"]
    command: list[str | Path] = [
        "curl",
        "-s",
        "-o",
        tmp_path / "answer",
        "--expect100-timeout",
        "9",
        *sent,
        f"{service.url}/predict",
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=8).stdout
    uploaded = body.stat().st_size if status == "200" else 0
    assert told == f"{status} {uploaded}", "curl waits nine seconds for the word"
