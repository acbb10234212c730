"""HEAD wherever GET is, and what an address does not take is refused with what it does."""

from collections.abc import Iterable
from itertools import chain

import httpx
import pytest

from app.factory import create_app
from app.routes import pages

UNDOCUMENTED = {
    "/",
    "/model",
    "/docs",
    "/favicon.ico",
    "/openapi.json",
    "/static/js/main.js",
    "/static/css/page.css",
}
PARAMETERS = {"{name}": "digits", "{layer}": "0", "{unit}": "0", "{version}": "1"}


def addresses() -> dict[str, set[str]]:
    """All there are, each with its methods."""
    found = {path: {"GET"} for path in UNDOCUMENTED}
    for path, operations in create_app().openapi()["paths"].items():
        for name, value in PARAMETERS.items():
            path = path.replace(name, value)
        found[path] = {method.upper() for method in operations}
        if path.startswith("/v1/") and not path.startswith("/v1/models"):
            found[path.removeprefix("/v1")] = found[path]
    return found


def those_with(method: str) -> Iterable[str]:
    return sorted(path for path, methods in addresses().items() if method in methods)


def test_none_is_left_out() -> None:
    assert {getattr(route, "path", "") for route in pages.router.routes} <= addresses().keys()
    assert "HEAD" not in chain.from_iterable(addresses().values()), "it goes without saying"


@pytest.mark.parametrize("path", those_with("GET"))
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    there, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (there.status_code, b"")
    assert head.is_success or head.is_redirect
    assert "content-length" in head.headers or path == "/metrics"
    told = [{**answer.headers} for answer in (there, head)]
    for one in told:
        for name in ("date", "x-request-id", *(["content-length"] if path == "/metrics" else [])):
            one.pop(name, None)
    assert told[0] == told[1]


def test_and_it_fails_as_get_does(client: httpx.Client) -> None:
    for path in ("/nothing", "/model/layers/9/units/0", "/v2/models/other"):
        assert client.head(path).status_code == client.get(path).status_code == 404
        assert client.head(path).content == b""
    assert client.get("/readyz").status_code == 200, "the connection is in order"


def test_it_is_logged_and_counted_as_what_it_is(client: httpx.Client) -> None:
    client.head("/v2/health/live")
    assert 'digits_requests_total{method="HEAD",route="/v2/health/live",status="200"}' in client.get("/metrics").text


@pytest.mark.parametrize(("path", "methods"), sorted(addresses().items()))
def test_other_methods_are_refused_with_those_it_takes(client: httpx.Client, path: str, methods: set[str]) -> None:
    allowed = methods | ({"HEAD"} if "GET" in methods else set())
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - allowed:
        refused = client.request(method, path)
        assert refused.status_code == 405
        assert set(refused.headers["allow"].split(", ")) == allowed
