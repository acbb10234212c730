"""How often one client may ask, where an operator sets that."""

from http import HTTPStatus

from limits import RateLimitItem
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import error_response
from app.middleware.client_rates import ClientRates


class RateLimit:
    """ASGI middleware that answers 429 to a client who asks more often than the limit.

    A client is an address: behind a proxy that is to be trusted, `digits serve --trusted-proxies` makes it the one
    that the proxy names.
    """

    def __init__(self, app: ASGIApp, limit: RateLimitItem, redis: str = "") -> None:
        self._app = app
        self._limit = limit
        self._rates = ClientRates(limit, redis)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or turn it away."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        seconds = await self._rates.seconds_to_wait((scope.get("client") or ("unknown",))[0])
        if not seconds:
            await self._app(scope, receive, send)
            return
        detail = f"more than {self._limit}; try again in {seconds} s"
        refusal = error_response(
            scope["path"], HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", detail, {"Retry-After": str(seconds)}
        )
        await refusal(scope, receive, send)
