"""What is no HTTP is refused, whatever the server makes of it; what is said in several ways is understood in each."""

from typing import Any

import httpx
import pytest

from app.middleware.request_head import takes_gzip
from tests.app.conftest import Application
from tests.app.middleware.test_slow_clients import all_of, connect, refusal
from tests.app.operations import BODY
from tests.running_service import RunningService

HOST = "Host: digits\r\n"
LENGTH = "Content-Length: 15\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"

HOSTS_THAT_ARE_NONE = (
    *(
        "",
        "two words",
        "a, b",
        "a/b",
        "a@b",
        "a?b",
        "a#b",
        "<a>",
        "ä",
        "a:b",
        "a:80:80",
        "a:99999",
        "a:-1",
        "a" * 400,
    ),
    *("[::1", "::1", "[::g]", "[:::1]", "[1.2.3.4]", "%4", "%zz"),
)
CODINGS_OF_DOUBT = (
    *("gzip, chunked", "chunked, gzip", "gzip", "identity", "chunked, chunked", "chunked;q=1", "xchunked"),
    *("identity, chunked", '"chunked"', "chunked, "),
)


def ask(service: RunningService, version: str, headers: str) -> bytes:
    body = b'f\r\n{"strokes": []}\r\n0\r\n\r\n' if "Transfer-Encoding" in headers else b'{"strokes": []}'
    head = f"POST /predict HTTP/{version}\r\nContent-Type: application/json\r\nConnection: close\r\n{headers}\r\n"
    with connect(service) as connection:
        connection.sendall(head.encode("latin-1") + body)
        return all_of(connection)


@pytest.mark.parametrize(
    ("version", "headers"),
    [
        ("1.1", LENGTH),
        ("1.1", HOST + HOST + LENGTH),
        ("1.1", HOST + "Host: other\r\n" + LENGTH),
        ("1.0", HOST + HOST + LENGTH),
        *[(version, f"Host: {host}\r\n{LENGTH}") for version in ("1.0", "1.1") for host in HOSTS_THAT_ARE_NONE],
        *[("1.1", f"{HOST}Transfer-Encoding: {coding}\r\n") for coding in CODINGS_OF_DOUBT],
        ("1.1", HOST + CHUNKED + CHUNKED),
        ("1.1", HOST + "Transfer-Encoding: gzip\r\n" + CHUNKED),
        ("1.1", HOST + CHUNKED + LENGTH),
        ("1.1", HOST + LENGTH + CHUNKED),
        ("1.0", HOST + CHUNKED),
        ("1.0", CHUNKED),
        *[
            ("1.1", f"{HOST}Content-Length: {length}\r\n")
            for length in ("0" * 5000 + "15", "0" * 18 + "15", "+15", "-15", "15, 15", "1_5", "0xf", "15.0", "", "٥")
        ],
        ("1.1", HOST + LENGTH + LENGTH),
        ("1.1", HOST + LENGTH + "Content-Length: 16\r\n"),
    ],
)
def test_what_rfc_9112_forbids_is_refused(service: RunningService, version: str, headers: str) -> None:
    headers = headers.encode().decode("latin-1")
    assert refusal(ask(service, version, headers))["code"] == "invalid_http"
    assert "Traceback" not in service.log.read_text()


