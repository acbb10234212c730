"""Work in a process of its own, which may take only so much memory more than it has."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_Value = TypeVar("_Value")

_limited: list[int] = []
"""Empty until this process has its limit: what it holds after some work is no part of its rest."""


def run_bounded(more_bytes: int, work: Callable[..., _Value], *arguments: object) -> _Value:
    """Do some work in this process, which from the first such call on may take `more_bytes` more than it had then.

    Only where the system knows such a limit (Linux: `RLIMIT_DATA`, setrlimit(2)); elsewhere the work is just done.

    Raises:
        MemoryError: it needs more.
    """
    if not _limited:
        _limit_memory(more_bytes)
        _limited.append(more_bytes)
    return work(*arguments)


def _limit_memory(more_bytes: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (pages * resource.getpagesize() + more_bytes, hard))
    except (ImportError, OSError, ValueError):
        return
