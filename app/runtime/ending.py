"""How a process of the service ends: in order, and if that takes too long, at once."""

import atexit
import ctypes
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe, active_children, connection, parent_process
from pathlib import Path
from types import FrameType

SECONDS_TO_END = 10.0
"""From the first SIGTERM or SIGINT to the end of a process, whatever it is doing."""

_PR_SET_CHILD_SUBREAPER = 36

_log = logging.getLogger("digits.ending")


def end_in_time(*, when_told: Callable[[], None] = lambda: None, at_last: Callable[[], None] = lambda: None) -> None:
    """Have this process end within `SECONDS_TO_END` of being told to, and what it started with it.

    A thread cannot be interrupted, so one that is at work would keep the process for as long as it likes. It is told
    by SIGTERM or SIGINT, whose handlers so far are called as before, or by the end of the process that started it: a
    worker that outlived the one that watches over it would hold the port, and nobody could stop it. Being told to end
    is no failure: the exit code is 0. Does nothing outside the main thread, where no signal arrives.

    Args:
        when_told: called from a thread as soon as it is told.
        at_last: called before an end that is not in order.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    reader, writer = Pipe(duplex=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        _also_tell(number, writer)
    _adopt_orphans()
    atexit.register(_kill_descendants)

    def watch() -> None:
        parent = parent_process()
        if reader not in connection.wait([reader, parent.sentinel] if parent else [reader]):
            os.kill(os.getpid(), signal.SIGTERM)
        when_told()
        time.sleep(SECONDS_TO_END)
        _say_so()
        _kill_descendants()
        at_last()
        os._exit(0)

    # Started now: in a signal handler, a lock that starting it takes may be held by what the signal interrupts.
    threading.Thread(target=watch, name="end in time", daemon=True).start()


def _also_tell(number: signal.Signals, writer: connection.Connection) -> None:
    """Have a signal tell the thread that watches, beside what it does so far."""
    before = signal.getsignal(number)
    if not callable(before):
        return  # the system's own way, which ends the process, or it is ignored

    def handle(number: int, frame: FrameType | None) -> None:
        writer.send_bytes(b"!")
        before(number, frame)

    signal.signal(number, handle)


def _say_so() -> None:
    """A line in the log, if the log takes it: whoever reads it may be stuck as well."""
    words = "not ended in order after %g seconds: what was under way is cut off"
    saying = threading.Thread(target=_log.error, args=(words, SECONDS_TO_END), daemon=True)
    saying.start()
    saying.join(0.5)


def _kill_descendants() -> None:
    """End all processes that this one started, those that they started, and so on."""
    for pid in _descendants(os.getpid()):
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    for child in active_children():
        child.join(0.5)


def _adopt_orphans() -> None:
    """Have what a worker leaves behind become a child of the process that watches over it, by prctl(2)."""
    with suppress(OSError, TypeError, AttributeError):  # only on Linux
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bury_orphans() -> None:
    """Take note of the end of what workers left behind: until then each keeps its place among the processes."""
    own = {child.pid for child in active_children()}
    for pid in set(_children(os.getpid())) - own:
        with suppress(OSError):
            os.waitpid(pid, os.WNOHANG)


def _descendants(pid: int) -> list[int]:
    """The processes below one."""
    return [one for child in _children(pid) for one in (child, *_descendants(child))]


def _children(pid: int) -> list[int]:
    """Those it started; none but on Linux, where a worker ends with the process that started it."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has just ended
            found += map(int, listed.read_text().split())
    return found
