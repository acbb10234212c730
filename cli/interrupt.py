"""Ending long work politely: the first Ctrl-C (or SIGTERM) asks, the second insists."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_Handler = Callable[[int, FrameType | None], Any] | int | None


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether a signal has asked to stop; the next signal has its usual effect again."""
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    requested = False

    def request(_number: int, _frame: FrameType | None) -> None:
        nonlocal requested
        requested = True
        _restore(before)

    for number in _SIGNALS:
        signal.signal(number, request)
    try:
        yield lambda: requested
    finally:
        _restore(before)


def _restore(handlers: dict[signal.Signals, _Handler]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
