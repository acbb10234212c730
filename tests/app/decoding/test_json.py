"""JSON that different readers would read differently, or not at all, is refused everywhere."""

import json

import httpx
import pytest

from tests.drawings import SEVEN, base64_png, canvas

JSON = {"content-type": "application/json"}
STROKES = json.dumps(SEVEN)
TENSOR = '{"name": "pixels", "shape": [1, 1, 2], "datatype": "UINT8", "data": [1, 2]}'
PREDICT, BATCH, INFER = "/v1/predict", "/v1/predict/batch", "/v2/models/digits/infer"
POSTS = [PREDICT, "/predict", "/v1/read", "/read", BATCH, "/predict/batch", INFER]


def refused(client: httpx.Client, path: str, body: str | bytes) -> str:
    """The detail of a 400 for a body that is not proper JSON."""
    response = client.post(path, content=body, headers=JSON)
    assert response.status_code == 400, response.text
    reply = response.json()
    if path == INFER:
        assert set(reply) == {"error"}
        return str(reply["error"])
    assert (response.headers["content-type"], reply["code"]) == ("application/problem+json", "invalid_json")
    return str(reply["detail"])


@pytest.mark.parametrize("path", [PREDICT, "/v1/read"])
@pytest.mark.parametrize(
    ("body", "key"),
    [
        (f'{{"strokes": {STROKES}, "strokes": {STROKES}}}', "strokes"),
        (f'{{"strokes": 5, "strokes": {STROKES}}}', "strokes"),
        (f'{{"strokes": {STROKES}, "strokes": 5}}', "strokes"),
        (f'{{"strokes": null, "strokes": {STROKES}}}', "strokes"),
        (f'{{"strokes": {STROKES}, "\\u0073trokes": {STROKES}}}', "strokes"),
        ('{"pixels": [[1]], "pixels": [[1]]}', "pixels"),
        (f'{{"image": "\\"", "image": "{base64_png(canvas())}"}}', "image"),
        (f'{{"pixels": null, "strokes": {STROKES}, "pixels": null}}', "pixels"),
        (f'{{"colour": 1, "colour": 2, "strokes": {STROKES}}}', "colour"),
        (f'{{"strokes": [{{"x": 1, "x": 2}}], "image": "{"a" * 99}"}}', "x"),
    ],
)
def test_a_key_that_is_there_twice_is_named(client: httpx.Client, path: str, body: str, key: str) -> None:
    assert refused(client, path, body) == f"the key '{key}' is there more than once"


@pytest.mark.parametrize(
    "body",
    [
        f'{{"strokes": {STROKES}, "image": null, "pixels": null}}',
        json.dumps({"image": base64_png(canvas())}),
        json.dumps({"image": f"data:image/png;base64,{base64_png(canvas())}"}).replace("/", "\\/"),
        json.dumps({"image": base64_png(canvas()) + "\n"}),
        json.dumps({"strokes": SEVEN}, indent=4),
    ],
)
def test_keys_that_are_there_once_are_none_the_worse_for_it(client: httpx.Client, body: str) -> None:
    response = client.post(PREDICT, content=body, headers=JSON)
    assert (response.status_code, response.json()["digit"]) == (200, 7)


def test_a_key_that_is_there_twice_in_a_batch_is_named(client: httpx.Client) -> None:
    item = f'{{"strokes": {STROKES}}}'
    assert refused(client, BATCH, f'{{"items": [{item}], "items": [{item}]}}').startswith("the key 'items'")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (f'{{"id": "a", "id": "b", "inputs": [{TENSOR}]}}', "id"),
        (f'{{"inputs": [{TENSOR}], "inputs": [{TENSOR}]}}', "inputs"),
        (f'{{"inputs": [{TENSOR.replace("{", "{" + chr(34) + "data" + chr(34) + ": [3, 4], ")}]}}', "data"),
        (f'{{"parameters": {{"a": 1, "a": 1}}, "inputs": [{TENSOR}]}}', "a"),
    ],
)
def test_a_key_that_is_there_twice_in_a_tensor_is_named(client: httpx.Client, body: str, key: str) -> None:
    assert refused(client, INFER, body) == f"the key '{key}' is there more than once"


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"image": "\xff"}',
        b'{"image": "\xc3"}',
        b'{"image": "a\x00"}',
        b'{"image": "\\ud800"}',
        b'{"strokes": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"inputs": ' * 5000,
        b'{"strokes": [[[01, 2]]]}',
        b'{"strokes": [[[1, 2]]],}',
        b'{"strokes": [[[1, 2]]]} {}',
        b"{'strokes': []}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_not_json_is_refused_everywhere(client: httpx.Client, path: str, body: bytes) -> None:
    refused(client, path, body)


@pytest.mark.parametrize(
    ("number", "status"),
    [("NaN", 400), ("Infinity", 400), ("-Infinity", 400), ("1e400", 422), ("-1e400", 422), ("9" * 5000, 422)],
)
def test_what_is_no_finite_number_is_refused_everywhere(client: httpx.Client, number: str, status: int) -> None:
    strokes, pixels = f'{{"strokes": [[[{number}, 2]]]}}', f'{{"pixels": [[{number}, 2]]}}'
    for path in (PREDICT, "/v1/read"):
        for body in (strokes, pixels):
            assert client.post(path, content=body, headers=JSON).status_code == status
    batch = client.post(BATCH, content=f'{{"items": [{strokes}, {pixels}]}}', headers=JSON)
    if status == 400:
        assert batch.status_code == 400
    else:
        assert [result["problem"]["status"] for result in batch.json()["results"]] == [422, 422]
    for tensor in (
        TENSOR.replace("[1, 2]", f"[{number}, 2]"),
        TENSOR.replace("UINT8", "FP32").replace("[1, 2]", f"[1, {number}]"),
    ):
        response = client.post(INFER, content=f'{{"inputs": [{tensor}]}}', headers=JSON)
        assert (response.status_code, set(response.json())) == (400, {"error"})


def test_half_a_character_does_not_come_back(client: httpx.Client) -> None:
    for field in ('"id": "\\ud800"', '"outputs": [{"name": "\\udfff"}]', '"parameters": {"\\ud800": 1}'):
        refused(client, INFER, f'{{{field}, "inputs": [{TENSOR}]}}')


def test_a_body_of_nothing_but_lists_is_not_taken_apart(client: httpx.Client) -> None:
    body = f'{{"inputs": [{TENSOR.replace("[1, 2]", "[" + "[]," * 300_000 + "[]]")}]}}'
    assert (
        refused(client, INFER, body) == "more than 262,144 lists and objects, or twice as many strings, in the body"
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"strokes": [' + b"[]," * 70_000 + b"[]]}",
        b'{"pixels": [' + b"[1]," * 70_000 + b"[1]]}",
        b'{"strokes": [' + b"{}," * 70_000 + b"{}]}",
        b'{"strokes": [' + b'"",' * 140_000 + b'""]}',
        b"{" + b'"a": 1,' * 140_000 + b'"b": 1}',
        b'{"pixels": [[' + b"1," * 1_100_000 + b"1]]}",
    ],
    ids=["lists", "rows", "objects", "strings", "keys", "numbers"],
)
@pytest.mark.parametrize("path", ["/v1/predict", "/v1/read"])
def test_more_of_anything_than_a_drawing_has_is_not_taken_apart(client: httpx.Client, path: str, body: bytes) -> None:
    response = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert response.json()["detail"].startswith("more than ")
