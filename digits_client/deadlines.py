"""One deadline for a whole exchange without an event loop: the time limits of httpx hold for each read alone.

A backend for the network, as httpcore lets one have (https://www.encode.io/httpcore/network-backends/), gives every
connect, read and write what is left of the time. On an event loop `anyio.fail_after` does that.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

_CHUNK = 2**14
"""Bytes to send at once: what is sent in one go even if the other end takes it slowly; the size of a TLS record."""

_end: ContextVar[float] = ContextVar("end of the exchange that this thread is at")


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let what the clients of `client_with_deadlines` do in this block take so long, all together.

    Raises:
        httpx.TimeoutException: it takes longer; raised by the client.
    """
    token = _end.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _end.reset(token)


def client_with_deadlines() -> httpx.Client:
    """A client of httpx that keeps to `deadline`, its proxies included; every request needs one."""
    client = httpx.Client()
    # httpx hands no backend on to httpcore, and would find no proxies in the environment if given a transport.
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = _Backend()
    return client


def _remaining(error: type[httpcore.TimeoutException]) -> float:
    """Seconds above 0."""
    seconds = _end.get() - time.monotonic()
    if seconds <= 0:
        raise error("the time is up")
    return seconds


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is tighter
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """To the first of the host's addresses that answers; `socket` would grant each of them the whole time."""
        problem = httpcore.ConnectError(f"{host} has no address")
        for address in _addresses(host, port):
            left = _remaining(httpcore.ConnectTimeout)
            try:
                return _Stream(super().connect_tcp(address, port, left, local_address, socket_options))
            except httpcore.ConnectError as error:
                problem = error
        raise problem


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return [str(socket.getnameinfo(one[4], socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0]) for one in found]


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline is tighter
        return self._stream.read(max_bytes, _remaining(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline is tighter
        for start in range(0, len(buffer), _CHUNK):
            self._stream.write(buffer[start : start + _CHUNK], _remaining(httpcore.WriteTimeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is tighter
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _remaining(httpcore.ConnectTimeout)))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
