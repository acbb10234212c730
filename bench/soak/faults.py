"""What goes wrong while the service serves: workers die, weights change for better and worse, clients hang."""

import asyncio
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

from bench.soak.server import WORKERS, Server
from bench.soak.tally import Tally

_HANGING = 12
"""Clients that hang at the same time, of each kind."""

_SECONDS_TO_RECOVER = 30


async def kill_workers_for_ever(server: Server, tally: Tally, rng: random.Random, every: float) -> None:
    """Kill a worker now and then, and see how long it takes until another has its weights and answers."""
    while True:
        await asyncio.sleep(every * rng.uniform(0.5, 1.5))
        victim = rng.choice(server.workers_ready())
        started = time.monotonic()
        tally.kills.append(started)
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        while len(set(server.workers_ready()) - {victim}) < WORKERS:
            if time.monotonic() - started > _SECONDS_TO_RECOVER:
                tally.violated("workers", f"one that was killed was not replaced in {_SECONDS_TO_RECOVER} s")
                break
            await asyncio.sleep(0.05)
        tally.recoveries.append(time.monotonic() - started)


async def swap_weights_for_ever(
    server: Server, good: list[Path], tally: Tally, rng: random.Random, every: float
) -> None:
    """Put good and bad files in place of the weights, in one step each, or take them away."""
    whole = [path.read_bytes() for path in good]
    while True:
        await asyncio.sleep(every * rng.uniform(0.5, 1.5))
        kind = rng.choice(["good", "good", "good", "cut off", "garbage", "gone"])
        tally.swaps[kind] += 1
        if kind == "gone":
            server.weights.unlink(missing_ok=True)
            continue
        content = rng.choice(whole)
        put(
            server.weights,
            {"good": content, "cut off": content[: len(content) // 2]}.get(kind, rng.randbytes(100_000)),
        )


def put(path: Path, content: bytes) -> None:
    """Put a file in place of another in one step."""
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)


async def hang_for_ever(server: Server, tally: Tally, start: bytes, kind: str) -> None:
    """A client that sends so much and no more: it must be cut off, or it would hold its connection for ever."""
    while True:
        writer = None
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(start)
            async with asyncio.timeout(60):
                await reader.read()  # to the end, which the service makes
            tally.refused("hanging", kind)
        except TimeoutError:
            tally.violated("hanging", f"{kind}: not cut off within a minute")
        except OSError:
            tally.refused("hanging", kind)
        finally:
            if writer:
                writer.close()
        await asyncio.sleep(0.5)


async def never_read(server: Server, tally: Tally, request: bytes) -> None:
    """A client that asks and asks and never reads what it is told, until it is cut off."""
    while True:
        writer = None
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1)
            async with asyncio.timeout(60):
                for _ in range(400):
                    writer.write(request)
                    await writer.drain()
                await asyncio.sleep(10)
        except (OSError, TimeoutError):
            pass
        finally:
            if writer:
                writer.transport.abort()
        tally.refused("hanging", "never reads")
        await asyncio.sleep(1)


def hanging(server: Server, tally: Tally, body: bytes) -> list[asyncio.Task[None]]:
    """All of those clients."""
    head = b"POST /v1/predict HTTP/1.1\r\nHost: soak\r\nContent-Type: application/json\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    starts = [(b"", "silent"), (head, "half its headers"), (head + length + body[: len(body) // 2], "half its body")]
    clients = [hang_for_ever(server, tally, start, kind) for start, kind in starts for _ in range(_HANGING)]
    clients += [never_read(server, tally, head + length + body) for _ in range(4)]
    return [asyncio.create_task(client) for client in clients]
