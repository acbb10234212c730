"""What goes wrong while the service serves: workers die, and weights change for better and worse."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Collection
from contextlib import suppress
from itertools import cycle
from pathlib import Path

from bench.soak.server import WORKERS, Server
from bench.soak.tally import Tally

_SECONDS_TO_RECOVER = 30


async def kill_workers_for_ever(
    server: Server, tally: Tally, rng: random.Random, *, every: float, spared: int
) -> None:
    """Kill a worker now and then, but always spare the same one, whose memory tells what a long life does to it."""
    while True:
        await asyncio.sleep(every * rng.uniform(0.5, 1.5))
        others = [pid for pid in server.workers_ready() if pid != spared]
        if others:
            await kill(server, tally, {rng.choice(others)})


async def kill(server: Server, tally: Tally, victims: Collection[int]) -> None:
    """Kill workers, and see how long it takes until others have their weights and answer."""
    started = time.monotonic()
    for victim in victims:
        tally.killed()
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    while len(set(server.workers_ready()).difference(victims)) < WORKERS:
        if time.monotonic() - started > _SECONDS_TO_RECOVER:
            tally.violated("workers", f"{len(victims)} killed, not replaced in {_SECONDS_TO_RECOVER} s")
            return
        await asyncio.sleep(0.05)
    tally.recoveries.append(time.monotonic() - started)


async def swap_weights_for_ever(
    server: Server, good: list[Path], tally: Tally, rng: random.Random, *, every: float
) -> None:
    """Put good and bad files in place of the weights, in one step each, or take them away."""
    whole = cycle(path.read_bytes() for path in [*good[1:], good[0]])  # the first is there already
    half = good[0].read_bytes()[: good[0].stat().st_size // 2]
    while True:
        await asyncio.sleep(every * rng.uniform(0.5, 1.5))
        kind = rng.choice(["good", "good", "good", "cut off", "garbage", "gone"])
        tally.swapped(kind)
        if kind == "gone":
            server.weights.unlink(missing_ok=True)
        else:
            put(server.weights, {"cut off": half, "garbage": rng.randbytes(100_000)}.get(kind) or next(whole))


def put(path: Path, content: bytes) -> None:
    """Put a file in place of another in one step."""
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)
