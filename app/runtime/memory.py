"""How the process keeps its memory: what is large goes back when it is freed, and what stays is not looked over."""

import ctypes
import gc
from contextlib import suppress

_MEBIBYTE = 2**20

_M_MMAP_THRESHOLD, _LARGE = -3, _MEBIBYTE
"""Blocks from here on get a mapping of their own: weights and long bodies do, what a drawing needs does not."""

_M_TRIM_THRESHOLD, _KEPT = -1, 2 * _MEBIBYTE
"""What may lie free for the next requests, about as much as those need that are read at the same time."""


def give_back_large_blocks() -> None:
    """Have the C library return what is large and keep what is small, as mallopt(3) lets a program choose.

    The GNU library returns blocks from 128 KiB on at first, but raises that bound to the largest block that was ever
    freed, 32 MiB at most: a few new weights, and a worker holds half as much again. One bound that is set keeps the
    other, of what may lie free, from growing with it: a worker then asked for memory and gave it back with each
    drawing, and answered half as many (bench/serve.py). So both are set, where the library knows them.
    """
    with suppress(OSError, TypeError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _KEPT)


def leave_out_of_collection() -> None:
    """Spare the garbage collector all that exists by now, when the service has started and nearly all of it stays.

    To look it over takes 50 milliseconds, in which nobody is answered, and under load that came once a second: one
    drawing in a hundred waited ten times as long as the middle one.
    """
    gc.freeze()
