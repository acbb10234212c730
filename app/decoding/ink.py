"""What a caller sends, as ink for `model.preprocess`: bytes of an image, base64, rows of pixels, or strokes."""

import base64
import binascii
import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from app.errors import Refusal, ServiceError
from app.schemas import PredictRequest
from app.settings import Settings
from model.errors import InkError
from model.numbers import PiecedImage, PiecedInk, PiecedStrokes
from model.preprocess import (
    BoxedStrokes,
    Preprocessed,
    Stroke,
    box_strokes,
    draw_boxed,
    preprocess_image,
    preprocess_strokes,
)

PreparedInk = Preprocessed | BoxedStrokes
"""Ink on its way to 28x28: strokes are drawn last, and several together."""

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""Pillow's names of the formats that are read, and their media types."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes an image upright, by its EXIF orientation (Exif 2.32, tag 0x0112)."""

_WORKING_SIDE = 1024
"""Pixels: larger images are averaged down to about this first; the digit ends in 20, so nothing is lost."""


def preprocess_submitted(request: PredictRequest | bytes, settings: Settings) -> Preprocessed:
    """Bring what was submitted to 28x28: a JSON request, or the bytes of an image.

    Raises:
        InkError: the ink cannot be read or is beyond a limit.
    """
    return finish_all([prepare_submitted(request, settings)])[0]


def prepare_submitted(request: PredictRequest | bytes, settings: Settings) -> PreparedInk:
    """The part of `preprocess_submitted` in which something may be wrong with the ink.

    Raises:
        InkError: the ink cannot be read or is beyond a limit.
    """
    ink = _submitted_ink(request, settings)
    return _preprocess_raster(ink) if isinstance(ink, _Raster) else box_strokes(ink)


def finish_all(prepared: Sequence[PreparedInk]) -> list[Preprocessed]:
    """The rest of it, which takes less time for several drawings at once than for each."""
    drawn = iter(draw_boxed([ink for ink in prepared if isinstance(ink, BoxedStrokes)]))
    return [next(drawn) if isinstance(ink, BoxedStrokes) else ink for ink in prepared]


def pieces_submitted(request: PredictRequest | bytes, settings: Settings) -> PiecedInk:
    """Take what was submitted to pieces, to be read as a number.

    Raises:
        InkError: the ink cannot be read or is beyond a limit.
    """
    ink = _submitted_ink(request, settings)
    return PiecedImage.of(ink.pixels, ink.factor) if isinstance(ink, _Raster) else PiecedStrokes.of(ink)


def without_each_stroke(request: PredictRequest | bytes, most: int) -> list[Preprocessed]:
    """The drawing without its first stroke, without its second, and so on for `most` of them.

    Raises:
        ServiceError: the ink has no strokes.
    """
    if isinstance(request, bytes) or request.strokes is None:
        raise ServiceError(Refusal.INVALID_REQUEST, "include: without_stroke is for ink sent as strokes")
    strokes = request.strokes
    return [
        preprocess_strokes(strokes[:left_out] + strokes[left_out + 1 :]) for left_out in range(len(strokes))[:most]
    ]


def preprocess_image_bytes(content: bytes, settings: Settings) -> Preprocessed:
    """Bring an image file to 28x28.

    Raises:
        InkError: not a whole PNG, JPEG or WebP, or more pixels than the limit.
    """
    return _preprocess_raster(_decode(content, settings.max_image_pixels))


def preprocess_levels(levels: NDArray[np.float64]) -> Preprocessed:
    """Bring grey levels (height, width), 0 to 255, to 28x28.

    Raises:
        InkError: they lie between 0 and 1.
    """
    return _preprocess_raster(_raster_of_levels(levels))


def _submitted_ink(request: PredictRequest | bytes, settings: Settings) -> "_Raster | Sequence[Stroke]":
    """The one form of ink in what was submitted, decoded."""
    if isinstance(request, bytes):
        return _decode(request, settings.max_image_pixels)
    if request.strokes is not None:
        # A stroke without points costs about as much as a point.
        points = sum(max(1, len(stroke)) for stroke in request.strokes)
        if points > settings.max_points:
            raise InkError(f"{points:,} points, but at most {settings.max_points:,} are read", field="strokes")
        return request.strokes
    if request.pixels is not None:
        return _pixel_rows(request.pixels)
    return _decode(base64_image(request), settings.max_image_pixels, field="image")


