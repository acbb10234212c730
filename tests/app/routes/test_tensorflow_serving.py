"""The protocol of TensorFlow Serving and KServe's V1: `instances` in, probabilities of the ten digits out."""

import base64
from typing import Any

import httpx
import numpy as np
import pytest

from tests.app.conftest import Application
from tests.drawings import SEVEN, canvas, encoded

MODEL = "/v1/models/digits"
SMALL = canvas(SEVEN, scale=0.2, right=4, down=4, pen=2.5, size=(28, 28), ink=255, paper=0).astype(int)
LARGE = canvas(SEVEN, scale=0.9, right=5, down=5, pen=8, size=(120, 110)).astype(int)
PNG = {"b64": base64.b64encode(encoded(canvas(SEVEN))).decode()}


def predicted(client: httpx.Client, body: dict[str, Any], address: str = MODEL) -> Any:
    response = client.post(f"{address}:predict", json=body)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


def digits(predictions: list[list[float]]) -> list[int]:
    assert {len(probabilities) for probabilities in predictions} == {10}
    return [int(np.argmax(probabilities)) for probabilities in predictions]


FORMS = [
    SMALL.tolist(),
    SMALL.ravel().tolist(),
    SMALL.reshape(28, 28, 1).tolist(),
    SMALL.reshape(1, 28, 28).tolist(),
    LARGE.tolist(),
    LARGE[..., None].tolist(),
    {"pixels": SMALL.tolist()},
    {"pixels": SMALL.ravel().tolist()},
    {"pixels": SMALL[..., None].tolist()},
    {"strokes": SEVEN},
    {"image": PNG["b64"]},
    {"image": PNG},
    {"image_bytes": PNG},
    PNG,
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: str(form)[:30])
def test_a_drawing_in_any_form_is_read(client: httpx.Client, form: Any) -> None:
    reply = predicted(client, {"instances": [form]})
    assert set(reply) == {"predictions"}
    assert digits(reply["predictions"]) == [7]


def test_forms_may_be_mixed_and_keep_their_order(client: httpx.Client) -> None:
    one = [[[50, 10], [50, 100]]]
    blank = [[0] * 5] * 5
    reply = predicted(client, {"instances": [PNG, {"strokes": one}, blank, SMALL.tolist()]})
    assert digits([reply["predictions"][index] for index in (0, 1, 3)]) == [7, 1, 7]
    assert reply["predictions"][2] == [0.1] * 10


def test_the_probabilities_are_those_of_predict(client: httpx.Client) -> None:
    alone = client.post("/predict", json={"pixels": SMALL.tolist()}).json()["probabilities"]
    (probabilities,) = predicted(client, {"instances": [SMALL.tolist()]})["predictions"]
    assert probabilities == pytest.approx(alone, abs=1e-6)


@pytest.mark.parametrize(
    "inputs",
    [
        [SMALL.tolist()] * 2,
        {"pixels": [SMALL.tolist()] * 2},
        {"pixels": SMALL.reshape(1, 784).repeat(2, 0).tolist()},
        {"strokes": [SEVEN, SEVEN]},
        {"image_bytes": [PNG, PNG]},
    ],
    ids=lambda inputs: str(inputs)[:30],
)
def test_drawings_may_come_as_a_column(client: httpx.Client, inputs: Any) -> None:
    reply = predicted(client, {"inputs": inputs, "signature_name": "serving_default"})
    assert digits(reply["predictions"]) == [7, 7]
    assert reply["outputs"] == reply["predictions"]


def test_256_drawings_are_read_at_once(client: httpx.Client) -> None:
    assert digits(predicted(client, {"instances": [SMALL.tolist()] * 256})["predictions"]) == [7] * 256


