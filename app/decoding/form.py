"""Forms: a file that is uploaded, or ink in a field, as browsers and `curl -F` send them."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from app.errors import Refusal, ServiceError

MULTIPART = "multipart/form-data"
"""RFC 7578."""

URL_ENCODED = "application/x-www-form-urlencoded"

_MAX_FIELDS = 32
"""Beside the ink some forms have a button or two, and a token."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form.

    Attributes:
        name: of the field.
        content: its bytes.
        is_file: whether it has a file's name.
    """

    name: str
    content: bytes
    is_file: bool


def multipart_fields(content_type: str, body: bytes) -> list[FormField]:
    """The fields of a form with files.

    Args:
        content_type: the header, which names the boundary.
        body: the form.

    Raises:
        ServiceError: it is no such form.
    """
    boundary = parse_options_header(content_type)[1].get("boundary", "")  # type: ignore[no-untyped-call]
    fields: list[FormField] = []
    segment: MultipartSegment | None = None
    parts: list[bytes] = []
    try:
        with PushMultipartParser(boundary, max_segment_count=_MAX_FIELDS) as parser:
            for event in parser.parse(body):
                if isinstance(event, MultipartSegment):
                    segment, parts = event, []
                elif event:
                    parts.append(bytes(event))
                elif segment:
                    name, is_file = segment.name or "", segment.filename is not None
                    fields.append(FormField(name, b"".join(parts), is_file))
    except (MultipartError, ValueError) as error:
        raise ServiceError(Refusal.INVALID_FORM, f"the body is no {MULTIPART}: {error}") from error
    return fields


def url_encoded_fields(body: bytes) -> list[FormField]:
    """The fields of a form without files.

    Raises:
        ServiceError: it is no such form.
    """
    try:
        pairs = parse_qsl(body.decode(), strict_parsing=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise ServiceError(Refusal.INVALID_FORM, f"the body is no {URL_ENCODED}, and no ink either") from error
    return [FormField(name, value.encode(), is_file=False) for name, value in pairs]
