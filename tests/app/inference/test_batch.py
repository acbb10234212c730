"""`POST /predict/batch`: many drawings at once, each answered as `/predict` would have answered it."""

import json
from typing import Any

import httpx
import pytest

from model.artifact import packaged_weights
from model.classifier import Classifier
from model.nn.layer import Floats
from model.nn.network import Network
from model.preprocess import preprocess_strokes
from tests.drawings import DRAWINGS, SEVEN, base64_png, canvas

BATCH = "/v1/predict/batch"
JSON = {"content-type": "application/json"}
EVERY = [{"strokes": way} for ways in DRAWINGS.values() for way in ways]
BAD = [
    (5, 422, "invalid_request", "must be an object"),
    ("}{", 422, "invalid_request", "must be an object"),
    (None, 422, "invalid_request", "must be an object"),
    ([], 422, "invalid_request", "must be an object"),
    ({}, 422, "invalid_request", "give exactly one of image, strokes or pixels; found none"),
    ({"strokes": [], "pixels": []}, 422, "invalid_request", "found strokes and pixels"),
    ({"strokes": [[[1, 2], [3]]]}, 422, "invalid_request", "strokes[0][1]: a point is [x, y], two numbers"),
    ({"strokes": {"x": {"y": []}}}, 422, "invalid_request", "strokes: "),
    ({"strokes": [[[0, 0]] * 20_001]}, 422, "invalid_ink", "strokes: 20,001 points"),
    ({"image": '"}]}'}, 422, "invalid_ink", "image: not valid base64"),
    ({"image": "a" * (4 * 2**20)}, 413, "body_too_large", "4,194,304 bytes allowed for one drawing"),
    ({"pixels": [[1, 2], [3]]}, 422, "invalid_ink", "pixels[1]: 1 values"),
    ({"items": [{"strokes": []}]}, 422, "invalid_request", "items: there is no such field"),
]


def ask(client: httpx.Client, items: list[Any]) -> Any:
    response = client.post(BATCH, json={"items": items})
    assert response.status_code == 200, response.text
    return response.json()


def test_each_drawing_is_read_as_on_its_own_in_the_order_given(client: httpx.Client) -> None:
    image = canvas(SEVEN)
    items = [*EVERY, {"strokes": []}, {"image": base64_png(image)}, {"pixels": image.tolist()}]
    reply = ask(client, items)
    assert list(reply) == ["results", "model"]
    assert len(reply["results"]) == len(items)
    for item, result in zip(items, reply["results"], strict=True):
        alone = client.post("/v1/predict", json=item).json()
        assert list(result)[:5] == ["digit", "probabilities", "confidence", "verdict", "alternatives"]
        assert (result["digit"], result["verdict"]) == (alone["digit"], alone["verdict"])
        assert result["probabilities"] == pytest.approx(alone["probabilities"], abs=1e-6)
        assert result["confidence"] == max(result["probabilities"])
        assert [one["digit"] for one in result["alternatives"]] == [one["digit"] for one in alone["alternatives"]]
        assert reply["model"] == alone["model"]