@pytest.mark.parametrize("address", [MODEL, f"{MODEL}/versions/1"])
def test_the_model_describes_itself_to_both(client: httpx.Client, address: str) -> None:
    assert client.get("/v1/models").json() == {"models": ["digits"]}
    status = client.get(address).json()
    assert (status["name"], status["ready"]) == ("digits", True)
    assert status["model_version_status"] == [
        {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    ]
    metadata = client.get(f"{address}/metadata").json()
    assert metadata["model_spec"] == {"name": "digits", "signature_name": "", "version": "1"}
    signature = metadata["metadata"]["signature_def"]["signature_def"]["serving_default"]
    assert signature["inputs"]["pixels"]["dtype"] == "DT_FLOAT"
    assert [one["size"] for one in signature["outputs"]["probabilities"]["tensor_shape"]["dim"]] == ["-1", "10"]
    assert digits(predicted(client, {"instances": [SMALL.tolist()]}, address)["predictions"]) == [7]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], "should be an object"),
        ({}, "exactly one of instances or inputs"),
        ({"instances": [PNG], "inputs": [PNG]}, "exactly one of instances or inputs"),
        ({"instances": [PNG], "signature_name": "other"}, "signature_name: there is one, 'serving_default'"),
        ({"instances": []}, "instances: 0 drawings; from 1 to 256"),
        ({"instances": [[[0]]] * 257}, "instances: 257 drawings; from 1 to 256"),
        ({"instances": {"pixels": []}}, "instances: "),
        ({"instances": ["seven"]}, "instances[0]: must be rows of grey values, or an object"),
        ({"instances": [5]}, "instances[0]: must be rows of grey values, or an object"),
        ({"instances": [PNG, {"dense_input": [1, 2]}]}, "instances[1]: "),
        ({"instances": [{}]}, "instances[0]: give exactly one of image, strokes or pixels"),
        ({"instances": [[]]}, "instances[0]: pixels: at least one row"),
        ({"instances": [[[0, 9], [0]]]}, "instances[0]: pixels[1]: 1 values, but the rows before have 2"),
        ({"instances": [[[0, 256]]]}, "instances[0]: pixels[0][1]: "),
        ({"instances": [[[[0], [9]], 5]]}, "instances[0]: pixels[1]: "),
        ({"instances": [[[[0, 1, 2]], [[3, 4, 5]]]]}, "instances[0]: "),
        ({"instances": [[0] * 783]}, "instances[0]: pixels[0]: "),
        ({"instances": [{"b64": "***"}]}, "instances[0]: image: not valid base64"),
        ({"instances": [{"b64": 5}]}, "instances[0]: image: "),
        ({"instances": [SMALL.tolist(), {"b64": "AAAA"}]}, "instances[1]: image: not a PNG, JPEG or WebP image"),
        (
            {"inputs": {"pixels": [[[0]]], "strokes": [SEVEN]}},
            "inputs: must be a list of drawings, or an object with",
        ),
        ({"inputs": {"pixels": 5}}, "inputs: must be a list of drawings, or an object with"),
        ({"inputs": {"pixels": [[[0, 256]]]}}, "inputs.pixels[0]: pixels[0][1]: "),
        ({"inputs": 5}, "inputs"),
        ({"instances": [{"strokes": [[[0, 0]] * 20_001]}]}, "instances[0]: strokes: 20,001 points"),
    ],
)
def test_what_cannot_be_read_is_refused_in_its_form(client: httpx.Client, body: Any, error: str) -> None:
    response = client.post(f"{MODEL}:predict", json=body)
    assert (response.status_code, response.headers["content-type"]) == (400, "application/json")
    assert set(response.json()) == {"error"}
    assert error in response.json()["error"]


def test_however_deep_it_is_nested_is_refused(client: httpx.Client) -> None:
    for depth in [*range(900, 1000), 10_000]:
        body = b'{"instances": [' + b"[" * depth + b"]" * depth + b"]}"
        assert client.post(f"{MODEL}:predict", content=body).status_code == 400, depth


def test_all_drawings_together_have_the_points_of_ten(client: httpx.Client) -> None:
    body = {"instances": [{"strokes": [[[0, 0]] * 20_000]}] * 11}
    response = client.post(f"{MODEL}:predict", json=body)
    assert response.json()["error"] == "instances[10]: the drawings so far have more than 200,000 points together"


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/v1/models/cats", 404, "there is one model, 'digits'"),
        ("POST", "/v1/models/cats:predict", 404, "there is one model, 'digits'"),
        ("GET", f"{MODEL}/versions/2", 404, "of the model 'digits' there is one version, '1'"),
        ("POST", f"{MODEL}/versions/2:predict", 404, "of the model 'digits' there is one version, '1'"),
        ("POST", f"{MODEL}:explain", 404, "of the model there is no ':explain', only ':predict'"),
        ("POST", f"{MODEL}:classify", 404, "of the model there is no ':classify', only ':predict'"),
        ("GET", f"{MODEL}/labels/stable", 404, "not found"),
        ("POST", MODEL, 405, "method not allowed"),
        ("POST", "/v1/models", 405, "method not allowed"),
    ],
)
def test_other_addresses_are_refused_in_its_form(
    client: httpx.Client, method: str, path: str, status: int, error: str
) -> None:
    response = client.request(method, path)
    assert (response.status_code, set(response.json())) == (status, {"error"})
    assert error in response.json()["error"]


def test_keys_are_asked_for_in_its_form(application: Application) -> None:
    response = application(api_keys="secret").post(f"{MODEL}:predict", json={"instances": [PNG]})
    assert (response.status_code, set(response.json())) == (401, {"error"})
