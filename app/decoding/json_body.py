"""JSON as it must be to be answered: UTF-8 (RFC 8259), numbers that are numbers, and no key twice in an object."""

import json
from collections import Counter
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from app.decoding.body import read_body
from app.errors import BadJsonError, BadRequestError, RepeatedKeyError, UnsupportedMediaTypeError
from app.settings import Settings

JSON_TYPE = "application/json"

_MAX_KEY = 40
"""Characters of a key that a reply quotes."""

_Model = TypeVar("_Model", bound=BaseModel)


def media_type_of(request: Request) -> str:
    """The kind of body a request says it has, without parameters such as a charset; empty if it does not say."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def require_media_type(request: Request, *allowed: str) -> str:
    """The kind of body a request has.

    Raises:
        UnsupportedMediaTypeError: it is none of those allowed.
    """
    media_type = media_type_of(request)
    if media_type not in allowed:
        found = f"is '{media_type}'" if media_type else "is missing"
        must_be = f"one of {', '.join(allowed)}" if len(allowed) > 1 else allowed[0]
        raise UnsupportedMediaTypeError(f"Content-Type {found}, but must be {must_be}")
    return media_type


async def read_json_body(request: Request, settings: Settings) -> bytes:
    """The bytes of a body with many drawings in it, which must be JSON.

    Raises:
        UnsupportedMediaTypeError: it says that it is something else.
        BodyTooLargeError: it is longer than the settings allow for a batch.
    """
    require_media_type(request, JSON_TYPE)
    return await read_body(request, settings.max_batch_bytes, settings.body_seconds)


def parse_model(model: type[_Model], body: bytes) -> _Model:
    """A request whose values hold no objects, only lists, numbers and strings, from its JSON.

    Raises:
        RepeatedKeyError: a key is there twice.
        BadJsonError: the body is not JSON.
        BadRequestError: it is, but not such a request.
    """
    try:
        parsed = model.model_validate_json(body)
    except ValidationError as error:
        only = error.errors(include_url=False, include_context=False)[0] if error.error_count() == 1 else None
        if only and only["type"] == "json_invalid":
            raise BadJsonError(f"the body is not JSON: {only['msg'].removeprefix('Invalid JSON: ')}") from error
        refuse_repeated_keys(body)
        raise BadRequestError.from_validation(error) from error
    # Looking at each pair would cost more than the rest. Counting quotes is next to nothing, and each key and each
    # string has two: if there are no more than that, then no key is there twice.
    given = parsed.model_fields_set
    strings = sum(isinstance(getattr(parsed, name), str) for name in given)
    if body.count(b'"') != 2 * (len(given) + strings):
        refuse_repeated_keys(body)
    return parsed


def refuse_repeated_keys(body: bytes) -> None:
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
