"""Who may use the lab now, and who waits: in the order in which they came, over all processes of the service.

Each caller has a file in a folder that the processes share, and a lock on it: the lock of a process that dies is
gone, and so is the caller. Only where the system has such locks (flock(2)), which Windows has not.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Literal

from app.errors import Refusal, ServiceError

if sys.platform != "win32":
    import fcntl

MAX_WAITING = 8
MAX_WAITING_OF_ONE = 2
"""Of one client."""

_WAITING, _RUNNING = ".waits", ".runs"

_RETRY_AFTER = "10"
"""Seconds: most of what is done in the lab takes no longer."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Why somebody waits.

    Attributes:
        ahead: how many come before.
        why: what for: the end of something of `yours` or of `others`.
    """

    ahead: int
    why: Literal["yours", "others"]


class Places:
    """So many places, one for each client.

    Args:
        folder: that the processes of the service share.
        places: how many there are.
    """

    def __init__(self, folder: Path, places: int) -> None:
        self._folder = folder
        self._places = places

    @contextmanager
    def enter(self, client: str) -> Iterator["Ticket"]:
        """Stand in line, until the block ends.

        Raises:
            ServiceError: too many do already.
        """
        name = sha256(client.encode()).hexdigest()[:16]
        with self._decided():
            waiting = [path for path in self._present() if path.suffix == _WAITING]
            own = sum(_client(path) == name for path in waiting)
            if len(waiting) >= MAX_WAITING or own >= MAX_WAITING_OF_ONE:
                detail = f"{own} of yours and {len(waiting) - own} others wait for the lab already; try again"
                raise ServiceError(Refusal.OVERLOADED, detail, {"Retry-After": _RETRY_AFTER})
            path = self._folder / f"{time.time_ns():020}-{name}-{token_hex(4)}{_WAITING}"
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        ticket = Ticket(self, path)
        try:
            yield ticket
        finally:
            ticket.path.unlink(missing_ok=True)
            os.close(descriptor)

    @property
    def are_wanted(self) -> bool:
        """Whether somebody waits for one."""
        with self._decided():
            return any(path.suffix == _WAITING for path in self._present())

    def take(self, path: Path) -> Path | Wait:
        """Take a place if there is one: the ticket's new path, or why to wait."""
        with self._decided():
            present = self._present()
            running = {_client(one) for one in present if one.suffix == _RUNNING}
            free = self._places - sum(one.suffix == _RUNNING for one in present)
            waiting = [one for one in present if one.suffix == _WAITING]
            ahead = waiting.index(path)
            # Who waits for something of their own holds up nobody else.
            next_of = {_client(one): one for one in reversed(waiting) if _client(one) not in running}
            if path in sorted(next_of.values())[: max(free, 0)]:
                return path.rename(path.with_suffix(_RUNNING))
            is_own = _client(path) in running or next_of.get(_client(path)) != path
            return Wait(len(present) - len(waiting) + ahead, "yours" if is_own else "others")

    @contextmanager
    def _decided(self) -> Iterator[None]:
        """One process at a time decides."""
        descriptor = os.open(self._folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _present(self) -> list[Path]:
        """Those who wait and those who have a place, the first to come first; those who died are cleared away."""
        return [path for path in sorted(self._folder.glob("*-*.*")) if _is_held(path)]


class Ticket:
    """What somebody stands in line with.

    Attributes:
        path: of its file.
    """

    def __init__(self, places: Places, path: Path) -> None:
        self._places = places
        self.path = path

    def wait(self) -> Wait | None:
        """Why to wait; None with a place."""
        taken = self._places.take(self.path)
        if isinstance(taken, Wait):
            return taken
        self.path = taken
        return None


def _client(path: Path) -> str:
    return path.name.split("-")[1]


def _is_held(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)
