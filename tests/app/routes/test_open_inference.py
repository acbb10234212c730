"""The Open Inference Protocol: grey values as a tensor in, tensors out, errors in the protocol's form."""

import time
from typing import Any

import httpx
import numpy as np
import pytest

from tests.app.conftest import Application
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
    assert server["name"] == "digits"
    assert server["extensions"] == ["binary_tensor_data", "model_configuration", "statistics"]
    assert server["version"] == client.get("/openapi.json").json()["info"]["version"]
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"live": True, "ready": True}
    assert client.get("/v2/models/digits/ready").json() == {"name": "digits", "ready": True}
    model = client.get("/v2/models/digits").json()
    assert (model["name"], model["versions"]) == ("digits", ["1"])
    assert [one["name"] for one in model["inputs"]] == ["pixels"]
    assert {one["name"]: one["datatype"] for one in model["outputs"]} == OUTPUTS
    assert [one["shape"] for one in model["outputs"]] == [[-1, 10], [-1], [-1]]


UNSIGNED = ["UINT8", "UINT16", "UINT32", "UINT64"]
NUMERIC = [*UNSIGNED, "INT16", "INT32", "INT64", "FP16", "FP32", "FP64"]


@pytest.mark.parametrize("datatype", NUMERIC)
@pytest.mark.parametrize(("shape", "flat"), [((2, 784), True), ((2, 28, 28), False)])
def test_a_tensor_is_read_as_its_pixels_are(
    client: httpx.Client, datatype: str, flat: bool, shape: tuple[int, ...]
) -> None:
    images = np.stack([SMALL, np.zeros_like(SMALL)])
    reply = infer(client, tensor(images.reshape(shape), datatype, flat=flat))
    assert (reply["model_name"], reply["model_version"]) == ("digits", "1")
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


@pytest.mark.parametrize(
    "shape",
    [(784,), (28, 28), (28, 28, 1), (1, 784), (1, 1, 784), (1, 784, 1), (1, 28, 28), (1, 28, 28, 1), (1, 1, 28, 28)],
)
@pytest.mark.parametrize("flat", [True, False])
def test_an_image_alone_or_with_its_channel_is_read_as_one(
    client: httpx.Client, shape: tuple[int, ...], flat: bool
) -> None:
    reply = infer(client, tensor(SMALL.reshape(shape), flat=flat))
    assert [one["shape"] for one in reply["outputs"]] == [[1, 10], [1], [1]]
    assert outputs(reply)["digit"] == [7]


@pytest.mark.parametrize("place", [1, 3])
def test_images_of_any_size_may_have_a_channel(client: httpx.Client, place: int) -> None:
    images = np.stack([canvas(SEVEN, scale=0.9, right=5, down=5, pen=8, size=(120, 110))] * 3)
    assert outputs(infer(client, tensor(np.expand_dims(images, place))))["digit"] == [7] * 3


@pytest.mark.parametrize("values", [np.bool_, np.uint8])
def test_of_bool_true_is_white(client: httpx.Client, values: type[np.generic]) -> None:
    pen = SMALL > 100
    white = outputs(infer(client, tensor([pen * 255])))
    assert outputs(infer(client, tensor([pen.astype(values)], "BOOL"))) == white
    assert white["digit"] == [7]


