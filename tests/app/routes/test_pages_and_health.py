"""The addresses beside `/predict`: the page, the live documentation, health."""

import re

import httpx
import pytest

from app.middleware.security_headers import security_headers


@pytest.mark.parametrize(
    "path", ["/", "/model", "/docs", "/healthz", "/readyz", "/openapi.json", "/static/css/page.css", "/nope"]
)
def test_every_reply_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in security_headers()} == security_headers()
    assert "unsafe" not in headers["content-security-policy"]
    assert "server" not in headers


def test_health_says_alive_and_ready_with_the_model(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert re.fullmatch("[0-9a-f]{64}", ready["model"]["sha256"])


@pytest.mark.parametrize("path", ["/", "/model", "/docs"])
def test_pages_refer_to_nothing_elsewhere_and_hold_no_inline_code(client: httpx.Client, path: str) -> None:
    page = client.get(path).text
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith(("/", "#", "data:image/png;base64,")), address
        if address.startswith("/static/"):
            assert client.get(address).status_code == 200, address
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_browsers_that_show_something_else_than_a_page_find_the_icon(client: httpx.Client) -> None:
    icon = client.get("/favicon.ico", follow_redirects=True)
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")


def test_scripts_and_styles_travel_compressed_and_short_replies_as_they_are(client: httpx.Client) -> None:
    bundle = client.get("/static/vendor/swagger-ui/swagger-ui-bundle.js", headers={"accept-encoding": "gzip"})
    assert bundle.headers["content-encoding"] == "gzip"
    reply = client.post("/predict", json={"strokes": [[[0, 0], [0, 9]]]}, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in reply.headers


def test_the_documentation_describes_every_form_and_every_refusal(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) >= {"/v1/predict", "/v1/model/layers/{layer}/units/{unit}", "/healthz", "/readyz"}
    predict = document["paths"]["/v1/predict"]["post"]
    assert set(predict["requestBody"]["content"]) == {
        "application/json",
        "image/png",
        "image/jpeg",
        "image/webp",
        "multipart/form-data",
    }
    assert set(predict["responses"]) == {"200", "400", "401", "408", "413", "415", "422", "429", "503"}
    assert "application/problem+json" in predict["responses"]["422"]["content"]
    assert predict["requestBody"]["content"]["application/json"]["examples"]
    assert set(document["components"]["schemas"]["PredictRequest"]["properties"]) == {"image", "strokes", "pixels"}
