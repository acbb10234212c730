"""What turns a request away before it is looked at says so in the form of its address, as the document promises."""

from typing import Any

import httpx
import pytest

from app.factory import create_app
from tests.app.conftest import Application
from tests.app.operations import busy, predict, wait_until

INFER = "/v2/models/digits/infer"
POSTS = ["/v1/predict", "/predict", "/v1/predict/batch", "/v1/read", INFER]


def refusals(client: httpx.Client, status: int) -> None:
    """Both forms, each with the status."""
    for path in POSTS:
        refused = client.post(path, json={})
        assert refused.status_code == status
        if path == INFER:
            assert refused.headers["content-type"] == "application/json"
            assert list(refused.json()) == ["error"]
        else:
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.json()["status"] == status


def test_without_a_key(application: Application) -> None:
    refusals(application(api_keys="key"), 401)


def test_beyond_the_rate(application: Application) -> None:
    service = application(rate_limit="1/hour")
    assert predict(service).status_code == 200
    refusals(service, 429)


def test_beyond_what_is_taken_on(running: Any) -> None:
    service = running(DIGITS_MAX_IN_FLIGHT="1")
    with busy(service, 3), httpx.Client(base_url=service.url) as client:
        wait_until(lambda: predict(service).status_code == 503)
        refusals(client, 503)


@pytest.mark.parametrize("path", [path.replace("digits", "{name}") for path in POSTS])
@pytest.mark.parametrize(
    ("status", "header"), [("401", "WWW-Authenticate"), ("429", "Retry-After"), ("503", "Retry-After")]
)
def test_the_document_has_each_with_an_example(path: str, status: str, header: str) -> None:
    paths = create_app().openapi()["paths"]
    operation = paths.get(f"/v1{path}", paths.get(path))["post"]
    (content,) = operation["responses"][status]["content"].values()
    assert content["example"].keys() <= content["schema"]["properties"].keys()
    assert header in operation["responses"][status]["headers"]
