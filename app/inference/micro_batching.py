"""Drawings that wait at the same moment are read together: drawn, and judged, in one go instead of one by one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.decoding import PreparedInk, finish_all
from model.preprocess import Preprocessed
from model.reading import Prediction

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
        gathered, self._waiting = self._waiting, []
        # New weights may have been taken since the first of them came.
        for reader in {id(one.reader): one.reader for one in gathered}.values():
            _read_together([one for one in gathered if one.reader is reader], reader)


def _read_together(gathered: list[_Waiting], reader: Reader) -> None:
    try:
        inks = finish_all([one.ink for one in gathered])
        readings = reader.predict_batch(inks)
    except Exception as error:  # noqa: BLE001 - each caller gets to know of it
        for one in gathered:
            if not one.read.done():
                one.read.set_exception(error)
        return
    for one, ink, reading in zip(gathered, inks, readings, strict=True):
        # A caller who hung up waits no more.
        if not one.read.done():
            one.read.set_result((ink, reading))
