"""Ink as a program has it, made into a request's body."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


class Array(Protocol):
    """An array as NumPy and others have it."""

    def tolist(self) -> Any:
        """Its values as nested lists."""


Point = Sequence[float] | Mapping[str, float]
"""(x, y) in any unit, y down, or (x, y, time); or {"x": 20, "y": 20}. The service looks at x and y alone."""

Strokes = Sequence[Sequence[Point]] | Sequence[Array]
"""Pen strokes from pen-down to pen-up, each of points; or arrays (points, 2) or (points, 3)."""

Pixels = Sequence[Sequence[float]] | Array
"""Rows of grey values 0 to 255, all of one length, or an array (height, width); ink may be light or dark."""

JSON = "application/json"
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """One of many drawings to read, in exactly one form.

    Attributes:
        strokes: of a pen, from pen-down to pen-up, each of points (x, y) in any unit, y down; a time may follow.
        image: the bytes of a PNG, JPEG or WebP, or the path of such a file, which is opened when its turn comes.
        pixels: rows of grey values 0 to 255; ink may be light or dark.
    """

    strokes: Strokes | None = None
    image: bytes | Path | str | None = None
    pixels: Pixels | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries.

    Attributes:
        content: its bytes.
        media_type: what they are.
    """

    content: bytes
    media_type: str


def body_of(*, strokes: Strokes | None, image: bytes | Path | str | None, pixels: Pixels | None) -> Body:
    """The body for ink in exactly one of its three forms.

    Args:
        strokes: of a pen.
        image: the bytes of a PNG, JPEG or WebP, or the path of such a file.
        pixels: rows of grey values.

    Raises:
        TypeError: none of them is given, or more than one, or one that JSON cannot hold.
        ValueError: a number is not finite, or lists are nested too deeply.
        OSError: the file cannot be read.
    """
    given = [name for name, ink in (("strokes", strokes), ("image", image), ("pixels", pixels)) if ink is not None]
    if len(given) != 1:
        raise TypeError(f"give exactly one of strokes, image or pixels; found {' and '.join(given) or 'none'}")
    if image is not None:
        content = image if isinstance(image, bytes) else Path(image).read_bytes()
        # What is no image goes out as unknown bytes: the service says what it takes.
        return Body(content, image_type(content) or _UNKNOWN)
    ink = strokes if strokes is not None else pixels
    try:
        return Body(json.dumps({given[0]: _plain(ink)}, allow_nan=False).encode(), JSON)
    except RecursionError as error:
        raise ValueError(f"{given[0]}: lists nested too deeply") from error


def image_type(content: bytes) -> str | None:
    """The media type of an image that the service reads, told from its first bytes; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


def _plain(values: Any) -> Any:
    """Nested sequences and arrays as nested lists, and mappings as objects, which is what JSON knows."""
    if hasattr(values, "tolist"):
        return values.tolist()
    if isinstance(values, Mapping):
        return {name: _plain(value) for name, value in values.items()}
    if isinstance(values, Sequence) and not isinstance(values, str):
        return [_plain(value) for value in values]
    return values
