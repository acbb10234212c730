"""How much work is taken on at once: beyond that, callers are told at once to come back."""

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import error_response

RETRY_AFTER = 1
"""Seconds after which a caller who was turned away may try again: by then most of the work is done."""


class ConcurrencyLimit:
    """ASGI middleware that answers 503 when so many requests with a body are under way.

    Pages, health and metrics are never turned away: whoever looks after the service has to see it under load.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or turn it away."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if self._under_way >= self._most:
            detail = f"{self._most} requests are under way, which is as many as are taken on; try again"
            headers = {"Retry-After": str(RETRY_AFTER)}
            refusal = error_response(scope["path"], HTTPStatus.SERVICE_UNAVAILABLE, "overloaded", detail, headers)
            await refusal(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1
