"""What a process gives back to the system, and what it may take of it."""

import ctypes
import gc
import math
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

_Value = TypeVar("_Value")

_M_MMAP_THRESHOLD, _LARGE = -3, 2**20
"""Blocks of this many bytes get a mapping of their own: weights and long bodies do, what a drawing needs does not."""

_M_TRIM_THRESHOLD, _KEPT = -1, 2 * 2**20
"""Bytes that may lie free for the next requests: about what those need that are read at the same time."""

_limited: list[int] = []
"""Empty until this process has its limit of memory."""


def tune_malloc() -> None:
    """Have the C library return large blocks to the system and keep small ones, by mallopt(3).

    The GNU library maps blocks from 128 KiB on at first, but raises that bound to the largest block that was ever
    freed, 32 MiB at most: after two new weights a worker held 187 MB instead of 117. Setting one bound also stops the
    other, of what may lie free, from growing: a worker then asked for memory and gave it back with each drawing, and
    answered half as many (bench/serve.py). So both are set, where the library knows them.
    """
    with suppress(OSError, TypeError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _KEPT)


def run_bounded(
    more_bytes: int, seconds: int, rehearse: Callable[[], object], work: Callable[..., _Value], *arguments: object
) -> _Value:
    """Do some work in this process, which may then take only so much more memory than at rest, and so much time.

    Only where the system knows such limits (setrlimit(2): `RLIMIT_DATA` on Linux, `RLIMIT_CPU`); elsewhere it is
    just done.

    Args:
        more_bytes: that it may take.
        seconds: of the processor's time that it may take; then this process ends.
        rehearse: does such work once, before the first: what libraries load and keep then belongs to the rest.
        work: the work.
        arguments: of the work.

    Raises:
        MemoryError: it needs more.
    """
    if not _limited:
        tune_malloc()
        rehearse()
        _limit_memory(more_bytes)
        _limited.append(more_bytes)
    _limit_time(seconds)
    try:
        return work(*arguments)
    finally:
        gc.collect(1)  # images hang in cycles, and the next one may be as large


def limit_process(more_bytes: int, seconds: int) -> None:
    """Have this process take only so much more memory than it does now, and so much of the processor's time.

    Where the system knows such limits: beyond the first it gets no memory, beyond the second it ends.
    """
    _limit_memory(more_bytes)
    _limit_time(seconds)


def _limit_memory(more_bytes: int) -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (pages * resource.getpagesize() + more_bytes, hard))


def _limit_time(seconds: int) -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))
