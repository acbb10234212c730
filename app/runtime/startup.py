"""A start that fails for a reason meant for the operator: said in one line, without a stack trace."""

import logging
import sys

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model.errors import DigitsError


class PlainStartupErrors:
    """ASGI middleware that shortens the lifespan's failure message from a traceback to the error itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; only a failed start is reworded."""

        async def send_plainly(message: Message) -> None:
            error = sys.exception()
            if message["type"] == "lifespan.startup.failed" and isinstance(error, DigitsError):
                message = {**message, "message": str(error)}
            await send(message)

        await self._app(scope, receive, send_plainly if scope["type"] == "lifespan" else send)


class NewsOnly(logging.Filter):
    """Keeps back the echo that follows each failed start's own message."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record says something new."""
        return "startup failed" not in record.getMessage()
