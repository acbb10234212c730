"""What connections may hold together, and how long."""

import asyncio
import math
import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a connection may hold, and how long.

    Attributes:
        header_seconds: for a request's headers to arrive, from the connection or from their first byte.
        reply_seconds: for a client to take a reply that does not fit into the buffers.
        connections: how many there may be at once.
    """

    header_seconds: float
    reply_seconds: float
    connections: int


def bound_system(transport: asyncio.Transport, bounds: Bounds) -> None:
    """Have the system wait no longer than we do for a client to take what it holds of replies.

    Linux alone can be told so (TCP_USER_TIMEOUT in tcp(7)); elsewhere such a connection ends when it has been
    idle for long.
    """
    connected: socket.socket | None = transport.get_extra_info("socket")
    is_tcp = connected is not None and connected.family in (socket.AF_INET, socket.AF_INET6)
    if connected and is_tcp and hasattr(socket, "TCP_USER_TIMEOUT"):
        milliseconds = math.ceil(1000 * bounds.reply_seconds)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