@pytest.mark.parametrize(
    ("version", "headers"),
    [
        ("1.0", LENGTH),
        ("1.0", HOST + LENGTH),
        *[
            ("1.1", f"Host: {host}\r\n{LENGTH}")
            for host in ["a", "A.b-c_d:80", "a:", "127.0.0.1:8000", "[::1]", "[::ffff:1.2.3.4]:80", "xn--4ca", "%41"]
        ],
        ("1.1", HOST + CHUNKED),
        ("1.1", HOST + "Transfer-Encoding: Chunked \r\n"),
        ("1.1", HOST + "Content-Length: 0000000000000000015\r\n"),
    ],
)
def test_what_it_allows_is_answered(service: RunningService, version: str, headers: str) -> None:
    assert ask(service, version, headers).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "headers",
    [
        [("Host", "a"), ("Host", "a")],
        [("Host", "a b")],
        [("Host", "a"), ("Transfer-Encoding", "gzip, chunked")],
        [("Host", "a"), ("Transfer-Encoding", "chunked"), ("Content-Length", "2")],
        [("Host", "a"), ("Content-Length", "2"), ("Content-Length", "2")],
        [("Host", "a"), ("Content-Length", "0" * 5000 + "2")],
    ],
)
def test_a_server_that_lets_them_pass_changes_nothing(application: Application, headers: Any) -> None:
    refused = application().send(httpx.Request("GET", "http://digits/healthz", headers=headers))
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_http")
    assert refused.headers["connection"] == "close"


@pytest.mark.parametrize(
    ("codings", "takes"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("GZIP;Q=0.5", True),
        ("x-gzip", True),
        ("*", True),
        ("gzip;q=0.001", True),
        ("deflate , gzip ; q=1.000", True),
        ("identity;q=0.5, gzip", True),
        ("identity;q=0, gzip", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("notgzip", False),
        ("gzip;q=much", False),
        ("gzip" + "," * 100_000, False),
    ],
)
def test_gzip_is_sent_to_whoever_takes_it(codings: str, *, takes: bool) -> None:
    assert takes_gzip(codings.encode()) == takes


@pytest.mark.parametrize("method", ["page", "file", "reply"])
@pytest.mark.parametrize(
    ("headers", "takes"),
    [
        ([("Accept-Encoding", "gzip;q=0")], False),
        ([("Accept-Encoding", "*")], True),
        ([("Accept-Encoding", "br"), ("Accept-Encoding", "gzip")], True),
        ([], False),
    ],
)
def test_so_it_is_with_all_that_is_sent(application: Application, method: str, headers: Any, *, takes: bool) -> None:
    service = application()
    asked = [("Host", "digits"), *headers]
    if method == "reply":
        request = httpx.Request("POST", "http://digits/predict?include=activations", json=BODY)
        asked += [(name, request.headers[name]) for name in ("Content-Type", "Content-Length")]
        request = httpx.Request("POST", request.url, headers=asked, content=request.content)
    else:
        path = "/" if method == "page" else "/static/js/main.js"
        request = httpx.Request("GET", f"http://digits{path}", headers=asked)
    reply = service.send(request)
    assert reply.status_code == 200
    assert ("content-encoding" in reply.headers) == takes
    # A reply that nobody may keep need not say on what its form depends, unless it is in that form.
    assert reply.headers.get_list("vary") == (["Accept-Encoding"] if takes or method != "reply" else [])


@pytest.mark.parametrize(
    "path", ["/", "/model", "/docs", "/healthz", "/v1/model/layers/0/units/0", "/v2", "/nothing"]
)
def test_a_slash_at_the_end_is_the_same_address_and_leads_nowhere_else(client: httpx.Client, path: str) -> None:
    there = client.get(path)
    for slashes in ("/", "//", "%2F"):
        here = client.get(path + slashes, headers={"Host": "elsewhere.example"})
        assert here.status_code == there.status_code
        assert "location" not in here.headers
        assert "elsewhere" not in here.text


def test_so_it_is_where_something_is_sent(client: httpx.Client) -> None:
    for path in ("/predict/", "/v1/predict/", "/predict/batch/", "/read/", "//predict", "/v1//predict//"):
        body = {"items": [BODY]} if "batch" in path else BODY
        address = str(client.base_url).rstrip("/") + path
        assert client.post(address, json=body, headers={"Host": "elsewhere.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/static", "/static/", "/static/js", "/static/js/", "/static//", "/static/../"])
def test_nor_do_folders_lead_anywhere(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"Host": "elsewhere.example"})
    assert answer.status_code in (200, 404)
    assert "location" not in answer.headers