def base64_image(request: PredictRequest) -> bytes:
    """The bytes of an image sent in base64 or as a `data:` URL (RFC 2397).

    Raises:
        InkError: it is neither.
    """
    text = request.image or ""
    if text.startswith(("http:", "https:")):
        raise InkError("addresses are never fetched; send the image itself in base64", field="image")
    if text.startswith("data:"):
        header, comma, text = text.partition(",")
        if not comma or not header.endswith(";base64"):
            raise InkError("a data: URL must be in base64: data:image/png;base64,...", field="image")
    try:
        # Browsers and command lines break and pad base64 as they like; anything else is refused.
        compact = "".join(text.split())
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InkError("not valid base64", field="image") from error


@dataclass(frozen=True, slots=True)
class _Raster:
    """An image as it is worked on.

    Attributes:
        pixels: grey (height, width), or red, green, blue and alpha (height, width, 4).
        factor: by which it was averaged down, since it was far larger than is needed.
    """

    pixels: NDArray[np.uint8]
    factor: int

    @classmethod
    def of(cls, image: Image.Image) -> "_Raster":
        factor = max(1, max(image.size) // _WORKING_SIDE)
        plain = _plain(image)
        return cls(np.asarray(plain.reduce(factor) if factor > 1 else plain, np.uint8), factor)


def _preprocess_raster(raster: _Raster) -> Preprocessed:
    """Bring an image to 28x28, with the trace in the pixels that were sent."""
    ink = preprocess_image(raster.pixels)
    trace, factor = ink.trace, raster.factor
    if factor == 1 or trace.box is None or trace.scale is None:
        return ink
    left, top, right, bottom = (side * factor for side in trace.box)
    return replace(ink, trace=replace(trace, box=(left, top, right, bottom), scale=trace.scale / factor))


def _decode(content: bytes, max_pixels: int, field: str = "") -> _Raster:
    """The image in a file; `field` names it in errors."""
    allowed = "a PNG, JPEG or WebP"
    try:
        with Image.open(io.BytesIO(content), formats=tuple(FORMATS)) as image:
            width, height = image.size
            if width * height > max_pixels:
                raise InkError(f"more than the {max_pixels:,} pixels that are read", field=field)
            image.load()
            return _Raster.of(_upright(image))
    except Image.DecompressionBombError as error:
        raise InkError(f"more than the {max_pixels:,} pixels that are read", field=field) from error
    except UnidentifiedImageError as error:
        raise InkError(f"not {allowed} image", field=field) from error
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, TypeError, AttributeError) as error:
        # Whatever a decoder stumbles over in a damaged file.
        raise InkError(f"a damaged image; expected {allowed}", field=field) from error


def _upright(image: Image.Image) -> Image.Image:
    """The image turned as its EXIF orientation says; as it is if that cannot be read.

    Pillow's own `exif_transpose` also writes the other EXIF data anew, and stumbles over what is wrong in it.
    """
    try:
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except (OSError, ValueError, SyntaxError, struct.error, TypeError, AttributeError):
        turn = None
    return image if turn is None else image.transpose(turn)


def _plain(image: Image.Image) -> Image.Image:
    """The image in 8 bits as grey (`L`) or with red, green, blue and alpha (`RGBA`)."""
    if image.mode.startswith("I;16") or image.mode == "I":
        # Pillow would clip 16-bit grey to 8 bits rather than scale it.
        levels = np.asarray(image).astype(np.int64) >> 8
        return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))
    if image.mode in {"1", "L"} and "transparency" not in image.info:
        return image.convert("L")
    return image.convert("RGBA")


def _pixel_rows(rows: list[list[float]]) -> _Raster:
    """Rows of grey values as an image."""
    if not rows or not rows[0]:
        raise InkError("at least one row of at least one grey value", field="pixels")
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise InkError(f"{len(row)} values, but the rows before have {len(rows[0])}", field=f"pixels[{index}]")
    return _raster_of_levels(np.array(rows, np.float64), field="pixels")


def _raster_of_levels(levels: NDArray[np.float64], field: str = "") -> _Raster:
    """Grey levels (height, width) as an image; `field` names them in errors."""
    if levels.max() <= 1 and (levels % 1).any():
        raise InkError("the values lie between 0 and 1, but grey values go from 0 to 255", field=field)
    return _Raster.of(Image.fromarray(levels.round().astype(np.uint8)))
