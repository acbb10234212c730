"""The OpenAPI document: what goes in, what may go wrong, and which addresses are the same."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.errors import INFERENCE_PREFIX, MEDIA_TYPE, InferenceProblem, Problem
from app.schemas.drawing import SEVEN

KEY_HEADER = "X-API-Key"
"""In which a request carries a key."""

VERSION_PREFIX = "/v1"
"""Before the addresses that are documented; without it each is the same."""

_REFERENCE = "#/components/schemas/{model}"

_INFERENCE_PROBLEM = InferenceProblem.model_json_schema()

_REFUSALS = {
    400: (
        "The body is not JSON, or a key is there twice",
        "invalid_json",
        "the key 'strokes' is there more than once",
    ),
    401: (
        "The service asks for keys, and the request carries none of them",
        "unauthorized",
        "the header X-API-Key must hold one of this service's keys",
    ),
    404: ("There is no such thing", "not_found", "GET /v1/model/layers/9/units/0: not found"),
    408: ("The body takes too long to arrive", "body_too_slow", "the body took longer than the 20 seconds allowed"),
    413: ("The body is larger than allowed", "body_too_large", "the body is larger than the 4,194,304 bytes allowed"),
    415: (
        "The body is of a kind that is not read",
        "unsupported_media_type",
        "Content-Type is 'text/plain', but must be application/json",
    ),
    422: (
        "The ink, the body or the query cannot be read",
        "invalid_request",
        "strokes[0][3]: a point is [x, y], two numbers",
    ),
    429: (
        "The client asks more often than allowed; try again",
        "too_many_requests",
        "more than 600 per 1 minute; try again in 7 s",
    ),
    503: ("Too many requests are under way; try again", "overloaded", "64 requests are under way; try again"),
}
"""Status: what it means, the `code` that usually comes with it, and a `detail` such as comes with it."""

_OF_ANY_POST = (401, 429, 503)
"""Refusals of requests with a body before these are looked at, whichever they are for."""

_HEADERS = {
    401: {"WWW-Authenticate": {"description": "The header that a key goes into.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}},
    503: {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}},
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


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals with these statuses, each with an example."""
    return {status: _problem(status) for status in statuses}


def inference_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same in the form of the Open Inference Protocol."""
    others = {"description": "Refused", "content": {"application/json": {"schema": _INFERENCE_PROBLEM}}}
    return {status: _inference_problem(status) for status in statuses} | {"4XX": others}


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """A body that is JSON and must be like this model, which `DocumentedApp` has to know of."""
    return {"required": True, "content": {"application/json": {"schema": {"$ref": _reference(model)}}}}


class DocumentedApp(FastAPI):
    """A FastAPI app whose document also has the bodies that are read by hand, and says which addresses are alike."""

    def __init__(self, *, bodies: list[type[BaseModel]], **options: Any) -> None:
        super().__init__(**options)
        self._bodies = bodies

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            _, definitions = models_json_schema(
                [(body, "validation") for body in self._bodies], ref_template=_REFERENCE
            )
            schemas = document["components"]["schemas"]
            schemas |= {name: schema for name, schema in definitions["$defs"].items() if name not in schemas}
            _add_refusals(document["paths"])
            _add_keys(document)
            _mark_aliases(document["paths"])
        return super().openapi()


def _add_refusals(paths: dict[str, dict[str, Any]]) -> None:
    """Say of each request with a body how it may be turned away unseen."""
    for path, operations in paths.items():
        refusal = _inference_problem if path.startswith(INFERENCE_PREFIX) else _problem
        if "post" in operations:
            operations["post"]["responses"] |= {str(status): refusal(status) for status in _OF_ANY_POST}


def _add_keys(document: dict[str, Any]) -> None:
    """Say that a request with a body may carry a key: where the service asks for keys, it must."""
    said = "Wanted only where the service asks for keys."
    document["components"]["securitySchemes"] = {
        "key": {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": said}
    }
    for operations in document["paths"].values():
        if "post" in operations:
            operations["post"]["security"] = [{}, {"key": []}]


def _mark_aliases(paths: dict[str, dict[str, Any]]) -> None:
    """Say of each address without a version that it is the same as the one with it."""
    for path, operations in paths.items():
        if f"{VERSION_PREFIX}{path}" in paths:
            for operation in operations.values():
                same = f"The same as {VERSION_PREFIX}{path}"
                operation |= {"summary": same, "description": f"{same}.", "tags": ["without a version"]}


def _problem(status: int) -> dict[str, Any]:
    description, code, detail = _REFUSALS[status]
    example = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, code=code).model_dump()
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema(), "example": example}}
    return {"description": description, "content": content, "headers": _HEADERS.get(status, {})}


def _inference_problem(status: int) -> dict[str, Any]:
    description, _, detail = _REFUSALS[status]
    content = {"application/json": {"schema": _INFERENCE_PROBLEM, "example": {"error": detail}}}
    return {"description": description, "content": content, "headers": _HEADERS.get(status, {})}


def _reference(model: type[BaseModel]) -> str:
    return _REFERENCE.format(model=model.__name__)
