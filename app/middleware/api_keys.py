"""Keys for callers, where an operator asks for them."""

import hmac
from collections.abc import Sequence
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import error_response
from app.schemas import KEY_HEADER


class ApiKeys:
    """ASGI middleware that lets requests with a body pass only if they carry one of the keys.

    Pages and health need none. Keys are compared in constant time, all of them, and never logged.
    """

    def __init__(self, app: ASGIApp, keys: Sequence[str]) -> None:
        self._app = app
        self._keys = [key.encode() for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["method"] != "POST" or self._is_known(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        detail = f"the header {KEY_HEADER} must hold one of this service's keys"
        refusal = error_response(
            scope["path"], HTTPStatus.UNAUTHORIZED, "unauthorized", detail, {"WWW-Authenticate": KEY_HEADER}
        )
        await refusal(scope, receive, send)

    def _is_known(self, headers: Headers) -> bool:
        given = headers.get(KEY_HEADER, "").encode()
        # Every key is compared, so that the time taken tells nothing.
        return sum(hmac.compare_digest(given, key) for key in self._keys) > 0
