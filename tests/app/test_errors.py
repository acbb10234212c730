"""Errors are named alike with every version of Python, and the documentation has each of them."""

import re
from pathlib import Path

import httpx
import pytest

from app.errors import Refusal, title_of
from tests.drawings import SEVEN


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (404, "Not Found"),
        (413, "Content Too Large"),
        (414, "URI Too Long"),
        (416, "Range Not Satisfiable"),
        (422, "Unprocessable Content"),
    ],
)
def test_a_status_is_named_as_in_rfc_9110(status: int, title: str) -> None:
    assert title_of(status) == title


def test_replies_and_the_document_have_these_names(client: httpx.Client) -> None:
    refused = client.post("/v1/predict", json={"strokes": 5}).json()
    too_large = client.post("/v1/predict", content=b" " * (2**22 + 1), headers={"content-type": "application/json"})
    batch = client.post("/v1/predict/batch", json={"items": [{"strokes": SEVEN}, {}]}).json()
    responses = client.get("/openapi.json").json()["paths"]["/v1/predict"]["post"]["responses"]
    shown = [
        responses[status]["content"]["application/problem+json"]["example"]["title"] for status in ("413", "422")
    ]
    assert refused["title"] == batch["results"][1]["problem"]["title"] == "Unprocessable Content"
    assert too_large.json()["title"] == "Content Too Large"
    assert shown == ["Content Too Large", "Unprocessable Content"]


def test_the_errors_of_routing_have_codes_of_the_same_kind(client: httpx.Client) -> None:
    assert client.get("/nothing").json()["code"] == "not_found"
    refused = client.get("/predict").json()
    assert (refused["title"], refused["code"]) == ("Method Not Allowed", "method_not_allowed")
    assert refused["detail"] == "GET /predict: method not allowed"


def test_every_code_is_documented() -> None:
    table = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", Path("docs/api.md").read_text(encoding="utf-8"), re.MULTILINE)
    # The inference protocol's errors have no code.
    ours = {(str(one.status), one.name.lower()) for one in Refusal if one is not Refusal.INVALID_INFERENCE}
    assert set(table) == ours | {("405", "method_not_allowed")}
