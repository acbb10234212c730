"""How often one client may ask, where an operator sets that."""

import math
import time
from http import HTTPStatus

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import problem_response


class RateLimit:
    """ASGI middleware that answers 429 to a client who asks more often than the limit.

    A client is an address: behind a proxy that is to be trusted, `digits serve --trusted-proxies` makes it the one
    that the proxy names.
    """

    def __init__(self, app: ASGIApp, limit: RateLimitItem) -> None:
        self._app = app
        self._limit = limit
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or turn it away."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        client = (scope.get("client") or ("unknown",))[0]
        if await self._limiter.hit(self._limit, client):
            await self._app(scope, receive, send)
            return
        window = await self._limiter.get_window_stats(self._limit, client)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        detail = f"more than {self._limit}; try again in {wait} s"
        refusal = problem_response(
            HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", detail, {"Retry-After": str(wait)}
        )
        await refusal(scope, receive, send)
