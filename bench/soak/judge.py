"""The promises that only show once nobody asks any more."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import httpx

from bench.soak.bad_input import costly_requests
from bench.soak.faults import kill, put
from bench.soak.figures import Figures, Sample
from bench.soak.server import WORKERS, Server
from bench.soak.tally import Tally
from model.classifier import Classifier

_MAX_GROWTH = 1.3
"""Times the memory that the worker which lives throughout had in the first quarter, in the last.

What is large at the moment counts in either: a body of some megabytes, or weights that are being loaded.
"""

_MAX_MEGABYTES = 1024
"""Of all processes together: what the deployment files give to one worker."""

_MAX_SECONDS_TO_LOOK = 1.0

_MAX_SECONDS_TO_STOP = 12.0
"""Ten for what is under way, and a busy machine is late."""

_MAX_MORE_FILES = 12 + 13 * 2 * WORKERS
"""At rest, than before anybody asked: some are opened at first use and kept, and each worker has two that decode."""

_SWAPS_TO_SEE_BOTH = 4
"""After so many good files put in place by turns, both must have answered."""


async def judge(
    server: Server, tally: Tally, samples: Sequence[Sample], good: Sequence[Path], *, files_before: int
) -> Figures:
    """See that all is as it was, that the service recovers when all workers die, and that it ends when told to."""
    tally.settle()
    put(server.weights, good[0].read_bytes())
    await asyncio.sleep(8)  # bounds on clients that hang have run out, and the file was looked at
    files = server.held(server.process.pid).files
    if files > files_before + _MAX_MORE_FILES:
        tally.violated("files", f"{files} are open at rest, {files_before} were before anybody asked")
    if tally.swaps["good"] >= _SWAPS_TO_SEE_BOTH and len(tally.by_weights) < len(good):
        tally.violated("weights", "one of the good files was put in place again and again and never answered")
    await _require_weights(server, tally, good[0])
    put(server.weights, b"garbage")
    tally.swapped("garbage")
    await kill(server, tally, server.workers_ready())
    await _require_weights(server, tally, good[0])
    reloads = await _reloads(server)
    code, seconds = await _stopped_at_work(server)
    if code != 0 or seconds > _MAX_SECONDS_TO_STOP:
        tally.violated("stopping", f"exit code {code} after {seconds:.1f} s")
    if (slowest := max(tally.looks, default=0.0)) > _MAX_SECONDS_TO_LOOK:
        tally.violated("looking", f"a page, health or the metrics took {slowest:.1f} s")
    if (most := max(sample.held.megabytes for sample in samples)) > _MAX_MEGABYTES:
        tally.violated("memory", f"all processes together took {most:.0f} MB")
    figures = Figures(tally, samples, reloads, files_before, files, code, seconds)
    if figures.growth > _MAX_GROWTH:
        tally.violated("memory", f"a worker has {figures.growth:.2f} times as much at the end as at the start")
    return figures


async def _stopped_at_work(server: Server) -> tuple[int | None, float]:
    """The exit code when it is told to stop while it has work to do, and how long it took."""
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        posts = [
            asyncio.create_task(client.post(one.path, content=one.body, headers=one.headers))
            for one in costly_requests()
        ]
        await asyncio.sleep(0.3)
        stopped = await asyncio.to_thread(server.stop)
        await asyncio.gather(*posts, return_exceptions=True)
    return stopped


async def _require_weights(server: Server, tally: Tally, wanted: Path) -> None:
    """All workers are there and serve these."""
    sha256 = Classifier.load(wanted).artifact.sha256
    if (workers := len(server.workers_ready())) != WORKERS:
        tally.violated("workers", f"{workers} of {WORKERS} are there at the end")
    async with httpx.AsyncClient(base_url=server.url, headers={"Connection": "close"}, timeout=10) as client:
        told = [(await client.get("/readyz")).json() for _ in range(20)]
    if {one.get("model", {}).get("sha256") for one in told} != {sha256}:
        tally.violated("weights", f"the last good ones do not serve everywhere at the end: {told}")


async def _reloads(server: Server) -> dict[str, int]:
    """How often the workers took new weights and refused them, as they count it themselves."""
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as client:
        told = (await client.get("/metrics")).text
    return {how: int(float(count)) for how, count in re.findall(r'reloads_total\{outcome="(\w+)"\} (\S+)', told)}
