"""Requests that must be refused, or that cost far more than their size tells; each with the status that is right."""

import gzip
import io
import json
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

_MEBIBYTE = 2**20


@dataclass(frozen=True)
class BadRequest:
    """What is sent, and how it must be refused.

    Attributes:
        name: what is wrong.
        media_type: that it claims to be.
        body: in pieces, sent without saying how long it is, or whole.
        status: of the reply.
        path: where it is sent.
        coding: in which the body claims to be compressed.
    """

    name: str
    media_type: str
    body: bytes | tuple[bytes, ...]
    status: int
    path: str = "/v1/predict"
    coding: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What it says of its body."""
        return {"Content-Type": self.media_type} | ({"Content-Encoding": self.coding} if self.coding else {})


def bad_requests() -> list[BadRequest]:
    """One of each kind that is refused."""
    json_type, png, form = "application/json", "image/png", "multipart/form-data; boundary=x"
    zeros = gzip.compress(bytes(256 * _MEBIBYTE))
    return [
        BadRequest("a bomb of gzip", json_type, zeros, 413, coding="gzip"),
        BadRequest("a bomb of gzip for many", json_type, zeros, 413, "/v1/predict/batch", coding="gzip"),
        BadRequest("cut off gzip", json_type, gzip.compress(b"{}")[:-9], 400, coding="gzip"),
        BadRequest("gzip in a thousand parts", json_type, gzip.compress(b" ") * 1000, 400, coding="gzip"),
        BadRequest("an unknown coding", json_type, b"{}", 415, coding="br"),
        BadRequest(
            "a form of a thousand fields", form, b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n" * 1000, 400
        ),
        BadRequest(
            "a form cut off", form, b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"\r" * 500_000, 400
        ),
        BadRequest("too long", json_type, b" " * (5 * _MEBIBYTE), 413),
        BadRequest("too long, piece by piece", json_type, (b" " * _MEBIBYTE,) * 5, 413),
        BadRequest("deeply nested", json_type, b"[" * 60_000, 422),
        BadRequest("cut off", json_type, b'{"strokes": [[[1, 2', 400),
        BadRequest("NaN", json_type, b'{"strokes": [[[NaN, 1]]]}', 400),
        BadRequest("beyond all numbers", json_type, b'{"strokes": [[[1e400, 1]]]}', 422),
        BadRequest("a key twice", json_type, b'{"strokes": [], "strokes": []}', 400),
        BadRequest("no form", json_type, b"{}", 422),
        BadRequest("too many points", json_type, json.dumps({"strokes": [[[0, 0]] * 20_001]}).encode(), 422),
        BadRequest("no base64", json_type, b'{"image": "?"}', 422),
        BadRequest("another type", "text/plain", b"7", 415),
        BadRequest("an image that is none", png, b"seven", 422),
        BadRequest("half an image", png, _white(280)[: len(_white(280)) // 2], 422),
        BadRequest("a bomb", png, _white(20_000), 422),
        BadRequest("an image of no size", png, _png_of((0, 0)), 422),
        BadRequest("an image of any size", png, _png_of((2**31 - 1, 2**31 - 1)), 422),
        BadRequest("two headers", png, _png_of((10, 10), (4096, 4096)), 422),
        BadRequest("a JPEG of 1,500 scans", "image/jpeg", _progressive(1500), 422),
        BadRequest("a WebP of 16 megapixels", "image/webp", _encoded(Image.new("L", (4096, 4096)), "WEBP"), 422),
        BadRequest("lists of nothing", json_type, b'{"pixels": [' + b"[]," * 300_000 + b"[]]}", 422),
        BadRequest("a million keys", json_type, b"{" + b'"a":1,' * 300_000 + b'"b":1}', 422),
        BadRequest("numbers without end", json_type, b'{"pixels": [[' + b"1," * 1_500_000 + b"1]]}", 422),
        BadRequest("blanks for base64", json_type, b'{"image": "' + b"a " * 1_000_000 + b'"}', 422),
    ]


def costly_requests() -> list[BadRequest]:
    """One of each kind that is small, is answered, and costs as much as anything within the limits."""
    json_type = "application/json"
    zigzag = [[[x % 2 * 100.0, x / 10] for x in range(690)]]
    longest = [[[x % 2 * 100.0, x / 10] for x in range(20_000)]]
    uneven = _encoded(_uneven(2047), "WEBP")
    canvas = Image.new("RGBA", (360, 360), (255, 255, 255, 254))
    objects = [[{"x": x % 2 * 100.0, "y": x / 10} for x in range(20_000)]]
    return [
        BadRequest("the longest, of objects", json_type, json.dumps({"strokes": objects}).encode(), 200),
        BadRequest("a zigzag", json_type, json.dumps({"strokes": zigzag}).encode(), 200),
        BadRequest("the longest zigzag", json_type, json.dumps({"strokes": longest}).encode(), 200),
        BadRequest("a batch of the longest", json_type, _batch([longest] * 12), 200, "/v1/predict/batch"),
        BadRequest("the longest as a number", json_type, json.dumps({"strokes": longest}).encode(), 200, "/v1/read"),
        BadRequest("a canvas in colour", "image/png", _encoded(canvas, "PNG"), 200),
        BadRequest("16 megapixels", "image/png", _encoded(Image.new("RGBA", (4096, 4096)), "PNG"), 200),
        BadRequest("as many scans as are read", "image/jpeg", _progressive(100), 200),
        BadRequest("uneven light", "image/webp", uneven, 200),
        BadRequest("uneven light, as a number", "image/webp", uneven, 200, "/v1/read"),
    ]


def _batch(drawings: list[list[list[list[float]]]]) -> bytes:
    return json.dumps({"items": [{"strokes": strokes} for strokes in drawings]}).encode()


def _uneven(side: int) -> Image.Image:
    """Paper that is lit from one side, with a bar on it."""
    down, right = np.mgrid[0:side, 0:side] / side
    levels = 100 + 100 * right + 50 * down**2
    levels[side // 4 : 3 * side // 4, side // 2 : side // 2 + side // 20] = 20
    return Image.fromarray(levels.astype(np.uint8))


def _progressive(scans: int) -> bytes:
    """A JPEG whose last scan, which refines nothing, is there again and again."""
    content = _encoded(Image.new("L", (2000, 2000), 128), "JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * (scans - content.count(b"\xff\xda")) + content[-2:]


def _encoded(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def _white(side: int) -> bytes:
    return _encoded(Image.new("1", (side, side), 1), "PNG")


def _png_of(*sizes: tuple[int, int]) -> bytes:
    """A PNG with a header for each of the sizes."""
    headers = [(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)) for size in sizes]
    chunks = [*headers, (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
