"""Who offers another protocol, as curl --http2 and Java's client do, is answered in this one, and may ask again."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.app.middleware.test_pipelining import LAST, statuses
from tests.app.middleware.test_slow_clients import all_of, connect, one_of, refusal, request
from tests.app.operations import BODY
from tests.running_service import RunningService

STROKES = json.dumps(BODY).encode()

OFFERS = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
    "websocket": b"Connection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n",
    "several": b"Connection: upgrade\r\nUpgrade: TLS/1.0\r\nUpgrade: h2c, HTTP/3.0\r\n",
}


def offering(offer: bytes, sent: bytes) -> bytes:
    line, _, rest = sent.partition(b"\r\n")
    return line + b"\r\n" + offer + rest


def chunked(body: bytes) -> bytes:
    head = (
        b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    half = len(body) // 2
    return head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:half], body[half:], b""))


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
@pytest.mark.parametrize("framed", [request("POST", "/predict", STROKES), chunked(STROKES)], ids=["length", "chunks"])
@pytest.mark.parametrize("segments", ["one", "head, then body", "bytes"])
def test_its_body_is_read_and_the_connection_goes_on(
    service: RunningService, offer: bytes, framed: bytes, segments: str
) -> None:
    sent = offering(offer, framed)
    head = sent.index(b"\r\n\r\n") + 4
    pieces = {"one": [sent], "head, then body": [sent[:head], sent[head:]], "bytes": re.findall(rb"(?s).", sent)}
    with connect(service) as connection:
        for _ in range(2):
            for piece in pieces[segments]:
                connection.sendall(piece)
            answer = one_of(connection)
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert b'"digit":7' in answer
            assert b"\r\nconnection: close" not in answer
        connection.sendall(offering(offer, request()) + LAST)
        assert statuses(all_of(connection)) == [200, 404]
    assert "upgrade" not in service.log.read_text().lower()


def test_a_body_is_not_taken_for_a_request(service: RunningService) -> None:
    with connect(service) as connection:
        connection.sendall(offering(OFFERS["h2c"], request(body=LAST * 1000)) + LAST)
        assert statuses(all_of(connection)) == [200, 404]


def test_a_tunnel_is_refused_in_words(service: RunningService) -> None:
    with connect(service) as connection:
        connection.sendall(b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n\x16\x03\x01")
        problem = refusal(all_of(connection))
    assert problem["code"] == "invalid_http"
    assert "proxies" in problem["detail"]


def test_so_is_http_2_without_asking(service: RunningService) -> None:
    with connect(service) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9))
        assert refusal(all_of(connection))["code"] == "invalid_http"


@pytest.mark.parametrize("size", [0, 2_000_000], ids=["in one segment", "in many"])
def test_curl(service: RunningService, tmp_path: Path, size: int) -> None:
    body = tmp_path / "body.json"
    body.write_bytes(STROKES + b" " * size)  # beyond 1 MB it also asks whether to go on
    ask = ["--data-binary", f"@{body}", "-H", "Content-Type: application/json", f"{service.url}/predict"]
    command = ["curl", "--silent", "--show-error", "--http2", "--write-out", " %{http_code} %{num_connects}\n"]
    told = subprocess.run([*command, *ask, "--next", *command[1:], *ask], capture_output=True, text=True, check=True)
    first, second = told.stdout.splitlines()
    assert first.startswith('{"digit":7')
    assert first.endswith("} 200 1")
    assert second.startswith('{"digit":7')
    assert second.endswith("} 200 0"), "on the same connection"


def test_java(service: RunningService, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_bytes(STROKES)
    home = os.environ.get("JAVA_HOME")
    java = os.environ.get("DIGITS_JAVA") or (f"{home}/bin/java" if home else "java")
    command: list[str | Path] = [java, Path(__file__).with_name("Ask.java"), f"{service.url}/predict", body, "3"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert told.stdout.splitlines() == ['200 HTTP_1_1 {"digit":7'] * 5
