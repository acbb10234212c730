"""A drawing as it is sent, in JSON or in a form: an image file, the strokes of a pen, or rows of grey values."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.decoding.json_body import decode, fields_of, refuse_many_parts, refuse_repeated_keys, refuse_unknown
from app.decoding.point_forms import Pair, as_pairs
from app.errors import Refusal, ServiceError
from app.schemas import GreyRows, PredictRequest, Strokes
from model.errors import InkError
from model.preprocess import Polylines, require_extent

FORMS = PredictRequest.__struct_fields__
"""The names of the forms that ink may have."""

_PAIRS = msgspec.json.Decoder(list[list[Pair]])
_STROKES: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(Strokes)
_ROWS: "msgspec.json.Decoder[list[list[float]]]" = msgspec.json.Decoder(GreyRows)
_TEXT = msgspec.json.Decoder(str)

_BLANKS = b" \t\n\r\v\f"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image that was sent, and not yet decoded.

    Attributes:
        content: the file's bytes.
        field: the part of the body it was in, for errors; empty if it was the body.
    """

    content: bytes
    field: str = ""

    @contextmanager
    def named(self) -> Iterator[None]:
        """Puts the field into what is said of the image within.

        Raises:
            InkError: as it was, with the field.
        """
        try:
            yield
        except InkError as error:
            raise InkError(str(error), field=self.field) from error


@dataclass(frozen=True, slots=True)
class PenStrokes:
    """Strokes that were sent.

    Attributes:
        points: float64 (points, 2), of all strokes, one after the other.
        lengths: how many points each stroke has, which may be none.
    """

    points: NDArray[np.float64]
    lengths: Sequence[int]

    @property
    def lines(self) -> Polylines:
        """Those that have points."""
        return Polylines(self.points, [length for length in self.lengths if length])

    def split(self) -> list[NDArray[np.float64]]:
        """Each stroke by itself, (points, 2)."""
        return np.split(self.points, np.cumsum(self.lengths[:-1])) if self.lengths else []


@dataclass(frozen=True, slots=True)
class GreyLevels:
    """Rows of grey values that were sent: float64 (height, width), 0 to 255."""

    levels: NDArray[np.float64]


Submitted = ImageFile | PenStrokes | GreyLevels
"""Ink, however it came."""


def parse_drawing(body: bytes, max_points: int) -> Submitted:
    """The ink in a JSON object, an image in base64 as the file it is.

    Args:
        body: the JSON.
        max_points: of all strokes together.

    Raises:
        ServiceError: the body is not JSON, has a key twice, or is no such request.
        InkError: the ink cannot be read or is beyond a limit.
    """
    return ink_of(fields_of(body), max_points)


def ink_of(fields: Mapping[str, msgspec.Raw], max_points: int) -> Submitted:
    """The same for the values of an object, by their keys."""
    refuse_unknown(fields, FORMS)
    given = {name: text for name, value in fields.items() if (text := bytes(value)) != b"null"}
    if len(given) != 1:
        for text in given.values():
            refuse_many_parts(text)
            refuse_repeated_keys(text)
        found = " and ".join(name for name in FORMS if name in given) or "none"
        detail = f"give exactly one of image, strokes or pixels; found {found}"
        raise ServiceError(Refusal.INVALID_REQUEST, detail)
    ((name, text),) = given.items()
    match name:
        case "image":
            return ImageFile(image_in_base64(decode(_TEXT, text, name)), name)
        case "strokes":
            return strokes_in_json(text, max_points)
        case _:
            return grey_levels_in_json(text)


def strokes_in_json(text: bytes, max_points: int) -> PenStrokes:
    """Strokes from JSON, whichever way their points are written.

    Raises:
        ServiceError: they are no strokes.
        InkError: their points are too many, or too far apart.
    """
    refuse_many_parts(text)
    try:
        strokes = _PAIRS.decode(text)  # as nearly all are written
    except (msgspec.DecodeError, RecursionError):
        refuse_repeated_keys(text)
        strokes = as_pairs(decode(_STROKES, text, "strokes"))
    lengths = [len(stroke) for stroke in strokes]
    # A stroke without points costs about as much as a point.
    points = sum(lengths) + lengths.count(0)
    if points > max_points:
        raise InkError(f"{points:,} points, but at most {max_points:,} are read", field="strokes")
    coordinates = chain.from_iterable(chain.from_iterable(strokes))
    ink = PenStrokes(np.fromiter(coordinates, np.float64).reshape(-1, 2), lengths)
    require_extent(ink.lines)
    return ink


def grey_levels_in_json(text: bytes) -> GreyLevels:
    """Rows of grey values from JSON.

    Raises:
        ServiceError: they are none.
        InkError: the rows are not of one length.
    """
    refuse_many_parts(text)
    rows = decode(_ROWS, text, "pixels")
    if not rows or not rows[0]:
        raise InkError("at least one row of at least one grey value", field="pixels")
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise InkError(f"{len(row)} values, but the rows before have {len(rows[0])}", field=f"pixels[{index}]")
    return GreyLevels(np.array(rows, np.float64))


def image_in_base64(text: str) -> bytes:
    """The bytes of an image in base64 (RFC 4648, either alphabet) or as a `data:` URL (RFC 2397).

    Raises:
        InkError: it is not in base64.
    """
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:  # most are as they should be; the others are looked at more closely
        return _lenient_base64(text)


def _lenient_base64(text: str) -> bytes:
    start = text[:6].lower()
    if start.startswith("http"):
        raise InkError("addresses are never fetched; send the image itself in base64", field="image")
    if start.startswith("data:"):
        header, comma, text = text.partition(",")
        if not comma or not header.lower().endswith(";base64"):
            raise InkError("a data: URL must be in base64: data:image/png;base64,...", field="image")
    try:
        # Browsers and command lines break and pad base64 as they like; anything else is refused.
        compact = unquote_to_bytes(text) if "%" in text else text.encode("ascii")
        compact = compact.translate(_URL_SAFE, _BLANKS)
        return base64.b64decode(compact + b"=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InkError("not valid base64", field="image") from error
