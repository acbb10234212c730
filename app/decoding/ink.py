"""From what was sent to 28x28, or to the pieces of a number; image files in a process that can be ended."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from anyio import CancelScope, sleep
from numpy.typing import NDArray

from app.decoding.drawing import GreyLevels, ImageFile, PenStrokes, Submitted
from app.errors import Refusal, ServiceError
from app.runtime import Workers
from app.settings import Settings
from model.errors import InkError
from model.image_file import Picture, grey_scale, preprocess_image_file, preprocess_image_files, preprocess_picture
from model.numbers import PiecedImage, PiecedInk, PiecedStrokes
from model.preprocess import Polylines, Preprocessed, preprocess_polylines, preprocess_strokes

PreparedInk = Preprocessed | Polylines
"""Ink on its way to 28x28: strokes are drawn last, and several drawings together."""

_Decoded = TypeVar("_Decoded")

_SECONDS_TO_BE_READY = 1.0
"""For the service itself, before it starts others: its own start is waited for, theirs is not."""


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
    if isinstance(ink, PenStrokes):
        return ink.lines
    if isinstance(ink, GreyLevels):
        return preprocess_picture(_picture_of(ink))
    with ink.named():
        return preprocess_image_file(ink.content, settings.max_image_pixels)


def finish_all(prepared: Sequence[PreparedInk]) -> list[Preprocessed]:
    """The rest of it, which takes less time for several drawings at once than for each."""
    drawn = iter(preprocess_polylines([ink for ink in prepared if isinstance(ink, Polylines)]))
    return [next(drawn) if isinstance(ink, Polylines) else ink for ink in prepared]


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


def pieces_or_file(ink: Submitted) -> PiecedInk | ImageFile:
    """Take strokes or pixels to pieces, to be read as a number; an image file is left as it is.

    Raises:
        InkError: they cannot be read.
    """
    if isinstance(ink, ImageFile):
        return ink
    if isinstance(ink, PenStrokes):
        return PiecedStrokes.of(ink.split())
    picture = _picture_of(ink)
    return PiecedImage.of(picture.pixels, picture.factor)


def without_each_stroke(ink: Submitted, most: int) -> list[Preprocessed]:
    """The drawing without its first stroke, without its second, and so on for `most` of them.

    Raises:
        ServiceError: the ink has no strokes.
    """
    if not isinstance(ink, PenStrokes):
        raise ServiceError(Refusal.INVALID_REQUEST, "include: without_stroke is for ink sent as strokes")
    strokes = ink.split()
    return [
        preprocess_strokes(strokes[:left_out] + strokes[left_out + 1 :]) for left_out in range(len(strokes))[:most]
    ]


def preprocess_levels(levels: NDArray[Any]) -> Preprocessed:
    """Bring grey levels (height, width) of any numeric type to 28x28; their scale is told from the highest."""
    return preprocess_picture(_picture_of(GreyLevels(levels)))


def _picture_of(ink: GreyLevels) -> Picture:
    scale = grey_scale(ink.levels)
    return Picture.of_levels(ink.levels if scale == 1 else np.multiply(ink.levels, scale, dtype=np.float32))
