"""What proxies in front of the service say: who asks, and at which path they have the service."""

from collections.abc import Sequence
from ipaddress import IPv4Network, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.errors import route_path
from app.settings import is_root_path

_PREFIX = b"x-forwarded-prefix"


class TrustedProxies(ProxyHeadersMiddleware):
    """ASGI middleware that believes some proxies: about the client, the scheme, and the path before all addresses.

    The headers are X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Prefix. A prefix that is no path such as
    `/digits` is passed over: a proxy that does not set this header hands on what its client made up.

    Args:
        app: what is inside.
        proxies: their addresses and networks; `*` alone for all.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        mapped = [network for proxy in proxies if proxy != "*" and (network := _mapped(proxy))]
        super().__init__(app, [*proxies, *mapped])  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Pass the request on as the proxy tells of it."""
        if scope["type"] == "http" and (scope.get("client") or ("",))[0] in self.trusted_hosts:
            prefixes = [value.decode("latin-1").rstrip("/") for name, value in scope["headers"] if name == _PREFIX]
            if len(prefixes) == 1 and is_root_path(prefixes[0]):
                scope["root_path"] = prefixes[0]
        await super().__call__(scope, receive, send)  # type: ignore[arg-type]


def _mapped(proxy: str) -> str:
    """An IPv4 network as a socket for both kinds of addresses names it (RFC 4291, 2.5.5.2); empty for IPv6."""
    network = ip_network(proxy)
    if not isinstance(network, IPv4Network):
        return ""
    return f"::ffff:{network.network_address}/{96 + network.prefixlen}"


class RootPath:
    """ASGI middleware that has each path begin with its `root_path`, whether or not the proxy passed that on.

    Args:
        app: what is inside.
        root_path: that of requests whose proxy names none.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its whole path."""
        if scope["type"] == "http" and (root := scope.get("root_path") or self._root_path):
            scope["root_path"] = root
            is_whole = f"{scope['path']}/".startswith(f"{root}/")
            scope["path"] = root + ((route_path(scope) or "/") if is_whole else scope["path"])
        await self._app(scope, receive, send)
