"""What is read between two events of the loop, and what is done beside it."""

import io
import json
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from app.decoding import ImageFile, parse_drawing
from app.inference.micro_batching import is_quick
from tests.drawings import SEVEN


def picture(side: int, form: str = "PNG", *, mode: str = "L", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (side, side), "white").save(file, form, **options)
    return file.getvalue()


def texts(compressed: str) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("note", compressed, zip=True)
    return info


def two_headers(first: int, second: int) -> bytes:
    """A PNG that says first that it is small, and then that it is large; decoders take the second."""
    small, large = picture(first), picture(second)
    return small[:33] + large[8:]


@pytest.mark.parametrize(
    ("content", "quick"),
    [
        (picture(280), True),
        (picture(362), True),
        (picture(363), False),
        (picture(180, mode="RGBA"), True),
        (picture(182, mode="RGBA"), False),
        (picture(182, mode="RGB"), False),
        (picture(182, mode="P"), False),
        (picture(182, transparency=0), False),
        # However few bytes they are, these may take long.
        (picture(20_000), False),
        (two_headers(10, 4096), False),
        (picture(280, "JPEG"), False),
        (picture(280, "WEBP"), False),
        (picture(28, pnginfo=texts("a" * 100_000)), False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"", False),
    ],
    ids=[
        "280",
        "362",
        "363",
        "180 in colour",
        "182 with alpha",
        "182 in colour",
        "182 with a palette",
        "182 with a transparent grey",
        "20,000",
        "two headers",
        "JPEG",
        "WebP",
        "compressed text",
        "cut off",
        "empty",
    ],
)
def test_a_small_png_is_quick(content: bytes, quick: bool) -> None:
    assert is_quick(ImageFile(content)) is quick


@pytest.mark.parametrize(
    ("ink", "quick"),
    [
        ({"strokes": SEVEN}, True),
        ({"strokes": [[[0.0, 0.0]] * 255]}, True),
        ({"strokes": [[[0.0, 0.0]] * 256]}, False),
        ({"strokes": [[]] * 257}, False),
        ({"pixels": [[0.0] * 28] * 28}, True),
        ({"pixels": [[0.0] * 100] * 100}, False),
    ],
)
def test_a_few_strokes_or_grey_values_are_quick(ink: Any, quick: bool) -> None:
    assert is_quick(parse_drawing(json.dumps(ink).encode(), 20_000)) is quick
