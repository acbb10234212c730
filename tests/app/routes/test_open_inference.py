"""The Open Inference Protocol: grey values as a tensor in, tensors out, errors in the protocol's form."""

from typing import Any

import httpx
import numpy as np
import pytest

from tests.drawings import DRAWINGS, SEVEN, canvas

INFER = "/v2/models/digits/infer"
SMALL = canvas(SEVEN, scale=0.2, right=4, down=4, pen=2.5, size=(28, 28), ink=255, paper=0)
OUTPUTS = {"probabilities": "FP32", "digit": "INT32", "verdict": "BYTES"}


def tensor(images: Any, datatype: str = "UINT8", shape: list[int] | None = None, *, flat: bool = True) -> Any:
    array = np.array(images)
    data = array.ravel().tolist() if flat else array.tolist()
    return {"name": "pixels", "shape": shape or list(array.shape), "datatype": datatype, "data": data}


def infer(client: httpx.Client, given: Any, **more: Any) -> Any:
    response = client.post(INFER, json={"inputs": [given], **more})
    assert response.status_code == 200, response.text
    return response.json()


def outputs(reply: Any) -> dict[str, Any]:
    return {output["name"]: output["data"] for output in reply["outputs"]}


def test_the_server_and_the_model_describe_themselves(client: httpx.Client) -> None:
    server = client.get("/v2").json()
    assert (server["name"], server["extensions"]) == ("digits", [])
    assert server["version"] == client.get("/openapi.json").json()["info"]["version"]
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"live": True, "ready": True}
    assert client.get("/v2/models/digits/ready").json() == {"name": "digits", "ready": True}
    model = client.get("/v2/models/digits").json()
    assert model["name"] == "digits"
    assert [one["name"] for one in model["inputs"]] == ["pixels"]
    assert {one["name"]: one["datatype"] for one in model["outputs"]} == OUTPUTS
    assert [one["shape"] for one in model["outputs"]] == [[-1, 10], [-1], [-1]]


@pytest.mark.parametrize("datatype", ["UINT8", "INT32", "FP32"])
@pytest.mark.parametrize("flat", [True, False])
@pytest.mark.parametrize("shape", [(2, 784), (2, 28, 28)])
def test_a_tensor_is_read_as_its_pixels_are(
    client: httpx.Client, datatype: str, flat: bool, shape: tuple[int, ...]
) -> None:
    images = np.stack([SMALL, np.zeros_like(SMALL)])
    reply = infer(client, tensor(images.reshape(shape), datatype, flat=flat))
    assert reply["model_name"] == "digits"
    assert "id" not in reply
    assert [(one["name"], one["datatype"], one["shape"]) for one in reply["outputs"]] == [
        ("probabilities", "FP32", [2, 10]),
        ("digit", "INT32", [2]),
        ("verdict", "BYTES", [2]),
    ]
    alone = [client.post("/v1/predict", json={"pixels": image.tolist()}).json() for image in images]
    data = outputs(reply)
    expected = [value for one in alone for value in one["probabilities"]]
    assert data["probabilities"] == pytest.approx(expected, abs=1e-6)
    assert data["digit"] == [7, -1]
    assert data["verdict"] == [one["verdict"] for one in alone]
    assert data["verdict"][1] == "blank"


def test_images_of_any_size_in_many_hands_are_read(client: httpx.Client) -> None:
    images = [
        canvas(way, ink=20, paper=230, scale=0.9, right=5, down=5, pen=8, size=(120, 110))
        for ways in DRAWINGS.values()
        for way in ways
    ]
    data = outputs(infer(client, tensor(images)))
    assert data["digit"] == [int(digit) for digit, ways in DRAWINGS.items() for _ in ways]


def test_what_is_no_digit_is_minus_one(client: httpx.Client) -> None:
    cross = [[[0, 0], [100, 100]], [[100, 0], [0, 100]], [[0, 50], [100, 50]], [[50, 0], [50, 100]]]
    data = outputs(infer(client, tensor([canvas(cross)])))
    assert (data["digit"], data["verdict"]) == ([-1], ["not_a_digit"])


def test_the_id_comes_back_and_only_the_outputs_that_are_wanted_in_their_order(client: httpx.Client) -> None:
    wanted = [{"name": "verdict"}, {"name": "digit", "parameters": {"binary_data": False}}]
    reply = infer(client, tensor([SMALL]), id="my own", outputs=wanted, parameters={"a": [1]})
    assert reply["id"] == "my own"
    assert [one["name"] for one in reply["outputs"]] == ["verdict", "digit"]


def test_256_drawings_are_read_at_once(client: httpx.Client) -> None:
    assert outputs(infer(client, tensor(np.stack([SMALL] * 256).reshape(256, 784))))["digit"] == [7] * 256


