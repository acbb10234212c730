"""Large blocks of memory go back to the system once they are freed: taking new weights leaves nothing behind."""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3
_LARGE = 2**20
"""Bytes. Weights and long bodies are beyond it, what a drawing needs is below."""


def give_back_large_blocks() -> None:
    """Give each large block a mapping of its own: once it is freed, its memory is the system's again.

    The GNU C library does so from 128 KiB on at first, but raises that bound to the largest block that was ever
    freed, 32 MiB at most, and keeps what is below for later: half of a worker's memory, after a few new weights. A
    bound that was set stays (mallopt(3)). Other C libraries have no such bound, and nothing is done.
    """
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
