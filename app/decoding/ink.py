"""What a caller sends, as ink for `model.preprocess`: an image file, base64, rows of pixels, or strokes."""

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from anyio import CancelScope, sleep
from numpy.typing import NDArray

from app.errors import Refusal, ServiceError
from app.runtime import Workers
from app.schemas import PredictRequest
from app.settings import Settings
from model.errors import InkError
from model.image_file import Picture, preprocess_image_file, preprocess_image_files, preprocess_picture
from model.numbers import PiecedImage, PiecedInk, PiecedStrokes
from model.preprocess import BoxedStrokes, Preprocessed, Stroke, box_strokes, draw_boxed, preprocess_strokes

PreparedInk = Preprocessed | BoxedStrokes
"""Ink on its way to 28x28: strokes are drawn last, and several together."""

_Decoded = TypeVar("_Decoded")

_SECONDS_TO_BE_READY = 1.0
"""For the service itself, before it starts others: its own start is waited for, theirs is not."""

_BLANKS = b" \t\n\r\v\f"


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


Submitted = PredictRequest | ImageFile
"""Strokes or pixels, or an image, however it came."""


def submitted(request: PredictRequest) -> Submitted:
    """What is in a request: an image in base64 as the file it is.

    Raises:
        InkError: it is not in base64.
    """
    return request if request.image is None else ImageFile(_base64_image(request.image), "image")


def preprocess_submitted(ink: Submitted, settings: Settings) -> Preprocessed:
    """Bring what was submitted to 28x28.

    Raises:
        InkError: the ink cannot be read or is beyond a limit.
    """
    return finish_all([prepare_submitted(ink, settings)])[0]


def preprocessed_or_file(ink: Submitted, settings: Settings) -> Preprocessed | ImageFile:
    """Bring strokes or pixels to 28x28; an image file is left as it is.

    Raises:
        InkError: they cannot be read or are beyond a limit.
    """
    return ink if isinstance(ink, ImageFile) else preprocess_submitted(ink, settings)


def prepare_submitted(ink: Submitted, settings: Settings) -> PreparedInk:
    """The part of `preprocess_submitted` in which something may be wrong with the ink.

    Raises:
        InkError: the ink cannot be read or is beyond a limit.
    """
    if isinstance(ink, ImageFile):
        with ink.named():
            return preprocess_image_file(ink.content, settings.max_image_pixels)
    if ink.pixels is not None:
        return preprocess_picture(_picture_of_rows(ink.pixels))
    return box_strokes(_strokes(ink, settings))


def finish_all(prepared: Sequence[PreparedInk]) -> list[Preprocessed]:
    """The rest of it, which takes less time for several drawings at once than for each."""
    drawn = iter(draw_boxed([ink for ink in prepared if isinstance(ink, BoxedStrokes)]))
    return [next(drawn) if isinstance(ink, BoxedStrokes) else ink for ink in prepared]


async def start_decoding(workers: Workers) -> None:
    """Start a process that decodes images, which takes a moment, before the first one comes."""
    await sleep(_SECONDS_TO_BE_READY)
    # Whole, even if the service ends meanwhile: one that is only starting would be left behind.
    with suppress(InkError), CancelScope(shield=True):
        await workers.in_process(preprocess_image_files, [], 1)


async def preprocess_file(ink: Preprocessed | ImageFile, settings: Settings, workers: Workers) -> Preprocessed:
    """Bring an image file to 28x28 in a process; other ink is there already.

    Raises:
        InkError: the image cannot be read or is beyond a limit.
    """
    return await _decoded(ink, preprocess_image_file, settings, workers) if isinstance(ink, ImageFile) else ink


async def pieces_of_file(ink: PiecedInk | ImageFile, settings: Settings, workers: Workers) -> PiecedInk:
    """Take an image file to pieces, to be read as a number, in a process; other ink is in pieces already.

    Raises:
        InkError: the image cannot be read or is beyond a limit.
    """
    return await _decoded(ink, PiecedImage.of_file, settings, workers) if isinstance(ink, ImageFile) else ink


async def _decoded(
    image: ImageFile, decode: Callable[[bytes, int], _Decoded], settings: Settings, workers: Workers
) -> _Decoded:
    with image.named():
        return await workers.in_process(decode, image.content, settings.max_image_pixels)


def pieces_or_file(ink: Submitted, settings: Settings) -> PiecedInk | ImageFile:
    """Take strokes or pixels to pieces, to be read as a number; an image file is left as it is.

    Raises:
        InkError: they cannot be read or are beyond a limit.
    """
    if isinstance(ink, ImageFile):
        return ink
    if ink.pixels is not None:
        picture = _picture_of_rows(ink.pixels)
        return PiecedImage.of(picture.pixels, picture.factor)
    return PiecedStrokes.of(_strokes(ink, settings))


def without_each_stroke(ink: Submitted, most: int) -> list[Preprocessed]:
    """The drawing without its first stroke, without its second, and so on for `most` of them.

    Raises:
        ServiceError: the ink has no strokes.
    """
    if isinstance(ink, ImageFile) or ink.strokes is None:
        raise ServiceError(Refusal.INVALID_REQUEST, "include: without_stroke is for ink sent as strokes")
    strokes = ink.strokes
    return [
        preprocess_strokes(strokes[:left_out] + strokes[left_out + 1 :]) for left_out in range(len(strokes))[:most]
    ]


def preprocess_levels(levels: NDArray[np.float64]) -> Preprocessed:
    """Bring grey levels (height, width), 0 to 255, to 28x28.

    Raises:
        InkError: they lie between 0 and 1.
    """
    return preprocess_picture(_picture_of_levels(levels))


def _strokes(ink: PredictRequest, settings: Settings) -> Sequence[Stroke]:
    """The strokes, if they are not too many."""
    strokes = ink.strokes or []
    # A stroke without points costs about as much as a point.
    points = sum(max(1, len(stroke)) for stroke in strokes)
    if points > settings.max_points:
        raise InkError(f"{points:,} points, but at most {settings.max_points:,} are read", field="strokes")
    return strokes


def _base64_image(text: str) -> bytes:
    """The bytes of an image in base64 or as a `data:` URL (RFC 2397)."""
    if text.startswith(("http:", "https:")):
        raise InkError("addresses are never fetched; send the image itself in base64", field="image")
    if text.startswith("data:"):
        header, comma, text = text.partition(",")
        if not comma or not header.endswith(";base64"):
            raise InkError("a data: URL must be in base64: data:image/png;base64,...", field="image")
    try:
        # Browsers and command lines break and pad base64 as they like; anything else is refused.
        compact = text.encode("ascii").translate(None, _BLANKS)
        return base64.b64decode(compact + b"=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InkError("not valid base64", field="image") from error


def _picture_of_rows(rows: list[list[float]]) -> Picture:
    """Rows of grey values as an image."""
    if not rows or not rows[0]:
        raise InkError("at least one row of at least one grey value", field="pixels")
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise InkError(f"{len(row)} values, but the rows before have {len(rows[0])}", field=f"pixels[{index}]")
    return _picture_of_levels(np.array(rows, np.float64), "pixels")


def _picture_of_levels(levels: NDArray[np.float64], field: str = "") -> Picture:
    if levels.max() <= 1 and (levels % 1).any():
        raise InkError("the values lie between 0 and 1, but grey values go from 0 to 255", field=field)
    return Picture.of_levels(levels)