@pytest.mark.parametrize(("bad", "status", "code", "detail"), BAD)
def test_a_bad_item_is_named_and_does_not_keep_the_others(
    client: httpx.Client, bad: Any, status: int, code: str, detail: str
) -> None:
    results = ask(client, [{"strokes": SEVEN}, bad, {"strokes": SEVEN}])["results"]
    assert [results[0]["digit"], results[2]["digit"]] == [7, 7]
    assert list(results[1]) == ["problem"]
    problem = results[1]["problem"]
    assert set(problem) == {"type", "title", "status", "detail", "code"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["detail"].startswith("items[1]: ")
    assert detail in problem["detail"]


def test_an_item_with_a_key_twice_is_named(client: httpx.Client) -> None:
    body = '{"items": [{"strokes": []}, {"strokes": [], "strokes": []}]}'
    results = client.post(BATCH, content=body, headers=JSON).json()["results"]
    assert results[0]["verdict"] == "blank"
    problem = results[1]["problem"]
    assert (problem["status"], problem["code"]) == (400, "invalid_json")
    assert problem["detail"] == "items[1]: the key 'strokes' is there more than once"


def test_a_batch_in_which_nothing_can_be_read_is_answered_too(client: httpx.Client) -> None:
    assert [result["problem"]["detail"][:8] for result in ask(client, [{}, {}])["results"]] == [
        "items[0]",
        "items[1]",
    ]


@pytest.mark.parametrize("indent", [None, 3])
def test_256_drawings_are_read_and_one_more_is_refused(client: httpx.Client, indent: int | None) -> None:
    most = [EVERY[index % len(EVERY)] for index in range(256)]
    body = json.dumps({"items": most}, indent=indent)
    reply = client.post(BATCH, content=body, headers=JSON).json()
    digits = [int(digit) for digit, ways in DRAWINGS.items() for _ in ways]
    assert [result["digit"] for result in reply["results"]] == [digits[index % len(EVERY)] for index in range(256)]
    response = client.post(BATCH, json={"items": [*most, {"strokes": SEVEN}]})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
    assert response.json()["detail"] == "items: more than the 256 drawings that are read at once"


@pytest.mark.parametrize(
    ("body", "status", "code", "detail"),
    [
        ("", 400, "invalid_json", "the body is not JSON"),
        ('{"items": [', 400, "invalid_json", "the body is not JSON"),
        ('{"items": [{"strokes": []}', 400, "invalid_json", "the body is not JSON"),
        ('{"items": [{"strokes": []} {"strokes": []}]}', 400, "invalid_json", "the body is not JSON"),
        ('{"items": [{"strokes": []},]}', 400, "invalid_json", "the body is not JSON"),
        ('{"items": [{"strokes": []}, {"strokes": [}]}', 400, "invalid_json", "the body is not JSON"),
        ('{"items": [{"strokes": []}]} x', 400, "invalid_json", "the body is not JSON"),
        (
            b'{"items": [{"image": "\xff"}]}',
            400,
            "invalid_json",
            "the body is not JSON: not in UTF-8",
        ),
        ("[]", 422, "invalid_request", "must be an object"),
        ('{"strokes": []}', 422, "invalid_request", "strokes: there is no such field"),
        ("{}", 422, "invalid_request", "items: there is none"),
        ('{"items": []}', 422, "invalid_request", "items: there is none"),
        ('{"items": null}', 422, "invalid_request", "items: "),
        ('{"items": {"strokes": []}}', 422, "invalid_request", "items: "),
        ('{"items": [{"strokes": []}], "model": 1}', 422, "invalid_request", "model: there is no such field"),
        ('{"items": [' + "[" * 99_999, 400, "invalid_json", "the body is not JSON: nested too deeply"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_as_a_whole(
    client: httpx.Client, body: str | bytes, status: int, code: str, detail: str
) -> None:
    response = client.post(BATCH, content=body, headers=JSON)
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert detail in response.json()["detail"]


def test_only_json_is_a_batch(client: httpx.Client) -> None:
    response = client.post(BATCH, content=b"x", headers={"content-type": "image/png"})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_a_batch_may_be_larger_than_a_drawing_and_has_a_limit_of_its_own(client: httpx.Client) -> None:
    half = {"pixels": [[0] * 1000] * 1000}
    assert len(json.dumps(half)) > 2**21
    assert [result["verdict"] for result in ask(client, [half] * 3)["results"]] == ["blank"] * 3
    response = client.post(BATCH, content=b" " * (32 * 2**20 + 1), headers=JSON)
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert "33,554,432 bytes allowed" in response.json()["detail"]


def test_all_go_through_the_network_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    classifier = Classifier.load(packaged_weights())
    inks = [preprocess_strokes(strokes) for strokes in (DRAWINGS["1"][0], [], SEVEN)]
    passes: list[int] = []
    original = type(classifier.artifact.network).logits

    def counted(network: Network, inputs: Floats) -> Floats:
        passes.append(len(inputs))
        return original(network, inputs)

    monkeypatch.setattr(Network, "logits", counted)
    assert [reading.digit for reading in classifier.predict_batch(inks)] == [1, None, 7]
    assert passes == [2]