GOOD = tensor([[[0, 9]]])


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], "should be an object"),
        ({}, "inputs: Field required"),
        ({"inputs": []}, "inputs: 0 tensors"),
        ({"inputs": [GOOD, GOOD]}, "inputs: 2 tensors"),
        ({"inputs": [GOOD], "id": 5}, "id: "),
        (
            {"inputs": [GOOD], "outputs": [{"name": "logits"}]},
            "outputs: 'logits' is none of probabilities, digit, verdict",
        ),
        ({"inputs": [{**GOOD, "name": "image"}]}, "inputs[0].name: there is one input, 'pixels'"),
        ({"inputs": [{**GOOD, "datatype": "FP64"}]}, "inputs[0].datatype: must be one of UINT8, INT32, FP32"),
        ({"inputs": [{**GOOD, "shape": [2]}]}, "inputs[0].shape: must be [N, 784]"),
        ({"inputs": [{**GOOD, "shape": [1, 2]}]}, "inputs[0].shape: must be [N, 784]"),
        ({"inputs": [{**GOOD, "shape": [1, 1, 1, 2]}]}, "inputs[0].shape: must be [N, 784]"),
        ({"inputs": [{**GOOD, "shape": [0, 1, 2]}]}, "N is 1 to 256"),
        ({"inputs": [{**GOOD, "shape": [257, 1, 2]}]}, "N is 1 to 256"),
        ({"inputs": [{**GOOD, "shape": [1, -1, -2]}]}, "N is 1 to 256"),
        ({"inputs": [{**GOOD, "shape": [1, 2.5, 1]}]}, "inputs[0].shape[1]: "),
        ({"inputs": [{**GOOD, "shape": [1, 10**6, 10**6]}]}, "more than the 16,777,216 pixels"),
        ({"inputs": [{**GOOD, "shape": [1, 1, 3]}]}, "inputs[0].data: 2 values"),
        ({"inputs": [{**GOOD, "data": []}]}, "inputs[0].data: 0 values"),
        ({"inputs": [{**GOOD, "data": [[0, 9]]}]}, "a list whose length is not the 1 of the shape"),
        ({"inputs": [{**GOOD, "data": [[[0, 9]], [[0, 9]]]}]}, "2 lists, but the shape begins with 1"),
        ({"inputs": [{**GOOD, "data": [[[0, [9]]]]}]}, "inputs[0].data: not numbers alone"),
        ({"inputs": [{**GOOD, "data": [0, True]}]}, "inputs[0].data: not numbers alone"),
        ({"inputs": [{**GOOD, "data": [0, "9"]}]}, "inputs[0].data: not numbers alone"),
        ({"inputs": [{**GOOD, "data": [0, 256]}]}, "grey values go from 0 to 255"),
        ({"inputs": [{**GOOD, "data": [0, -1]}]}, "grey values go from 0 to 255"),
        ({"inputs": [{**GOOD, "data": [0, 10**400]}]}, "grey values go from 0 to 255"),
        ({"inputs": [{**GOOD, "data": [0, 9.5]}]}, "fractions need the datatype FP32"),
        (
            {"inputs": [{**GOOD, "datatype": "FP32", "data": [0, 0.5]}]},
            "inputs[0].data[0]: the values lie between 0 and 1",
        ),
    ],
)
def test_other_tensors_are_refused_in_the_protocols_form(client: httpx.Client, body: Any, error: str) -> None:
    response = client.post(INFER, json=body)
    assert (response.status_code, response.headers["content-type"]) == (400, "application/json")
    assert set(response.json()) == {"error"}
    assert error in response.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "kind", "status"),
    [
        ("GET", "/v2/models/cats", "", 404),
        ("GET", "/v2/models/cats/ready", "", 404),
        ("POST", "/v2/models/cats/infer", "application/json", 404),
        ("GET", "/v2/nope", "", 404),
        ("POST", "/v2", "application/json", 405),
        ("GET", INFER, "", 405),
        ("POST", INFER, "text/plain", 415),
    ],
)
def test_other_addresses_methods_and_kinds_are_refused_in_it_too(
    client: httpx.Client, method: str, path: str, kind: str, status: int
) -> None:
    response = client.request(method, path, content=b"{}", headers={"content-type": kind} if kind else {})
    assert (response.status_code, set(response.json())) == (status, {"error"})


def test_a_body_beyond_the_limit_of_a_batch_is_refused_in_it_too(client: httpx.Client) -> None:
    headers = {"content-type": "application/json"}
    response = client.post(INFER, content=b" " * (32 * 2**20 + 1), headers=headers)
    assert (response.status_code, set(response.json())) == (413, {"error"})
