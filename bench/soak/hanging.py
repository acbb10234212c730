"""Clients that hang: they send a part and no more, or never read what they are told. Each must be cut off.

And clients that speak no HTTP, each of which must be told so.
"""

import asyncio
import socket
from contextlib import suppress

from bench.soak.server import Server
from bench.soak.tally import Tally

_OF_EACH_KIND = 12
"""Clients that send a part, at the same time."""

_BODIES = 64
"""Clients that announce a body and send half of it: more than requests are taken on."""

_NEVER_READING = 4

_SECONDS_TO_BE_CUT_OFF = 12
"""Three times the bounds that the service is given: a busy machine is late."""

_LARGE = b"GET /static/vendor/swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: soak\r\n\r\n"
"""Eight of these replies are more than the system's buffers hold, so the service has to wait for the client."""


_AHEAD = b"GET /healthz HTTP/1.1\r\nHost: soak\r\n\r\n" * 1000
"""Requests that are sent ahead of their answers: far more than are parsed before their turn."""

_NO_HTTP = (
    b"GET /healthz HTTP/1.1\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: soak\r\nHost: other\r\n\r\n",
    b"POST /v1/predict HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"POST /v1/predict HTTP/1.1\r\nHost: soak\r\nContent-Length: " + b"0" * 5000 + b"27\r\n\r\n",
    b"GET /%0a%1b[31m HTTP/9.9\r\nHost: soak\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
)


def hanging(server: Server, tally: Tally, body: bytes) -> list[asyncio.Task[None]]:
    """All of those clients."""
    head = b"POST /v1/predict HTTP/1.1\r\nHost: soak\r\nContent-Type: application/json\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    starts = [
        (b"", "silent", _OF_EACH_KIND),
        (head, "half its headers", _OF_EACH_KIND),
        (head + length + body[: len(body) // 2], "half its body", _BODIES),
    ]
    clients = [send_a_part_for_ever(server, tally, start, kind) for start, kind, many in starts for _ in range(many)]
    clients += [never_read_for_ever(server, tally, _LARGE * 8, "never reads") for _ in range(_NEVER_READING)]
    clients += [never_read_for_ever(server, tally, _AHEAD, "asks far ahead") for _ in range(_NEVER_READING)]
    clients += [speak_no_http_for_ever(server, tally)]
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


async def speak_no_http_for_ever(server: Server, tally: Tally) -> None:
    """Send what must be answered with 400, or not at all, and the connection ended."""
    while True:
        for sent in _NO_HTTP:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(_SECONDS_TO_BE_CUT_OFF):
                    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
                    writer.write(sent)
                    said = await reader.read()
                    writer.close()
                if said.startswith(b"HTTP/1.1 400 "):
                    tally.refused("no HTTP", "refused")
                elif said:
                    tally.violated("no HTTP", f"{sent[:60]!r} is answered {said[:60]!r}")
            await asyncio.sleep(0.2)


async def never_read_for_ever(server: Server, tally: Tally, sent: bytes, kind: str) -> None:
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
                        await loop.sock_sendall(unread, sent)
                        while server.holds(unread.getsockname()[1]):
                            await asyncio.sleep(0.25)
                tally.refused("hanging", kind)
            except TimeoutError:
                tally.violated("hanging", f"{kind}: not cut off in {_SECONDS_TO_BE_CUT_OFF} s")
        await asyncio.sleep(0.5)
