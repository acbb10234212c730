"""Micro-batching: quick drawings that wait at the same moment are drawn and judged in one go instead of one by one.

Quick is what is surely read in a millisecond or two. It needs no thread, which costs more than that.
"""

import asyncio
import struct
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.decoding import GreyLevels, PenStrokes, PreparedInk, Submitted, finish_all
from model.preprocess import Preprocessed
from model.reading import Prediction

QUICK_BYTES = 64 * 1024
"""Longer bodies take a while to be understood, whatever is in them."""

_POINTS = 256
"""Of a drawing that is drawn in a millisecond, however far its points lie apart."""

_GREY_VALUES = 8 * 1024

_IMAGE_BYTES = 2**17
"""As many as a grey canvas of 360 by 360 has, or one of 180 by 180 in colour, once it is decoded."""

_PNG_HEADER = struct.Struct(">8s4x4sIIBB")
"""Signature, the first chunk's name, width, height, bits and type of colour (PNG specification, 11.2.1)."""

_CHANNELS = {0: 1, 2: 4, 3: 4, 4: 4, 6: 4}
"""In which a pixel is worked on, by its type of colour."""

_TOGETHER = 16
"""Drawings that are read before the others on the loop have their turn."""

_DEAR = (b"zTXt", b"iTXt", b"iCCP", b"tRNS")
"""Chunks that may hold a thousand times what they seem to, or make a grey picture one in colour."""

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

    Nobody waits for company: what has arrived by the time the loop has come round is read, up to a few at once. Under
    load that is a drawing of each caller, and otherwise the one there is.
    """

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()

    async def read(self, reader: Reader, ink: PreparedInk) -> Read:
        """The picture the network saw, and what it read."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            # Twice: what came while this one was understood is about to be understood, too.
            loop.call_soon(loop.call_soon, self._predict_batch)
        waiting = _Waiting(reader, ink, loop.create_future())
        self._waiting.append(waiting)
        return await waiting.read

    def _predict_batch(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(_TOGETHER, len(self._waiting)))]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._predict_batch)
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


def is_quick(ink: Submitted) -> bool:
    """Whether ink, sent in at most `QUICK_BYTES`, is a few strokes, a few grey values or a small PNG."""
    if isinstance(ink, PenStrokes):
        return len(ink.points) + len(ink.lengths) <= _POINTS
    if isinstance(ink, GreyLevels):
        return ink.levels.size <= _GREY_VALUES
    return _is_small_png(ink.content)


def _is_small_png(content: bytes) -> bool:
    if len(content) < _PNG_HEADER.size or content.count(b"IHDR") != 1:  # of two headers a decoder takes the other
        return False
    signature, chunk, width, height, bits, colour = _PNG_HEADER.unpack_from(content)
    is_small = width * height * _CHANNELS.get(colour, 4) <= _IMAGE_BYTES and bits <= 8
    is_plain = not any(name in content for name in _DEAR)
    return is_small and is_plain and (signature, chunk) == (b"\x89PNG\r\n\x1a\n", b"IHDR")
