"""Where work goes that would hold up the event loop: to a thread, or to a process that can be ended."""

import math
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after, to_process, to_thread

from model.errors import InkError
from model.resources import run_bounded

_Value = TypeVar("_Value")
_Arguments = TypeVarTuple("_Arguments")

_SECONDS = 5
"""Of a processor's time that one image, or all those of a batch, may take."""

_PATIENCE = 20.0
"""Seconds after which it is given up, however little of them it was at work."""

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
        bounded = (_MEMORY, _SECONDS, self._rehearse, work, *arguments)
        async with self._processes:  # the time begins with the work, not while it waits for its turn
            try:
                with fail_after(_PATIENCE):
                    return await to_process.run_sync(run_bounded, *bounded, cancellable=True, limiter=self._unlimited)
            except (BrokenWorkerProcess, MemoryError, TimeoutError) as error:
                megabytes = _MEMORY // 2**20
                detail = f"cannot be decoded in the {_SECONDS} seconds and {megabytes} MB that are given to it"
                raise InkError(detail) from error
