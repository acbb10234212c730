"""What is read between two events of the loop, and what goes into a thread."""

import base64
import io
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from app.inference.micro_batching import is_quick
from app.schemas.drawing import PredictRequest
from model.errors import InkError
from tests.drawings import SEVEN


def picture(side: int, form: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("L", (side, side), 255).save(file, form, **options)
    return file.getvalue()


def texts(compressed: str) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("note", compressed, zip=True)
    return info


@pytest.mark.parametrize(
    ("content", "quick"),
    [
        (picture(280), True),
        (picture(362), True),
        (picture(363), False),
        # However few bytes they are, these may take long.
        (picture(20_000), False),
        (picture(280, "JPEG"), False),
        (picture(280, "WEBP"), False),
        (picture(28, pnginfo=texts("a" * 100_000)), False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"", False),
    ],
    ids=["280", "362", "363", "20,000", "JPEG", "WebP", "compressed text", "cut off", "empty"],
)
def test_a_small_png_is_quick(content: bytes, quick: bool) -> None:
    assert is_quick(content) is quick
    if content:
        assert is_quick(PredictRequest(image=base64.b64encode(content).decode())) is quick


@pytest.mark.parametrize(
    ("ink", "quick"),
    [
        ({"strokes": SEVEN}, True),
        ({"strokes": [[[0.0, 0.0]] * 690]}, True),
        ({"strokes": [[[0.0, 0.0]] * 710]}, False),
        ({"strokes": [[]] * 710}, False),
        ({"pixels": [[0.0] * 28] * 28}, True),
        ({"pixels": [[0.0] * 200] * 200}, False),
    ],
)
def test_a_few_strokes_or_grey_values_are_quick(ink: Any, quick: bool) -> None:
    assert is_quick(PredictRequest(**ink)) is quick


def test_what_is_not_base64_is_refused_here_already() -> None:
    with pytest.raises(InkError, match="base64"):
        is_quick(PredictRequest(image="?"))
