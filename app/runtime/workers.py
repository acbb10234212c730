"""Where work goes that would hold up the event loop: to a thread, or to a process that can be ended."""

import math
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after, to_process, to_thread

from model.errors import InkError
from model.memory import run_bounded

_Value = TypeVar("_Value")
_Arguments = TypeVarTuple("_Arguments")

SECONDS = 5.0
"""That one image, or all those of a batch, may take."""

_MEMORY = 150 * 2**20
"""Bytes that they may take, above what the process holds at rest."""


class Workers:
    """The threads and processes of an event loop: so many of each at most, and the others wait for their turn.

    What our own code does is bounded beforehand, and runs in a thread. What decodes a stranger's image runs in a
    process: a decoder cannot be interrupted, and bounds cannot be foreseen for each of its weaknesses.

    Args:
        most: threads, and as many processes.
        rehearse: what a process does before its first work; a function of a module that is imported quickly.
    """

    def __init__(self, most: int, rehearse: Callable[[], object]) -> None:
        self._rehearse = rehearse
        self._threads = CapacityLimiter(most)
        self._processes = CapacityLimiter(most)
        self._unlimited = CapacityLimiter(math.inf)

    async def in_thread(self, work: Callable[[Unpack[_Arguments]], _Value], *arguments: *_Arguments) -> _Value:
        """What some work gives, done in a thread."""
        return await to_thread.run_sync(work, *arguments, limiter=self._threads)

    async def in_process(self, work: Callable[[Unpack[_Arguments]], _Value], *arguments: *_Arguments) -> _Value:
        """What some work on an image gives, done in a process, which is ended if it takes too long.

        Args:
            work: a function of a module that is imported quickly.
            arguments: of it; like what it gives, they can be pickled.

        Raises:
            InkError: it takes too long or too much memory, or the process broke down over it.
        """
        async with self._processes:  # the time begins with the work, not while it waits for its turn
            try:
                with fail_after(SECONDS):
                    return await to_process.run_sync(
                        run_bounded,
                        _MEMORY,
                        self._rehearse,
                        work,
                        *arguments,
                        cancellable=True,
                        limiter=self._unlimited,
                    )
            except TimeoutError as error:
                raise InkError(f"takes longer to decode than the {SECONDS:g} seconds that are given to it") from error
            except (BrokenWorkerProcess, MemoryError) as error:
                raise InkError("cannot be decoded within the memory that is given to it") from error
