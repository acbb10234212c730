"""Micro-batching: quick drawings that wait at the same moment are drawn and judged in one go instead of one by one.

Quick is what is surely read in a millisecond or two. It needs no thread, which costs more than that.
"""

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.decoding import PreparedInk, base64_image, finish_all
from app.schemas import PredictRequest
from model.preprocess import Preprocessed
from model.reading import Prediction

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

Read = tuple[Preprocessed, Prediction]


class Reader(Protocol):
    """What reads several drawings at once, as `Classifier` does."""

    def predict_batch(self, drawings: Sequence[Preprocessed], /) -> list[Prediction]:
        """Each of the drawings."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    reader: Reader
    ink: PreparedInk
    read: asyncio.Future[Read]


class MicroBatcher:
    """The quick drawings of an event loop.

    Nobody waits for company: what has arrived by the time the loop comes round is read. Under load that is a drawing
    of each caller, and otherwise the one there is.
    """

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    async def read(self, reader: Reader, ink: PreparedInk) -> Read:
        """The picture the network saw, and what it read."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._predict_batch)
        waiting = _Waiting(reader, ink, loop.create_future())
        self._waiting.append(waiting)
        return await waiting.read

    def _predict_batch(self) -> None:
        batch, self._waiting = self._waiting, []
        # New weights may have been taken since the first of them came.
        for reader in {id(one.reader): one.reader for one in batch}.values():
            _read_batch([one for one in batch if one.reader is reader], reader)


def _read_batch(batch: list[_Waiting], reader: Reader) -> None:
    try:
        inks = finish_all([one.ink for one in batch])
        readings = reader.predict_batch(inks)
    except Exception as error:  # noqa: BLE001 - each caller gets to know of it
        for one in batch:
            if not one.read.done():
                one.read.set_exception(error)
        return
    for one, ink, reading in zip(batch, inks, readings, strict=True):
        # A caller who hung up waits no more.
        if not one.read.done():
            one.read.set_result((ink, reading))


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
