"""Which POSTs are taken on: those with a key, from clients who do not ask too often, and not too many at once.

Pages, health and metrics always pass: whoever looks after the service has to see it under load.
"""

import asyncio
import hmac
import logging
import math
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Refusal, ServiceError, error_response, problem_of, route_path
from app.middleware.client_network import client_network
from app.schemas import KEY_HEADER

RETRY_AFTER = 1
"""Seconds after which a caller who was turned away may try again: by then most of the work is done."""

_REDIS_SECONDS = 0.5
"""Seconds that a request waits for Redis at most."""

_REDIS_PAUSE = 5.0
"""Seconds after which Redis, once it did not answer, is asked again, by one request."""

_log = logging.getLogger("digits.rates")


class _Admission(ABC):
    """ASGI middleware that passes a POST on or refuses it, and passes on everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
        elif refusal := await self._refusal(scope):
            await refusal(scope, receive, send)
        else:
            await self._admit(scope, receive, send)

    @abstractmethod
    async def _refusal(self, scope: Scope) -> Response | None:
        """The answer to a POST that is refused; None for one that is not."""

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class ApiKeys(_Admission):
    """Answers 401 to those without one of the keys, which are never logged."""

    def __init__(self, app: ASGIApp, keys: Sequence[str]) -> None:
        super().__init__(app)
        self._keys = [key.encode() for key in keys]

    async def _refusal(self, scope: Scope) -> Response | None:
        given = Headers(scope=scope).get(KEY_HEADER, "").encode()
        # In constant time, and every key is compared: the time taken tells nothing.
        if sum(hmac.compare_digest(given, key) for key in self._keys):
            return None
        problem = Refusal.UNAUTHORIZED.problem(f"the header {KEY_HEADER} must hold one of this service's keys")
        return error_response(route_path(scope), problem, {"WWW-Authenticate": KEY_HEADER})


class ConcurrencyLimit(_Admission):
    """Answers 503 to those beyond so many at once, and to those whose bodies there is no room for.

    A request counts from when its body is there, so that those who announce one and do not send it take nobody's
    place. If the bodies take more room together than they may, the client who fills most of it loses the one that has
    been waited for longest: others, and what is small, get through.
    """

    def __init__(self, app: ASGIApp, most: int, most_bytes: int) -> None:
        super().__init__(app)
        self._most = most
        self._most_bytes = most_bytes
        self._under_way = 0
        self._bytes = 0
        self._arriving: dict[_Body, None] = {}  # the oldest first

    async def _refusal(self, scope: Scope) -> Response | None:
        if self._under_way < self._most:
            return None
        error = self._no_place()
        return error_response(route_path(scope), problem_of(error), error.headers)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = _Body(client_network((scope.get("client") or ("unknown",))[0]))

        async def receive_counted() -> Message:
            # Until the first part is there, there is nothing to give up.
            message = await (self._receive(body, receive) if body.bytes else receive())
            if body.is_arriving and message["type"] == "http.request":
                self._note(body, len(message.get("body", b"")), is_whole=not message.get("more_body", False))
            return message

        try:
            await self._app(scope, receive_counted, send)
        finally:
            self._leave(body)

    async def _receive(self, body: "_Body", receive: Receive) -> Message:
        """The next part of a body, unless its room is taken from it meanwhile."""
        try:
            async with asyncio.timeout(None) as body.waiting:
                return await receive()
        except TimeoutError as error:
            raise self._no_room() from error

    def _note(self, body: "_Body", length: int, *, is_whole: bool) -> None:
        """Some of a body has come."""
        body.bytes += length
        self._bytes += length
        if is_whole:
            self._arriving.pop(body, None)
            if self._under_way >= self._most:
                raise self._no_place()
            body.is_arriving = False
            self._under_way += 1
            return
        self._arriving[body] = None
        while self._bytes > self._most_bytes:
            if not self._arriving:
                return
            longest = self._longest_awaited()
            self._give_up(longest)
            if longest is body:
                raise self._no_room()
            if longest.waiting:
                longest.waiting.reschedule(asyncio.get_running_loop().time())

    def _longest_awaited(self) -> "_Body":
        """The first to come of the bodies of the client whose bodies take most room."""
        held: Counter[str] = Counter()
        for body in self._arriving:
            held[body.client] += body.bytes
        (client, _), *_ = held.most_common(1)
        return next(body for body in self._arriving if body.client == client)

    def _give_up(self, body: "_Body") -> None:
        self._arriving.pop(body, None)
        self._bytes -= body.bytes
        body.bytes = 0

    def _leave(self, body: "_Body") -> None:
        """A request is answered."""
        self._give_up(body)
        if not body.is_arriving:
            self._under_way -= 1

    def _no_place(self) -> ServiceError:
        return _overloaded(f"{self._most} requests are under way, which is as many as are taken on")

    def _no_room(self) -> ServiceError:
        return _overloaded(f"the bodies under way take the {self._most_bytes:,} bytes that there are for them")


class _Body:
    """A body on its way, or all there.

    Attributes:
        client: who sends it.
        bytes: of it that are held.
        is_arriving: whether some of it is still to come.
        waiting: for the next part; can be cut short.
    """

    __slots__ = ("bytes", "client", "is_arriving", "waiting")

    def __init__(self, client: str) -> None:
        self.client = client
        self.bytes = 0
        self.is_arriving = True
        self.waiting: asyncio.Timeout | None = None


def _overloaded(detail: str) -> ServiceError:
    return ServiceError(Refusal.OVERLOADED, f"{detail}; try again", {"Retry-After": str(RETRY_AFTER)})


class RateLimit(_Admission):
    """Answers 429 to a client who asks more often than the limit.

    A client is an address, or a network of IPv6: behind a proxy that is to be trusted, `digits serve
    --trusted-proxies` makes it the one that the proxy names. Clients are counted in a moving window, here or in a
    Redis that several processes share. While Redis does not answer, each process counts for itself: the service goes
    on.
    """

    def __init__(self, app: ASGIApp, limit: RateLimitItem, redis: str = "") -> None:
        super().__init__(app)
        self._limit = limit
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = _limiter_in_redis(redis) if redis else None
        self._is_away = False
        self._ask_again = 0.0

    async def _refusal(self, scope: Scope) -> Response | None:
        seconds = await self._seconds_to_wait(client_network((scope.get("client") or ("unknown",))[0]))
        if not seconds:
            return None
        problem = Refusal.TOO_MANY_REQUESTS.problem(f"more than {self._limit}; try again in {seconds} s")
        return error_response(route_path(scope), problem, {"Retry-After": str(seconds)})

    async def _seconds_to_wait(self, client: str) -> int:
        """Count a request; 0 if it is within the limit, otherwise in how many seconds to come back."""
        if self._shared and self._may_ask():
            try:
                async with asyncio.timeout(_REDIS_SECONDS):
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
        self._ask_again = now + _REDIS_PAUSE  # the others need not wait for the answer to this one
        return True

    def _note_away(self, error: Exception) -> None:
        self._ask_again = time.monotonic() + _REDIS_PAUSE
        if not self._is_away:
            self._is_away = True
            reason = str(error) or f"no answer within {_REDIS_SECONDS:g} s"
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
