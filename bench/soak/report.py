"""The promises that only show at the end, and all of it as a table."""

import asyncio
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.classifier import Classifier
from bench.soak.faults import put
from bench.soak.server import WORKERS, Server
from bench.soak.tally import Tally

_MOST_GROWTH = 1.25
"""Times the memory of the first fifth that the last fifth may have."""

_MOST_FILES_LEFT = 40
"""Open files more than at the start, when nobody asks any more."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The service at a moment."""

    seconds: float
    megabytes: float
    files: int
    answered: int


@dataclass(frozen=True)
class Figures:
    """How it went."""

    tally: Tally
    samples: Sequence[Sample]
    reloads: dict[str, int]
    files_at_rest: int
    exit_code: int | None
    seconds_to_stop: float

    @property
    def violations(self) -> list[str]:
        """The promises that were broken."""
        return self.tally.violations


async def judge(server: Server, tally: Tally, samples: Sequence[Sample], good: Sequence[Path]) -> Figures:
    """See that all is as it was once nobody asks any more, and that the service ends when it is told to."""
    put(server.weights, good[0].read_bytes())
    wanted = Classifier.load(good[0]).artifact.sha256
    await asyncio.sleep(8)  # bounds on clients that hang have run out, and the file was looked at
    if (workers := len(server.workers_ready())) != WORKERS:
        tally.violated("workers", f"{workers} of {WORKERS} are there at the end")
    async with httpx.AsyncClient(base_url=server.url) as client:
        named = {
            (await client.get("/readyz", headers={"Connection": "close"})).json()["model"]["sha256"]
            for _ in range(20)
        }
        told = (await client.get("/metrics")).text
    if named != {wanted}:
        tally.violated("weights", f"the good ones are in place, but {len(named)} serve")
    files = server.held().files
    if files > samples[0].files + _MOST_FILES_LEFT:
        tally.violated("files", f"{files} are open at rest, {samples[0].files} were at the start")
    if (growth := _growth(samples)) > _MOST_GROWTH:
        tally.violated("memory", f"{growth:.2f} times as much at the end as at the start")
    code, seconds = await asyncio.to_thread(server.stop)
    if code != 0:
        tally.violated("stopping", f"exit code {code} after {seconds:.1f} s")
    reloads = {how: int(float(count)) for how, count in re.findall(r'reloads_total\{outcome="(\w+)"\} (\S+)', told)}
    return Figures(tally, samples, reloads, files, code, seconds)


def print_report(figures: Figures) -> None:
    """The figures, and the verdict."""
    tally, samples = figures.tally, figures.samples
    seconds = samples[-1].seconds - samples[0].seconds if len(samples) > 1 else float("nan")
    rate = (samples[-1].answered - samples[0].answered) / seconds
    print(f"\n{seconds:.0f} s at full load, {rate:,.0f} right answers a second")
    print(f"time to answer: median {tally.percentile(0.5):.0f} ms, 99th percentile {tally.percentile(0.99):.0f} ms")
    for kind in sorted({kind for kind, _ in tally.outcomes}):
        counts = Counter({how: count for (one, how), count in tally.outcomes.items() if one == kind})
        print(f"  {kind:<16}" + ", ".join(f"{count:,} {how}" for how, count in counts.most_common()))
    if tally.recoveries:
        middle, longest = statistics.median(tally.recoveries), max(tally.recoveries)
        print(
            f"{len(tally.kills)} workers killed, replaced within {middle:.1f} s (median), {longest:.1f} s (longest)"
        )
    swaps = ", ".join(f"{count} {kind}" for kind, count in tally.swaps.most_common())
    reloads = ", ".join(f"{count} {how}" for how, count in figures.reloads.items())
    print(f"weights put in place: {swaps}; by the workers' own count: {reloads}")
    megabytes = [sample.megabytes for sample in samples]
    print(
        f"memory of all processes: {megabytes[0]:.0f} MB at first, {max(megabytes):.0f} MB at most, "
        f"{megabytes[-1]:.0f} MB at last; {_growth(samples):.2f} times from the first fifth to the last"
    )
    most_files = max(sample.files for sample in samples)
    print(f"open files: {samples[0].files} at first, {most_files} at most, {figures.files_at_rest} at rest")
    print(f"told to stop, it ended with exit code {figures.exit_code} in {figures.seconds_to_stop:.1f} s")
    print("every promise was kept" if not figures.violations else "PROMISES BROKEN:")
    for violation in figures.violations:
        print(f"  {violation}")


def _growth(samples: Sequence[Sample]) -> float:
    """Memory of the last fifth of the samples by that of the first, medians."""
    fifth = max(1, len(samples) // 5)
    first, last = ([one.megabytes for one in some] for some in (samples[:fifth], samples[-fifth:]))
    return statistics.median(last) / statistics.median(first)