def test_int8_reaches_to_127(client: httpx.Client) -> None:
    assert outputs(infer(client, tensor([SMALL // 2], "INT8")))["digit"] == [7]


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


def test_outputs_of_which_none_is_named_are_all(client: httpx.Client) -> None:
    assert set(outputs(infer(client, tensor([SMALL]), outputs=[]))) == set(OUTPUTS)


def test_parameters_of_other_servers_are_passed_over(client: httpx.Client) -> None:
    given = {**tensor([SMALL]), "parameters": {"content_type": "np", "headers": {"a": [1]}}}
    reply = infer(client, given, parameters={"content_type": "np", "priority": 3, "sequence_id": 5})
    assert outputs(reply)["digit"] == [7]


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
        ({"inputs": [GOOD, {**GOOD, "name": "mask"}]}, "inputs: 2 tensors ('pixels', 'mask'), but one is asked for"),
        (
            {"inputs": [GOOD], "outputs": [{"name": "digit", "parameters": {"classification": 3}}]},
            "there are no classifications; the probabilities are those of the digits 0 to 9 (output 'digit')",
        ),
        (
            {"inputs": [GOOD], "outputs": [{"name": "digit", "parameters": {"shared_memory_region": "a"}}]},
            "outputs[0].parameters: there is no shared memory (output 'digit')",
        ),
        (
            {"inputs": [GOOD], "outputs": [{"name": "digit", "parameters": {"binary_data": 1}}]},
            "outputs[0].parameters.binary_data: ",
        ),
        (
            {"inputs": [{**GOOD, "parameters": {"shared_memory_region": "a"}}]},
            "inputs[0].parameters: there is no shared memory (input 'pixels')",
        ),
        (
            {"inputs": [{**GOOD, "data": None}]},
            "inputs[0]: needs data or parameters.binary_data_size, and has neither",
        ),
        ({"inputs": [{**GOOD, "parameters": {"binary_data_size": 2}}]}, "inputs[0]: needs data or"),
        ({"inputs": [{**GOOD, "data": None, "parameters": {"binary_data_size": 2}}]}, "0 bytes follow the JSON"),
        ({"inputs": [{**GOOD, "parameters": {"binary_data_size": "2"}}]}, "inputs[0].parameters.binary_data_size: "),
        ({"inputs": [{**GOOD, "name": "image"}]}, "inputs[0].name: there is one input, 'pixels'"),
        ({"inputs": [{**GOOD, "datatype": "BF16"}]}, "FP64, not 'BF16' (input 'pixels')"),
        ({"inputs": [{**GOOD, "datatype": "BYTES"}]}, "inputs[0].datatype: must be one of BOOL, UINT8, UINT16, "),
        ({"inputs": [{**GOOD, "datatype": "INT8", "data": [0, 128]}]}, "a value that is beyond INT8"),
        ({"inputs": [{**GOOD, "datatype": "BOOL"}]}, "of BOOL each value is true or false"),
        ({"inputs": [{**GOOD, "datatype": "BOOL", "data": [0, 1.0]}]}, "of BOOL each value is true or false"),
        ({"inputs": [{**GOOD, "shape": [2]}]}, "inputs[0].shape: must be [N, height, width], "),
        ({"inputs": [{**GOOD, "shape": [1, 2]}]}, "inputs[0].shape: must be [N, height, width], "),
        ({"inputs": [{**GOOD, "shape": [1, 3, 1, 2]}]}, "inputs[0].shape: must be [N, height, width], "),
        ({"inputs": [{**GOOD, "shape": []}]}, "inputs[0].shape: must be"),
        ({"inputs": [{**GOOD, "shape": [1, 1, 1, 1, 2]}]}, "not [1, 1, 1, 1, 2] (input 'pixels')"),
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
        ("GET", "/v2/models/digits/versions/2", "", 404),
        ("POST", "/v2/models/digits/versions/2/infer", "application/json", 404),
        ("POST", "/v2/models/cats/versions/1/infer", "application/json", 404),
        ("GET", "/v2/models/cats/stats", "", 404),
        ("POST", "/v2/repository/models/digits/unload", "", 404),
        ("GET", "/v2/systemsharedmemory/status", "", 404),
        ("POST", INFER, "text/plain", 400),
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


@pytest.mark.parametrize("address", ["/v2/models/digits", "/v2/models/digits/versions/1"])
def test_with_its_version_the_model_is_the_same(client: httpx.Client, address: str) -> None:
    for part in ("", "/ready", "/config"):
        assert client.get(f"{address}{part}").json() == client.get(f"/v2/models/digits{part}").json()
    body = {"inputs": [tensor([SMALL])]}
    assert client.post(f"{address}/infer", json=body).content == client.post(INFER, json=body).content


def test_another_version_is_refused_by_name_of_those_there_are(client: httpx.Client) -> None:
    error = client.get("/v2/models/digits/versions/2/ready").json()["error"]
    assert error == "of the model 'digits' there is one version, '1'"


@pytest.mark.parametrize("length", ["0", "-1", "1000", "1_0", "two", "1" * 5000, ""])
def test_a_length_of_the_json_that_makes_no_sense_is_refused(client: httpx.Client, length: str) -> None:
    response = client.post(INFER, content=b"{}", headers={"Inference-Header-Content-Length": length})
    assert response.status_code == 400
    assert "Inference-Header-Content-Length: must be a number from 1 to the 2 bytes" in response.json()["error"]


def test_statistics_count_what_was_read_and_what_was_not(application: Application) -> None:
    client = application()
    address = "/v2/models/digits/stats"
    before = client.get(address).json()["model_stats"][0]
    assert (before["inference_count"], before["execution_count"], before["last_inference"]) == (0, 0, 0)
    infer(client, tensor(np.stack([SMALL] * 3)))
    infer(client, tensor([SMALL]))
    client.post(INFER, json={"inputs": []})
    after = client.get(address).json()
    assert client.get("/v2/models/stats").json() == after
    assert client.get("/v2/models/digits/versions/1/stats").json() == after
    (of_model,) = after["model_stats"]
    assert (of_model["name"], of_model["version"]) == ("digits", "1")
    assert (of_model["inference_count"], of_model["execution_count"]) == (4, 2)
    assert abs(of_model["last_inference"] / 1000 - time.time()) < 60
    stages = of_model["inference_stats"]
    assert (stages["success"]["count"], stages["fail"]["count"]) == (2, 1)
    parts = [stages[stage] for stage in ("queue", "compute_input", "compute_infer", "compute_output")]
    assert {part["count"] for part in parts} == {2}
    assert sum(part["ns"] for part in parts) == pytest.approx(stages["success"]["ns"], rel=0.01)
