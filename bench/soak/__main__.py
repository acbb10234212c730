"""`python -m bench.soak`: the service at full load with faults thrown in; fails if a promise is broken."""

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from bench.soak.bad_input import bad_requests, costly_requests
from bench.soak.faults import kill_workers_for_ever, put, swap_weights_for_ever
from bench.soak.figures import Figures, Sample
from bench.soak.hanging import hanging
from bench.soak.inks import Question, questions, two_weights
from bench.soak.judge import judge
from bench.soak.load import ask_badly_for_ever, ask_for_ever, look_for_ever
from bench.soak.report import print_report
from bench.soak.server import Server
from bench.soak.tally import Tally
from model.artifact import packaged_weights
from model.files import atomic_write

_CALLERS = 16
_BAD_CALLERS = 2


def main() -> int:
    """Soak, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="of full load")
    parser.add_argument("--kill-every", type=float, default=15, help="seconds between two kills, on average")
    parser.add_argument("--swap-every", type=float, default=5, help="seconds between two files, on average")
    parser.add_argument("--seed", type=int, default=1, help="of what goes wrong when")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures go, for programs")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the service does not outlive the soak
    with tempfile.TemporaryDirectory(prefix="digits-soak-") as place:
        folder = Path(place)
        good = two_weights(packaged_weights(), folder)
        asked = questions(good)
        served = folder / "weights.npz"
        put(served, good[0].read_bytes())
        server = Server(served, folder / "log.txt")
        try:
            figures = asyncio.run(_soak(server, good, asked, options))
        except KeyboardInterrupt:
            return 130
        finally:
            if server.process.poll() is None:
                server.kill()
        found = figures.as_json()
        print_report(found)
        if options.json:
            with atomic_write(options.json) as file:
                file.write(json.dumps(found, indent=2).encode())
        if found["violations"]:
            print("\n".join(server.log.read_text().splitlines()[-40:]), file=sys.stderr)
    return 1 if found["violations"] else 0


async def _soak(server: Server, good: list[Path], asked: list[Question], options: argparse.Namespace) -> Figures:
    tally, samples = Tally(), list[Sample]()
    spared = server.workers_ready()[0]
    files_before = server.held(spared).files
    limits = httpx.Limits(max_keepalive_connections=_CALLERS + 2 * _BAD_CALLERS)
    async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=30) as client:
        tasks = _started(
            look_for_ever(server.url, tally),
            *(ask_for_ever(client, asked, tally, _rng(options, f"caller {n}")) for n in range(_CALLERS)),
            *(
                ask_badly_for_ever(client, requests, tally, _rng(options, f"{whose} {n}"))
                for whose, requests in (("bad caller", bad_requests()), ("clever caller", costly_requests()))
                for n in range(_BAD_CALLERS)
            ),
        )
        tasks += hanging(server, tally, asked[0].body)
        tasks += _started(
            kill_workers_for_ever(server, tally, _rng(options, "kills"), every=options.kill_every, spared=spared),
            swap_weights_for_ever(server, good, tally, _rng(options, "swaps"), every=options.swap_every),
        )
        await asyncio.sleep(min(10.0, options.seconds / 4))  # what is loaded at first use is loaded by now
        started = time.monotonic()
        while (elapsed := time.monotonic() - started) < options.seconds:
            samples.append(Sample(elapsed, server.held(spared), tally.answered))
            _print(samples[-1], tally)
            for task in tasks:
                if task.done():
                    task.result()  # a caller never ends, so it failed: say how
            await asyncio.sleep(min(5.0, options.seconds / 20))
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
    return await judge(server, tally, samples, good, files_before=files_before)


def _started(*callers: Coroutine[Any, Any, None]) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(caller) for caller in callers]


def _rng(options: argparse.Namespace, whose: str) -> random.Random:
    """Of its own for each, so that what goes wrong when does not hang on how fast others are."""
    return random.Random(f"{options.seed} {whose}")


def _print(sample: Sample, tally: Tally) -> None:
    broken = f", {len(tally.violations)} PROMISES BROKEN" if tally.violations else ""
    print(
        f"{sample.seconds:5.0f} s  {sample.answered:>9,} right  {sample.held.megabytes:4.0f} MB, "
        f"{sample.held.worker:3.0f} MB a worker  {sample.held.files:4} files  {len(tally.kills):3} kills  "
        f"{sum(tally.swaps.values()):3} swaps{broken}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
