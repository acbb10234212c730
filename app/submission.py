"""A body with ink in it, as `POST /predict` and its siblings take it: JSON, or the bytes of an image."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request

from app.body import read_body
from app.errors import MEDIA_TYPE, BadJsonError, BadRequestError, Problem, UnsupportedMediaTypeError
from app.ink import FORMATS
from app.schemas import PredictRequest
from app.settings import Settings

_IMAGE_TYPES = tuple(FORMATS.values())

REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": PredictRequest.model_json_schema()},
        **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in _IMAGE_TYPES},
    },
}
"""What goes in, for the OpenAPI document."""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": description, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    for status, description in {
        400: "The body is not JSON",
        413: "The body is larger than allowed",
        415: "The body is neither JSON nor a PNG, JPEG or WebP image",
        422: "The ink or the query cannot be read",
    }.items()
}
"""What may be wrong with it, for the OpenAPI document."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A body that was read and not yet understood.

    Attributes:
        body: its bytes.
        is_image: whether they are those of an image; otherwise they are JSON.
    """

    body: bytes
    is_image: bool

    def parsed(self) -> PredictRequest | bytes:
        """The request in the JSON, or the image's bytes. It may take a while: not for the event loop.

        Raises:
            BadJsonError: the body is not JSON.
            BadRequestError: it is, but no request.
        """
        if self.is_image:
            return self.body
        try:
            return PredictRequest.model_validate_json(self.body)
        except ValidationError as error:
            only = error.errors(include_url=False, include_context=False)[0] if error.error_count() == 1 else None
            if only and only["type"] == "json_invalid":
                raise BadJsonError(f"the body is not JSON: {only['msg'].removeprefix('Invalid JSON: ')}") from error
            raise BadRequestError.from_validation(error) from error


async def read_submission(request: Request, settings: Settings) -> Submission:
    """Read a body of a kind that may hold ink.

    Raises:
        UnsupportedMediaTypeError: it is neither JSON nor an image of a format that is read.
        BodyTooLargeError: it is longer than the settings allow.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and media_type not in _IMAGE_TYPES:
        allowed = ", ".join(["application/json", *_IMAGE_TYPES])
        found = f"is '{media_type}'" if media_type else "is missing"
        raise UnsupportedMediaTypeError(f"Content-Type {found}, but must be one of {allowed}")
    return Submission(await read_body(request, settings.max_body_bytes), media_type in _IMAGE_TYPES)
