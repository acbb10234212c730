"""When to ask again, and after how long: back-off that doubles, with full jitter.

M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: callers who were turned away together must
not come back together.
"""

import random
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from http import HTTPStatus

import httpx

from digits_client.bodies import Reply

_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""The replies that ask a caller to come back; any other says the same however often one asks."""

_UNREADABLE = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
"""The replies to a body in a coding that a service does not know: 415 (RFC 9110, 15.5.16), or 400 if it saw none."""

_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?")
_MOST_DIGITS = 20

_PASSING = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.TimeoutException)
"""Failures of a connection that may not happen again. Reading a drawing changes nothing, so asking twice is safe."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how long a request is tried.

    Attributes:
        attempts: how often at most, from 1 for never again.
        seconds: that all attempts may take together, with the waits between them; above 0.
        first_wait: the longest wait after the first attempt, in seconds; it doubles with each. 0 or more.
        longest_wait: where doubling ends, in seconds.

    Raises:
        ValueError: a value out of its range.
    """

    attempts: int = 4
    seconds: float = 30.0
    first_wait: float = 0.25
    longest_wait: float = 8.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or not self.seconds > 0 or not 0 <= self.first_wait <= self.longest_wait:
            raise ValueError(f"{self}: at least 1 attempt, seconds above 0, 0 <= first_wait <= longest_wait")


DEFAULT_RETRIES = Retries()
"""A restart of the service is outlived, and a person is not kept waiting for longer than half a minute."""


class Attempts:
    """The attempts of one request: what became of the last, and when to begin the next.

    Args:
        retries: how often and how long.
        rng: for the jitter.
        timeout: seconds that an attempt may take as a whole, unless the time is up before.
        compressed: whether to begin with a body that is compressed.

    Attributes:
        compressed: whether the body is to be compressed. Once a service cannot read it so, it is sent again as it is.
        made: how many there were.
        wait: seconds to wait before the next; None if there is to be none.
        outcome: of the last: a reply, or why there is none.
    """

    outcome: Reply | httpx.RequestError

    def __init__(self, retries: Retries, rng: random.Random, timeout: float, *, compressed: bool = False) -> None:
        self.compressed = compressed
        self.made = 0
        self.wait: float | None = 0.0
        self._retries = retries
        self._rng = rng
        self._timeout = timeout
        self._end = time.monotonic() + retries.seconds

    def begin(self) -> float:
        """Begin an attempt: how many seconds it may take."""
        self.made += 1
        return min(self._timeout, max(self._end - time.monotonic(), 0.001))

    def note(self, outcome: Reply | httpx.RequestError) -> None:
        """End an attempt."""
        self.outcome, self.wait = outcome, None
        if self.compressed and isinstance(outcome, Reply) and outcome.status in _UNREADABLE:
            self.compressed, self.wait = False, 0.0
            return
        if self.made < self._retries.attempts and _may_pass(outcome):
            longest = min(self._retries.longest_wait, self._retries.first_wait * 2.0 ** (self.made - 1))
            wait = _asked_wait(outcome) + self._rng.uniform(0, longest)
            if time.monotonic() + wait < self._end:
                self.wait = wait


def _may_pass(outcome: Reply | httpx.RequestError) -> bool:
    """Whether the same request may be answered another time."""
    if isinstance(outcome, Reply):
        return outcome.status in _BUSY
    return isinstance(outcome, _PASSING)


def _asked_wait(outcome: Reply | httpx.RequestError) -> float:
    """The seconds in `Retry-After` (RFC 9110, 10.2.3), 0 without it; a date is seen from that of the reply."""
    if not isinstance(outcome, Reply):
        return 0.0
    words = outcome.headers.get("Retry-After", "")
    if _SECONDS.fullmatch(words):
        # So many digits are longer than anyone waits, whatever follows.
        return float(words[:_MOST_DIGITS])
    with suppress(ValueError, OverflowError):
        then, now = parsedate_tz(words), parsedate_tz(outcome.headers.get("Date", ""))
        if then and now:
            return float(max(0, mktime_tz(then) - mktime_tz(now)))
    return 0.0
