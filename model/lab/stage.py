"""What happens in the lab, told to whoever follows it, at the pace of each."""

import json
import threading
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import Any

_MAX_WAITING = 64
"""Events that a follower may be behind; one who is further behind is given up."""


class Stage:
    """Events on their way to those who follow them.

    What matters to those who come later is kept for them. Whoever reads slowly holds up nobody: the pictures of a
    training are only made where `is_awaited`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[bytes] = []
        self._followers: list[_Follower] = []
        self._is_over = False

    @property
    def is_awaited(self) -> bool:
        """Whether somebody has taken all that was told."""
        with self._lock:
            return any(follower.is_idle for follower in self._followers)

    @property
    def is_followed(self) -> bool:
        """Whether anybody is there."""
        with self._lock:
            return bool(self._followers)

    def tell(self, kind: str, content: dict[str, Any], *, keep: bool = True) -> None:
        """Tell of an event: a line with its kind, and then its content in JSON.

        Args:
            kind: of the event.
            content: of the event, as JSON.
            keep: for those who come later.
        """
        line = as_line(kind, content)
        with self._lock:
            if keep:
                self._kept.append(line)
            for follower in self._followers:
                follower.put(line)

    def end(self) -> None:
        """There will be no more."""
        with self._lock:
            self._is_over = True
            for follower in self._followers:
                follower.put(None)

    def follow(self, seconds: float, missed: Sequence[bytes] = ()) -> Iterator[bytes]:
        """What was kept, what else was missed, and then what happens, a line each.

        Args:
            seconds: after which nothing (b"") is given where nothing happens.
            missed: lines for who comes late.
        """
        follower = _Follower()
        with self._lock:
            for line in [*self._kept, *missed]:
                follower.put(line)
            if self._is_over:
                follower.put(None)
            self._followers.append(follower)
        try:
            while (event := follower.take(seconds)) is not None:
                yield event
        finally:
            with self._lock:
                self._followers.remove(follower)


def as_line(kind: str, content: dict[str, Any]) -> bytes:
    """An event as a line: its kind, and then its content in JSON."""
    return f"{kind} {json.dumps(content, allow_nan=False)}\n".encode()


class _Follower:
    """The events that one is still to be told."""

    def __init__(self) -> None:
        self._events: SimpleQueue[bytes | None] = SimpleQueue()
        self._is_lost = False

    @property
    def is_idle(self) -> bool:
        return not self._is_lost and self._events.empty()

    def put(self, line: bytes | None) -> None:
        if self._events.qsize() < _MAX_WAITING:
            self._events.put(line)
        elif not self._is_lost:
            self._is_lost = True
            self._events.put(None)

    def take(self, seconds: float) -> bytes | None:
        try:
            return self._events.get(timeout=seconds)
        except Empty:
            return b""
