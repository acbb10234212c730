"""Every address of the API is there with `/v1` before it, and without: the same code, so the same reply."""

from typing import Any

import httpx
import pytest

from app.factory import create_app
from app.settings import Settings
from tests.drawings import SEVEN

UNIT = "/model/layers/1/units/5"
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/predict", {"strokes": SEVEN}),
        ("/predict?include=input,trace", {"strokes": SEVEN}),
        ("/predict", {"strokes": 5}),
        ("/predict/batch", {"items": [{"strokes": SEVEN}, {"strokes": 5}]}),
        ("/read", {"strokes": SEVEN}),
        ("/read", {}),
    ],
)
def test_with_a_version_and_without_the_reply_is_the_same(client: httpx.Client, path: str, body: Any) -> None:
    versioned, plain = client.post(f"/v1{path}", json=body), client.post(path, json=body)
    assert versioned.status_code in {200, 422}
    assert (versioned.status_code, versioned.content) == (plain.status_code, plain.content)


def test_the_weights_of_a_unit_have_a_version_too(client: httpx.Client) -> None:
    response = client.get(f"/v1{UNIT}")
    assert response.status_code == 200
    assert response.content == client.get(UNIT).content


def test_another_version_is_not_there(client: httpx.Client) -> None:
    response = client.post("/v3/predict", json={"strokes": SEVEN})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_the_document_has_each_address_once_with_the_version(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    paths = document["paths"]
    versioned = {path for path in paths if path.startswith("/v1/") and not path.startswith("/v1/models")}
    assert versioned == {
        "/v1/predict",
        "/v1/predict/batch",
        "/v1/read",
        "/v1/model/layers/{layer}/units/{unit}",
    }
    assert not {path.removeprefix("/v1") for path in versioned} & paths.keys()
    assert "without it" in document["info"]["description"]


def test_a_key_is_in_the_document_of_a_service_that_wants_one_alone(client: httpx.Client) -> None:
    open_to_all = client.get("/openapi.json").json()
    assert "securitySchemes" not in open_to_all["components"]
    assert "security" not in open_to_all["paths"]["/v1/predict"]["post"]

    keyed = create_app(Settings(api_keys="secret")).openapi()
    assert keyed["components"]["securitySchemes"]["key"]["name"] == "X-API-Key"
    assert keyed["paths"]["/v1/predict"]["post"]["security"] == [{"key": []}]


def test_every_example_in_the_document_is_answered(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    predict = document["paths"]["/v1/predict"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert {name for example in predict.values() for name in example["value"]} == {"strokes", "pixels", "image"}
    schemas = document["components"]["schemas"]
    batch = schemas["BatchRequest"]["properties"]
    requests = [
        *(("/v1/predict", example["value"]) for example in predict.values()),
        *(("/v1/predict/batch", {"items": example}) for example in batch["items"]["examples"]),
        *(("/v2/models/digits/infer", example) for example in schemas["InferenceRequest"]["examples"]),
        *(("/v1/models/digits:predict", example) for example in schemas["PredictionRequest"]["examples"]),
    ]
    for path, body in requests:
        response = client.post(path, json=body)
        assert response.status_code == 200, (path, body, response.text)
        assert "problem" not in response.text


def test_every_refusal_in_the_document_has_a_schema(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    kind = (
                        "application/json" if path.startswith(("/v2", "/v1/models")) else "application/problem+json"
                    )
                    assert response["content"][kind]["schema"], (path, status)
                    assert "HTTPValidationError" not in str(response)
    for path in ("/v1/predict", "/v1/predict/batch", "/v1/read"):
        assert set(paths[path]["post"]["responses"]) >= {"200", "400", "413", "415", "422"}
    assert set(paths["/v2/models/{name}/infer"]["post"]["responses"]) >= {"200", "400", "404", "413", "415"}


@pytest.mark.parametrize(
    "reply",
    [
        *("PredictReply", "BatchReply", "ReadReply", "WeightsOfUnit", "InferenceReply", "ModelMetadata"),
        *("ModelConfig", "IndexedModel", "ModelStatistics", "PredictionReply", "ModelStatus", "SignatureMetadata"),
    ],
)
def test_every_reply_in_the_document_has_an_example(client: httpx.Client, reply: str) -> None:
    schema = client.get("/openapi.json").json()["components"]["schemas"][reply]
    required = [schema["properties"][name] for name in schema["required"]]
    assert schema.get("examples") or all("examples" in field or "ref" in str(field) for field in required)
