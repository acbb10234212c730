"""What the connection itself refuses is logged, counted and worded as any other refusal of its address."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.app.middleware.test_slow_clients import all_of, connect
from tests.running_service import RunningService

HOST = b"Host: a\r\n"
TO_V2 = b"POST /v2/models/digits/infer?x=y HTTP/1.1\r\n" + HOST
TO_V1 = b"POST /v1/predict HTTP/1.1\r\n" + HOST
CHUNKED = b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    log = tmp_path_factory.mktemp("refusing") / "log"
    with RunningService(log, options=["--access-log"], settings={"DIGITS_HEADER_SECONDS": "0.5"}) as running:
        yield running


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        (b"No colon\r\n\r\n", 400),
        (b"Content-Length: 1, 2\r\n\r\n", 400),
        (CHUNKED + b"no size\r\n", 400),
        (CHUNKED + b"1\r\nx\r\n0\r\nNo colon\r\n\r\n", 400),
        (b"X-Slow: ", 408),
        (b"X-Long: " + b"x" * 40_000, 431),
        (CHUNKED + b"1;" + b"x" * 40_000, 431),
    ],
)
@pytest.mark.parametrize(
    ("begun", "path"), [(TO_V2, "/v2/models/digits/infer"), (TO_V1, "/v1/predict")], ids=["/v2", "/v1"]
)
def test_it_has_the_form_of_its_address_a_line_in_the_log_and_is_counted(
    service: RunningService, begun: bytes, path: str, rest: bytes, status: int
) -> None:
    counted = f'method="POST",route="other",status="{status}"'
    before = count(service, counted)
    with connect(service) as connection:
        connection.sendall(begun + rest)
        answer = all_of(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nconnection: close" in head
    if path.startswith("/v2"):
        assert list(json.loads(body)) == ["error"]
    else:
        assert json.loads(body)["status"] == status
    given = re.search(rb"x-request-id: (\w+)", head)
    assert given
    assert f"request_id={given[1].decode()} method=POST path={path} status={status}" in service.log.read_text()
    assert count(service, counted) == before + 1


def test_a_head_is_refused_without_a_body(service: RunningService) -> None:
    with connect(service) as connection:
        connection.sendall(b"HEAD /healthz HTTP/1.1\r\nNo colon\r\n\r\n")
        assert all_of(connection).endswith(b"\r\n\r\n")


def test_the_log_has_nothing_of_it_that_looks_like_another_line(service: RunningService) -> None:
    with connect(service) as connection:
        connection.sendall(b"GET /\x1b[31m\xff\x85status=200 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert all_of(connection).startswith(b"HTTP/1.1 400 ")
    line = service.log.read_text().splitlines()[-1]
    assert line.isprintable()
    assert r'path="/\u001b[31m' in line


def count(service: RunningService, what: str) -> int:
    page = httpx.get(f"{service.url}/metrics").text
    found = re.search(rf"digits_requests_total\{{{what}\}} (\d+)", page)
    return int(found[1]) if found else 0
