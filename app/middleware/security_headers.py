"""The headers that tell browsers what the pages may do: nothing but what comes from here."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CONTENT_SECURITY_POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
]


def security_headers(frame_ancestors: str = "") -> dict[str, str]:
    """The headers; those who may show a page in a frame as CSP names them, empty for nobody."""
    policy = [*_CONTENT_SECURITY_POLICY, "frame-ancestors " + (frame_ancestors or "'none'")]
    return {
        "Content-Security-Policy": "; ".join(policy),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


class SecurityHeaders:
    """ASGI middleware that puts `security_headers` on every response that does not set them itself.

    Nor is a reply kept by anybody on the way, unless it says that it may be: ink and keys are its caller's affair.

    Args:
        app: what is inside.
        frame_ancestors: as `security_headers` takes them.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: str = "") -> None:
        self._app = app
        headers = {**security_headers(frame_ancestors), "Cache-Control": "no-store"}
        self._on_every_reply = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in self._on_every_reply if header[0] not in given),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
