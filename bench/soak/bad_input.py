"""Requests that must be refused, each with the statuses that are right for it."""

import io
import json
import struct
import zlib
from dataclasses import dataclass

from PIL import Image

_MEBIBYTE = 2**20


@dataclass(frozen=True)
class BadRequest:
    """What is sent, and how it must be refused.

    Attributes:
        name: what is wrong.
        media_type: that it claims to be.
        body: in pieces, sent without saying how long it is, or whole.
        status: of the refusal.
    """

    name: str
    media_type: str
    body: bytes | tuple[bytes, ...]
    status: int


def bad_requests() -> list[BadRequest]:
    """One of each kind."""
    json_type, png = "application/json", "image/png"
    return [
        BadRequest("too long", json_type, b" " * (5 * _MEBIBYTE), 413),
        BadRequest("too long, piece by piece", json_type, (b" " * _MEBIBYTE,) * 5, 413),
        BadRequest("deeply nested", json_type, b"[" * 100_000, 400),
        BadRequest("cut off", json_type, b'{"strokes": [[[1, 2', 400),
        BadRequest("NaN", json_type, b'{"strokes": [[[NaN, 1]]]}', 422),
        BadRequest("beyond all numbers", json_type, b'{"strokes": [[[1e400, 1]]]}', 422),
        BadRequest("a key twice", json_type, b'{"strokes": [], "strokes": []}', 400),
        BadRequest("no form", json_type, b"{}", 422),
        BadRequest("too many points", json_type, json.dumps({"strokes": [[[0, 0]] * 20_001]}).encode(), 422),
        BadRequest("no base64", json_type, b'{"image": "?"}', 422),
        BadRequest("another type", "text/plain", b"7", 415),
        BadRequest("an image that is none", png, b"seven", 422),
        BadRequest("half an image", png, _white(280)[: len(_white(280)) // 2], 422),
        BadRequest("a bomb", png, _white(20_000), 422),
        BadRequest("an image of no size", png, _png_of(0, 0), 422),
        BadRequest("an image of any size", png, _png_of(2**31 - 1, 2**31 - 1), 422),
    ]


def _white(side: int) -> bytes:
    file = io.BytesIO()
    Image.new("1", (side, side), 1).save(file, "PNG")
    return file.getvalue()


def _png_of(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
