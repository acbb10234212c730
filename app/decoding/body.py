"""The body of a request: read without ever holding more of it than allowed, and understood.

JSON must be UTF-8 (RFC 8259), with numbers that are numbers, and no key twice in an object.
"""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from app.decoding.ink import ImageFile, Submitted, submitted
from app.errors import Refusal, RepeatedKeyError, ServiceError, describe_validation
from app.schemas import PREDICT_EXAMPLES, PredictRequest, problems
from app.settings import Settings
from model.image_file import FORMATS

JSON_TYPE = "application/json"

_IMAGE_TYPES = tuple(FORMATS.values())

_MAX_LISTS = 2**16
"""In the JSON of a drawing: three times as many as it may have points."""

_MAX_VALUES = 2**20
"""In a body that is JSON: the grey values of an image of 1024 by 1024, or of 256 images of 64 by 64."""

_MAX_KEY = 40
"""Characters of a key that a reply quotes."""

_Model = TypeVar("_Model", bound=BaseModel)

REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        JSON_TYPE: {"schema": PredictRequest.model_json_schema(), "examples": PREDICT_EXAMPLES},
        **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in _IMAGE_TYPES},
    },
}
"""What goes in, for the OpenAPI document."""

PROBLEMS = problems(
    Refusal.INVALID_JSON,
    Refusal.BODY_TOO_SLOW,
    Refusal.BODY_TOO_LARGE,
    Refusal.UNSUPPORTED_MEDIA_TYPE,
    Refusal.INVALID_REQUEST,
    Refusal.OVERLOADED,
)
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

    def parsed(self) -> Submitted:
        """The ink in it. Of a long body it may take a while: not for the event loop.

        Raises:
            ServiceError: the body is not JSON, has a key twice, or is no such request.
            InkError: an image in it is not in base64.
        """
        return ImageFile(self.body) if self.is_image else submitted(parse_model(PredictRequest, self.body))


async def read_submission(request: Request, settings: Settings) -> Submission:
    """Read a body of a kind that may hold ink.

    Raises:
        ServiceError: it is neither JSON nor an image of a format that is read, does not arrive in the time that the
            settings allow, or is longer than they allow.
    """
    media_type = _require_media_type(request, JSON_TYPE, *_IMAGE_TYPES)
    return Submission(
        await _read(request, settings.max_body_bytes, settings.body_seconds), media_type in _IMAGE_TYPES
    )


async def read_json_body(request: Request, settings: Settings) -> bytes:
    """The bytes of a body with many drawings in it, which must be JSON.

    Raises:
        ServiceError: it says that it is something else, does not arrive in time, or is longer than the settings allow
            for a batch.
    """
    _require_media_type(request, JSON_TYPE)
    return await _read(request, settings.max_batch_bytes, settings.body_seconds)


def parse_model(model: type[_Model], body: bytes) -> _Model:
    """A request whose values hold no objects, only lists, numbers and strings, from its JSON.

    Raises:
        RepeatedKeyError: a key is there twice.
        ServiceError: the body is not JSON, or not such a request.
    """
    refuse_many_parts(body, _MAX_LISTS)
    try:
        parsed = model.model_validate_json(body)
    except ValidationError as error:
        only = error.errors(include_url=False, include_context=False)[0] if error.error_count() == 1 else None
        if only and only["type"] == "json_invalid":
            detail = f"the body is not JSON: {only['msg'].removeprefix('Invalid JSON: ')}"
            raise ServiceError(Refusal.INVALID_JSON, detail) from error
        _refuse_repeated_keys(body)
        raise ServiceError(Refusal.INVALID_REQUEST, describe_validation(error)) from error
    # Looking at each pair would cost more than the rest. Counting quotes is next to nothing, and each key and each
    # string has two: if there are no more than that, then no key is there twice.
    given = parsed.model_fields_set
    strings = sum(isinstance(getattr(parsed, name), str) for name in given)
    if body.count(b'"') != 2 * (len(given) + strings):
        _refuse_repeated_keys(body)
    return parsed


def refuse_many_parts(body: bytes, lists: int, refusal: Refusal = Refusal.INVALID_REQUEST) -> None:
    """Refuse JSON of more lists, objects, strings and numbers than anyone needs, before it is taken apart.

    Each takes many times the room of its two characters, and while they are made nobody else is served.

    Raises:
        ServiceError: there are more than so many lists and objects, twice as many strings, or a million values.
    """
    if body.count(b"[") + body.count(b"{") > lists or body.count(b'"') > 4 * lists:
        raise ServiceError(refusal, f"more than {lists:,} lists and objects, or twice as many strings, in the body")
    if body.count(b",") > _MAX_VALUES:
        raise ServiceError(refusal, f"more than {_MAX_VALUES:,} values in the body")


def _refuse_repeated_keys(body: bytes) -> None:
    """Look at each pair of each object of a JSON text.

    Raises:
        RepeatedKeyError: a key is there twice.
    """
    if body.count(b'"') < 4:  # two keys have as many, and a body of a million lists has none
        return
    try:
        json.loads(body, object_pairs_hook=unique_pairs)
    except (RecursionError, ValueError):
        return  # not JSON by this parser's measure, so it was refused by the other


def unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's pairs as a dict; for `json.loads`, which would let the last of two win.

    Raises:
        RepeatedKeyError: a key is there twice.
    """
    unique = dict(pairs)
    if len(unique) < len(pairs):
        key, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        # Half of a surrogate pair can be escaped in JSON, and no reply could quote it.
        shown = key[:_MAX_KEY].encode("utf-8", "replace").decode()
        raise RepeatedKeyError(f"the key '{shown}' is there more than once")
    return unique


def _require_media_type(request: Request, *allowed: str) -> str:
    """The kind of body a request says it has, without parameters such as a charset, if it is one of those allowed."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in allowed:
        found = f"is '{media_type}'" if media_type else "is missing"
        must_be = f"one of {', '.join(allowed)}" if len(allowed) > 1 else allowed[0]
        raise ServiceError(Refusal.UNSUPPORTED_MEDIA_TYPE, f"Content-Type {found}, but must be {must_be}")
    return media_type


async def _read(request: Request, max_bytes: int, seconds: float) -> bytes:
    """The whole body, unless it takes longer than so many seconds to arrive, or is or says that it is too large."""
    # A number of a few digits: `app.middleware.RequestHead` has refused anything else.
    if int(request.headers.get("content-length", "0")) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise _too_large(max_bytes)
    except TimeoutError as error:
        detail = f"the body took longer than the {seconds:g} seconds allowed"
        raise ServiceError(Refusal.BODY_TOO_SLOW, detail) from error
    return bytes(body)


def _too_large(max_bytes: int) -> ServiceError:
    return ServiceError(Refusal.BODY_TOO_LARGE, f"the body is larger than the {max_bytes:,} bytes allowed")
