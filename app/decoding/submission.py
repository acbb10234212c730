"""From a body to the ink in it, whatever it says that it is: what counts is how it begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from app.decoding.body import media_type_of, read_body
from app.decoding.drawing import (
    FORMS,
    ImageFile,
    Submitted,
    grey_levels_in_json,
    image_in_base64,
    parse_drawing,
    strokes_in_json,
)
from app.decoding.form import MULTIPART, URL_ENCODED, FormField, multipart_fields, url_encoded_fields
from app.decoding.json_body import without_mark
from app.errors import Refusal, ServiceError
from app.schemas import PREDICT_EXAMPLES, problems
from app.settings import Settings
from model.image_file import FORMATS, format_of

JSON_TYPE = "application/json"

_IMAGE_TYPES = tuple(FORMATS.values())

_FIELD = {"type": "string", "description": "As in JSON."}

REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        JSON_TYPE: {"schema": {"$ref": "#/components/schemas/PredictRequest"}, "examples": PREDICT_EXAMPLES},
        **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in _IMAGE_TYPES},
        MULTIPART: {
            "schema": {
                "type": "object",
                "properties": {
                    "file": {"type": "string", "format": "binary", "description": "An image; the name is free."},
                    "strokes": _FIELD,
                    "pixels": _FIELD,
                },
            }
        },
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
        content_type: the header, as it came.
        media_type: the kind in it.
    """

    body: bytes
    content_type: str
    media_type: str

    def parsed(self, settings: Settings) -> Submitted:
        """The ink in it. Of a long body it may take a while: not for the event loop.

        Raises:
            ServiceError: the body is of no kind that holds ink, or not well made.
            InkError: the ink in it cannot be read.
        """
        if self.media_type == MULTIPART:
            return _ink_in_form(multipart_fields(self.content_type, self.body), settings)
        if ink := _ink_in(self.body, settings):
            return ink
        if self.media_type == URL_ENCODED and b"=" in self.body:
            return _ink_in_form(url_encoded_fields(self.body), settings)
        if self.media_type in _IMAGE_TYPES:
            return ImageFile(self.body)  # its decoder says what is wrong
        if self.media_type == JSON_TYPE or not self.body.strip():
            return parse_drawing(self.body, settings.max_points)
        raise unsupported(self.media_type, JSON_TYPE, *_IMAGE_TYPES, MULTIPART)


async def read_submission(request: Request, settings: Settings) -> Submission:
    """Read a body that may hold ink.

    Raises:
        ServiceError: it does not arrive in the time that the settings allow, or is longer than they allow.
    """
    body = await read_body(request, settings.max_body_bytes, settings.body_seconds)
    return Submission(body, request.headers.get("content-type", ""), media_type_of(request))


async def read_json_body(request: Request, settings: Settings) -> bytes:
    """The bytes of a body with many drawings in it, which must be JSON.

    Raises:
        ServiceError: it says that it is something else, does not arrive in time, or is longer than the settings allow
            for a batch.
    """
    body = await read_body(request, settings.max_batch_bytes, settings.body_seconds)
    media_type = media_type_of(request)
    if media_type not in {JSON_TYPE, ""} and not _is_json(body):
        raise unsupported(media_type, JSON_TYPE)
    return body


def unsupported(media_type: str, *allowed: str) -> ServiceError:
    """The refusal of a body of a kind that is not read."""
    found = f"is '{media_type}'" if media_type else "is missing"
    must_be = f"one of {', '.join(allowed)}" if len(allowed) > 1 else allowed[0]
    detail = f"Content-Type {found}, and the body begins like nothing that is read; it must be {must_be}"
    return ServiceError(Refusal.UNSUPPORTED_MEDIA_TYPE, detail)


def _ink_in(content: bytes, settings: Settings, field: str = "") -> Submitted | None:
    """The ink in a body or a file, by how it begins; None if it begins like nothing that holds ink."""
    if _is_json(content):
        return parse_drawing(content, settings.max_points)
    if format_of(content):
        return ImageFile(content, field)
    if content[:5].lower() == b"data:":
        return ImageFile(image_in_base64(content.decode("latin-1")), field)
    return None


def _ink_in_form(fields: Sequence[FormField], settings: Settings) -> Submitted:
    """The ink in the one field of a form that holds any: a file, or what the field's name says."""
    inked = [one for one in fields if one.is_file or one.name in FORMS or format_of(one.content)]
    # A form may have more places for files than were filled.
    inked = [one for one in inked if one.content] or inked
    if len(inked) != 1:
        found = ", ".join(f"'{field.name[:40]}'" for field in inked) or "none"
        detail = f"a form must have one field with ink, a file or one of {', '.join(FORMS)}; found {found}"
        raise ServiceError(Refusal.INVALID_REQUEST, detail)
    field = inked[0]
    if field.is_file and not field.content:
        raise ServiceError(Refusal.INVALID_REQUEST, f"{field.name[:40]}: the file is empty")
    if field.name in {"strokes", "pixels"} and not format_of(field.content):
        return _ink_in_field(field, settings)
    if field.is_file or format_of(field.content):
        return _ink_in(field.content, settings, field.name) or ImageFile(field.content, field.name)
    return ImageFile(image_in_base64(field.content.decode("latin-1")), field.name)


def _ink_in_field(field: FormField, settings: Settings) -> Submitted:
    """The JSON that a field of that name has in a JSON object, or such an object."""
    content = without_mark(field.content)
    if content.lstrip().startswith(b"{"):
        return parse_drawing(content, settings.max_points)
    if field.name == "strokes":
        return strokes_in_json(content, settings.max_points)
    return grey_levels_in_json(content)


def _is_json(content: bytes) -> bool:
    """Whether content begins as a JSON object or list does."""
    return without_mark(content[:64]).lstrip()[:1] in {b"{", b"["}
