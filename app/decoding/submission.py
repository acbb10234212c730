"""A body with ink in it, as `POST /predict` and its siblings take it: JSON, or the bytes of an image."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from app.decoding.body import read_body
from app.decoding.ink import FORMATS
from app.decoding.json_body import JSON_TYPE, parse_model, require_media_type
from app.schemas import PREDICT_EXAMPLES, PredictRequest, problems
from app.settings import Settings

_IMAGE_TYPES = tuple(FORMATS.values())

REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        JSON_TYPE: {"schema": PredictRequest.model_json_schema(), "examples": PREDICT_EXAMPLES},
        **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in _IMAGE_TYPES},
    },
}
"""What goes in, for the OpenAPI document."""

PROBLEMS = problems(400, 408, 413, 415, 422, 503)
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
            BadJsonError: the body is not JSON, or a key is there twice.
            BadRequestError: it is, but no request.
        """
        return self.body if self.is_image else parse_model(PredictRequest, self.body)


async def read_submission(request: Request, settings: Settings) -> Submission:
    """Read a body of a kind that may hold ink.

    Raises:
        UnsupportedMediaTypeError: it is neither JSON nor an image of a format that is read.
        BodyTooSlowError: it does not arrive in the time that the settings allow.
        BodyTooLargeError: it is longer than the settings allow.
    """
    media_type = require_media_type(request, JSON_TYPE, *_IMAGE_TYPES)
    return Submission(
        await read_body(request, settings.max_body_bytes, settings.body_seconds), media_type in _IMAGE_TYPES
    )
