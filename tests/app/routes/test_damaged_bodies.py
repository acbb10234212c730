"""Bodies that were good once, with bytes changed, cut out, doubled or moved: read or refused, and never a failure.

`DIGITS_FUZZ_CASES` is how many are made up of each; `make fuzz` sets it high.
"""

import gzip
import json
import os
import zlib
from collections.abc import Mapping

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawings import SEVEN, canvas, encoded

CASES = int(os.environ.get("DIGITS_FUZZ_CASES", "100"))
PNG = encoded(canvas(SEVEN).reshape(280, 280)[::5, ::5])
DRAWING = json.dumps({"strokes": SEVEN}).encode()
BOUNDARY = "multipart/form-data; boundary=x"


def form(name: str, content: bytes) -> bytes:
    head = (
        f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="7.png"\r\nContent-Type: image/png\r\n\r\n'
    )
    return head.encode() + content + b"\r\n--x--\r\n"


Good = tuple[str, Mapping[str, str], bytes]
GOOD: dict[str, Good] = {
    "form with a file": ("/predict", {"Content-Type": BOUNDARY}, form("file", PNG)),
    "form with strokes": ("/read", {"Content-Type": BOUNDARY}, form("strokes", json.dumps(SEVEN).encode())),
    "gzip": ("/predict", {"Content-Encoding": "gzip"}, gzip.compress(DRAWING)),
    "gzip of a batch": (
        "/predict/batch",
        {"Content-Encoding": "gzip", "Content-Type": "application/json"},
        gzip.compress(json.dumps({"items": [{"strokes": SEVEN}, {"pixels": [[0, 255], [3, 4]]}]}).encode()),
    ),
    "deflate": ("/read", {"Content-Encoding": "deflate"}, zlib.compress(PNG)),
    "gzip of a form": (
        "/predict",
        {"Content-Encoding": "gzip", "Content-Type": BOUNDARY},
        gzip.compress(form("file", PNG)),
    ),
    "points as objects": (
        "/predict",
        {},
        json.dumps({"strokes": [{"points": [{"x": x, "y": y, "time": 1}]} for x, y in SEVEN[0]]}).encode(),
    ),
}


@st.composite
def damages(draw: st.DrawFn) -> tuple[float, float, bytes]:
    """Where a piece is cut out, how long it is, and what comes in its place."""
    length = draw(st.sampled_from([0.0, 0.0, 0.001, 0.01, 0.1, 0.5]))
    return draw(st.floats(0, 1)), length, draw(st.binary(max_size=draw(st.sampled_from([0, 1, 4, 40]))))


@pytest.mark.parametrize("kind", GOOD)
def test_whatever_is_wrong_with_a_body_is_refused_and_no_failure(client: httpx.Client, kind: str) -> None:
    path, headers, body = GOOD[kind]
    assert client.post(path, content=body, headers=headers).status_code == 200

    @settings(
        max_examples=CASES, suppress_health_check=list(HealthCheck), derandomize="DIGITS_FUZZ_CASES" not in os.environ
    )
    @given(several=st.lists(damages(), min_size=1, max_size=3))
    def damaged(several: list[tuple[float, float, bytes]]) -> None:
        bad = body
        for where, length, instead in several:
            start = int(where * len(bad))
            bad = bad[:start] + instead + bad[start + int(length * len(bad)) :]
        response = client.post(path, content=bad, headers=headers)
        assert response.status_code < 500, response.text
        assert response.status_code == 200 or response.json()["code"]

    damaged()
