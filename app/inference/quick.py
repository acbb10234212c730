"""Which drawings are surely read in a millisecond or two: those need no thread, which costs more than they do."""

import struct

from app.decoding import base64_image
from app.schemas import PredictRequest

QUICK_BYTES = 64 * 1024
"""Longer bodies take a while to be understood, whatever is in them."""

_POINTS = 700
"""More than a drawing has."""

_GREY_VALUES = 16 * 1024

_PIXELS = 2**17
"""As many as a canvas of 360 by 360 has, which browsers send."""

_PNG_HEADER = struct.Struct(">8s4x4sII")
"""Signature, the first chunk's name, width and height (PNG specification, 11.2.1)."""

_COMPRESSED_TEXT = (b"zTXt", b"iTXt", b"iCCP")
"""Chunks that may hold a thousand times what they seem to."""


def is_quick(drawing: PredictRequest | bytes) -> bool:
    """Whether a drawing, sent in at most `QUICK_BYTES`, is a few strokes, a few grey values or a small PNG.

    Raises:
        InkError: it is an image that is not in base64.
    """
    if isinstance(drawing, bytes):
        return _is_small_png(drawing)
    if drawing.strokes is not None:
        return sum(map(len, drawing.strokes)) + len(drawing.strokes) <= _POINTS
    if drawing.pixels is not None:
        return sum(map(len, drawing.pixels)) <= _GREY_VALUES
    return _is_small_png(base64_image(drawing))


def _is_small_png(content: bytes) -> bool:
    if len(content) < _PNG_HEADER.size:
        return False
    signature, chunk, width, height = _PNG_HEADER.unpack_from(content)
    is_small = width * height <= _PIXELS and not any(name in content for name in _COMPRESSED_TEXT)
    return is_small and (signature, chunk) == (b"\x89PNG\r\n\x1a\n", b"IHDR")
