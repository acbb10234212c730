"""How often each client has asked lately: counted here, or in a Redis that several processes share."""

import asyncio
import logging
import math
import time

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

PATIENCE = 0.5
"""Seconds that a request waits for Redis at most."""

PAUSE = 5.0
"""Seconds after which Redis, once it did not answer, is asked again, by one request."""

_log = logging.getLogger("digits.rates")


class ClientRates:
    """Counts in a moving window. While Redis does not answer, this process counts for itself: the service goes on."""

    def __init__(self, limit: RateLimitItem, redis: str = "") -> None:
        self._limit = limit
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = _limiter_in_redis(redis) if redis else None
        self._is_away = False
        self._ask_again = 0.0

    async def seconds_to_wait(self, client: str) -> int:
        """Count a request; 0 if it is within the limit, otherwise in how many seconds to come back."""
        if self._shared and self._may_ask():
            try:
                async with asyncio.timeout(PATIENCE):
                    seconds = await self._count(self._shared, client)
            except (StorageError, TimeoutError) as error:
                self._note_away(error)
            else:
                self._note_back()
                return seconds
        return await self._count(self._own, client)

    async def _count(self, limiter: MovingWindowRateLimiter, client: str) -> int:
        if await limiter.hit(self._limit, client):
            return 0
        window = await limiter.get_window_stats(self._limit, client)
        return max(1, math.ceil(window.reset_time - time.time()))

    def _may_ask(self) -> bool:
        """Whether to ask Redis: always, but while it is away only now and then."""
        if not self._is_away:
            return True
        now = time.monotonic()
        if now < self._ask_again:
            return False
        self._ask_again = now + PAUSE  # the others need not wait for the answer to this one
        return True

    def _note_away(self, error: Exception) -> None:
        self._ask_again = time.monotonic() + PAUSE
        if not self._is_away:
            self._is_away = True
            reason = str(error) or f"no answer within {PATIENCE:g} s"
            _log.warning("Redis is away, each process counts its clients for itself: %s", reason)

    def _note_back(self) -> None:
        if self._is_away:
            self._is_away = False
            _log.info("Redis is back, clients are counted there")


def _limiter_in_redis(url: str) -> MovingWindowRateLimiter:
    # Loading the client takes a tenth of a second, and few want it.
    from limits.aio.storage import RedisStorage  # noqa: PLC0415
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    storage = RedisStorage(
        f"async+{url}",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix="digits",
        # At once, and once: a connection from before Redis was started anew is no good.
        retry=Retry(NoBackoff(), 1),  # type: ignore[arg-type]
    )
    return MovingWindowRateLimiter(storage)
