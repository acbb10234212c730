"""The OpenAPI document: what goes in, what may go wrong, and whether a key is wanted."""

from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.errors import MEDIA_TYPE, InferenceProblem, Problem, Refusal, is_inference
from app.schemas.drawing import SEVEN
from app.schemas.open_inference import BINARY_TYPE, HEADER_LENGTH, InferenceRequest

Body = type[BaseModel] | type[msgspec.Struct]
"""What a body must be like: bodies on which time is short are structs of the faster parser."""

KEY_HEADER = "X-API-Key"
"""In which a request carries a key."""

VERSION_PREFIX = "/v1"
"""Before the addresses that are documented; without it each is the same, and not in the document."""

_REFERENCE = "#/components/schemas/{model}"

_INFERENCE_PROBLEM = InferenceProblem.model_json_schema()

_OF_ANY_POST = (Refusal.UNAUTHORIZED, Refusal.TOO_MANY_REQUESTS, Refusal.OVERLOADED)
"""Refusals of requests with a body before these are looked at, whichever they are for."""

_RETRY_AFTER = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}}

_HEADERS = {
    Refusal.UNAUTHORIZED: {
        "WWW-Authenticate": {"description": "The header that a key goes into.", "schema": {"type": "string"}}
    },
    Refusal.TOO_MANY_REQUESTS: _RETRY_AFTER,
    Refusal.OVERLOADED: _RETRY_AFTER,
}
"""What comes with refusals besides what they say."""

_PNG_SEVEN = (
    "iVBORw0KGgoAAAANSUhEUgAAAAkAAAAJCAAAAADF+lnMAAAAIUlEQVR42mNggAFGhv8wBhT8x8pgYkAB/xkwxRgYGBgYAAZyBQJ2pUf5AAAAA"
    "ElFTkSuQmCC"
)

PREDICT_EXAMPLES: dict[str, Any] = {
    "strokes": {"summary": "Strokes of a pen", "value": {"strokes": SEVEN}},
    "pixels": {"summary": "Rows of grey values", "value": {"pixels": [[0, 0, 0], [0, 255, 0], [0, 0, 0]]}},
    "image": {"summary": "An image in base64", "value": {"image": _PNG_SEVEN}},
    "data URL": {"summary": "An image as a data: URL", "value": {"image": f"data:image/png;base64,{_PNG_SEVEN}"}},
}
"""One of each form of ink."""


def problems(*refusals: Refusal) -> dict[int | str, dict[str, Any]]:
    """These refusals, each with an example."""
    return {refusal.status: _problem(refusal) for refusal in refusals}


def inference_problems(*refusals: Refusal) -> dict[int | str, dict[str, Any]]:
    """The same in the form of the Open Inference Protocol."""
    others = {"description": "Refused", "content": {"application/json": {"schema": _INFERENCE_PROBLEM}}}
    return {refusal.status: _inference_problem(refusal) for refusal in refusals} | {"4XX": others}


INFERENCE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": _REFERENCE.format(model=InferenceRequest.__name__)}},
            BINARY_TYPE: {
                "schema": {
                    "type": "string",
                    "format": "binary",
                    "description": f"The same JSON, {HEADER_LENGTH} bytes of it, and the tensor's data.",
                }
            },
        },
    },
    "parameters": [
        {
            "name": HEADER_LENGTH,
            "in": "header",
            "description": "How many bytes of the body are JSON, if tensors in binary follow; a reply with such "
            "tensors has it, too.",
            "schema": {"type": "integer", "minimum": 1},
        }
    ],
}
"""What goes into an inference."""

BINARY_REPLY: dict[int | str, dict[str, Any]] = {
    200: {"content": {BINARY_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
}
"""What comes out of it besides JSON."""


def json_body(model: Body) -> dict[str, Any]:
    """A body that is JSON and must be like this model, which `DocumentedApp` has to know of."""
    return {"required": True, "content": {"application/json": {"schema": {"$ref": _reference(model)}}}}


class DocumentedApp(FastAPI):
    """A FastAPI app whose document also has the bodies that are read by hand, and keys where they are wanted."""

    def __init__(self, *, bodies: Sequence[Body], keyed: bool, **options: Any) -> None:
        super().__init__(**options)
        self._bodies = bodies
        self._keyed = keyed

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document["components"]["schemas"]
            schemas |= {name: schema for name, schema in _definitions(self._bodies).items() if name not in schemas}
            _add_refusals(document["paths"])
            if self._keyed:
                _add_keys(document)
            versioned_first = sorted(
                document["paths"].items(), key=lambda path: not path[0].startswith(VERSION_PREFIX)
            )
            document["paths"] = dict(versioned_first)
        return super().openapi()


def _definitions(bodies: Sequence[Body]) -> dict[str, Any]:
    """The schemas of bodies, and of what is in them, by name."""
    structs = [body for body in bodies if issubclass(body, msgspec.Struct)]
    models = [body for body in bodies if issubclass(body, BaseModel)]
    _, of_structs = msgspec.json.schema_components(structs, ref_template=_REFERENCE.format(model="{name}"))
    _, of_models = models_json_schema([(model, "validation") for model in models], ref_template=_REFERENCE)
    return {**of_structs, **of_models["$defs"]}


def _add_refusals(paths: dict[str, dict[str, Any]]) -> None:
    """Say of each request with a body how it may be turned away unseen."""
    for path, operations in paths.items():
        response = _inference_problem if is_inference(path) else _problem
        if "post" in operations:
            operations["post"]["responses"] |= {str(refusal.status): response(refusal) for refusal in _OF_ANY_POST}


def _add_keys(document: dict[str, Any]) -> None:
    """Say that a request with a body carries a key."""
    document["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": KEY_HEADER}}
    for operations in document["paths"].values():
        if "post" in operations:
            operations["post"]["security"] = [{"key": []}]


def _problem(refusal: Refusal) -> dict[str, Any]:
    example = refusal.problem(refusal.example).model_dump()
    return _response(refusal, MEDIA_TYPE, Problem.model_json_schema(), example)


def _inference_problem(refusal: Refusal) -> dict[str, Any]:
    return _response(refusal, "application/json", _INFERENCE_PROBLEM, {"error": refusal.example})


def _response(refusal: Refusal, media_type: str, schema: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    content = {media_type: {"schema": schema, "example": example}}
    return {"description": refusal.meaning, "content": content, "headers": _HEADERS.get(refusal, {})}


def _reference(model: Body) -> str:
    return _REFERENCE.format(model=model.__name__)
