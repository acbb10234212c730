"""Walking long buffers in blocks that fit the processor's cache, on several threads.

Element-wise work on all parameters is bound by memory, not by arithmetic: ten passes over a block that stays in the
cache cost little more than one pass over memory. NumPy releases the interpreter's lock within each operation, so
threads share the work. The result does not depend on the blocks or on the threads: each element is on its own.
"""

import os
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import DTypeLike

from model.nn import Floats, Workers

_BLOCK = 65_536
"""Elements: five float32 arrays of this length take 1.3 MB. Smaller blocks spend their time on calls."""

_BLOCKS_WORTH_A_THREAD = 4
"""With fewer, waking another thread costs more than it saves."""

BlockWork = Callable[[slice, Floats], None]
"""Does its part on the elements of a slice, with a scratch array of the slice's length."""


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Blocks:
    """The blocks of a buffer of some length.

    Args:
        length: of the buffers.
        dtype: of the scratch arrays.
        threads: at most so many at once; they end with the object.
    """

    def __init__(self, length: int, dtype: DTypeLike = np.float32, *, threads: int = 1) -> None:
        self._blocks = [slice(start, min(start + _BLOCK, length)) for start in range(0, length, _BLOCK)]
        useful = max(1, min(threads, len(self._blocks) // _BLOCKS_WORTH_A_THREAD))
        self._scratch = [np.empty(min(_BLOCK, length), dtype) for _ in range(useful)]
        self._workers = Workers(useful)

    def apply(self, work: BlockWork) -> None:
        """Do `work` on every block."""
        # One iterator for all: a thread that is held up leaves its blocks to the others.
        blocks = iter(self._blocks)
        self._workers.run(lambda scratch: _walk(blocks, scratch, work), self._scratch)


def _walk(blocks: Iterator[slice], scratch: Floats, work: BlockWork) -> None:
    for block in blocks:
        work(block, scratch[: block.stop - block.start])
