"""Clients that hang: they send a part and no more, or never read what they are told. Each must be cut off."""

import asyncio
import socket
from contextlib import suppress

from bench.soak.server import Server
from bench.soak.tally import Tally

_OF_EACH_KIND = 12
"""Clients that send a part, at the same time."""

_NEVER_READING = 4

_SECONDS_TO_BE_CUT_OFF = 12
"""Three times the bounds that the service is given: a busy machine is late."""

_LARGE = b"GET /static/vendor/swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: soak\r\n\r\n"
"""Eight of these replies are more than the system's buffers hold, so the service has to wait for the client."""


def hanging(server: Server, tally: Tally, body: bytes) -> list[asyncio.Task[None]]:
    """All of those clients."""
    head = b"POST /v1/predict HTTP/1.1\r\nHost: soak\r\nContent-Type: application/json\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    starts = [(b"", "silent"), (head, "half its headers"), (head + length + body[: len(body) // 2], "half its body")]
    clients = [
        send_a_part_for_ever(server, tally, start, kind) for start, kind in starts for _ in range(_OF_EACH_KIND)
    ]
    clients += [never_read_for_ever(server, tally) for _ in range(_NEVER_READING)]
    return [asyncio.create_task(client) for client in clients]


async def send_a_part_for_ever(server: Server, tally: Tally, start: bytes, kind: str) -> None:
    """Send so much and no more, again and again."""
    while True:
        writer = None
        try:
            async with asyncio.timeout(_SECONDS_TO_BE_CUT_OFF):
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
                writer.write(start)
                await reader.read()  # to the end, which the service makes
            tally.refused("hanging", kind)
        except TimeoutError:
            tally.violated("hanging", f"{kind}: not cut off in {_SECONDS_TO_BE_CUT_OFF} s")
        except OSError:
            tally.refused("hanging", kind)
        finally:
            if writer:
                writer.close()
        await asyncio.sleep(0.5)


async def never_read_for_ever(server: Server, tally: Tally) -> None:
    """Ask for much and read nothing, again and again."""
    loop = asyncio.get_running_loop()
    while True:
        with socket.socket() as unread:
            unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            unread.setblocking(False)
            try:
                async with asyncio.timeout(_SECONDS_TO_BE_CUT_OFF):
                    with suppress(ConnectionError):
                        await loop.sock_connect(unread, ("127.0.0.1", server.port))
                        await loop.sock_sendall(unread, _LARGE * 8)
                        while server.holds(unread.getsockname()[1]):
                            await asyncio.sleep(0.25)
                tally.refused("hanging", "never reads")
            except TimeoutError:
                tally.violated("hanging", f"never reads: not cut off in {_SECONDS_TO_BE_CUT_OFF} s")
        await asyncio.sleep(0.5)
