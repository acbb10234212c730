"""How a connection and the app tell each other whose turn it is."""

from typing import Any, Final, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.middleware.request_head import REFUSAL

CONNECTION: Final = "digits.connection"
"""In the state of a request's scope: the connection that it came on, if that wishes to be told."""

REFUSED: Final = "digits.refused"
"""There, too: what to change in a scope that stands for what the connection refuses."""


class Connection(Protocol):
    """What carries one request at a time.

    Attributes:
        has_refused: whether it refuses itself what came, and has the app say so in a request that stands for that.
        awaits_go_ahead: whether the client sends the body only if it is told to (RFC 9110, 10.1.1), and was not yet.
    """

    has_refused: bool

    @property
    def awaits_go_ahead(self) -> bool: ...  # noqa: D102

    def answered(self) -> None:
        """The request is answered."""


def is_refused_below(scope: Scope) -> bool:
    """Whether a connection has refused this request while its body arrived, and has that answered in its place."""
    connection: Connection | None = scope.get("state", {}).get(CONNECTION)
    return bool(connection and connection.has_refused) and REFUSAL not in scope.get("extensions", {})


class ConnectionTurns:
    """ASGI middleware that tells a connection when its request is answered, and takes over what that refuses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and tell of its end."""
        state: dict[str, Any] = scope.get("state", {})
        connection: Connection | None = state.get(CONNECTION)
        if connection is None:
            await self._app(scope, receive, send)
            return
        if refused := state.get(REFUSED):
            scope.update(refused)
        elif connection.awaits_go_ahead:
            send = _ending_unless_told(connection, send)
        await self._app(scope, receive, send)
        connection.answered()


def _ending_unless_told(connection: Connection, send: Send) -> Send:
    """End the connection with the reply if the client was not told to send the body, and may do so or not."""

    async def send_last(message: Message) -> None:
        if message["type"] == "http.response.start" and connection.awaits_go_ahead:
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return send_last
