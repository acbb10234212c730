"""`python -m bench.soak`: the service at full load with faults thrown in; fails if a promise is broken."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx

from app.resources import packaged_weights
from bench.soak.bad_input import bad_requests
from bench.soak.faults import hanging, kill_workers_for_ever, put, swap_weights_for_ever
from bench.soak.inks import questions, two_weights
from bench.soak.load import ask_badly_for_ever, ask_for_ever, look_for_ever
from bench.soak.report import Figures, Sample, judge, print_report
from bench.soak.server import Server
from bench.soak.tally import Tally

_CALLERS = 16


def main() -> int:
    """Soak, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="of full load")
    parser.add_argument("--kill-every", type=float, default=15, help="seconds between two kills, on average")
    parser.add_argument("--swap-every", type=float, default=5, help="seconds between two files, on average")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="digits-soak-") as place:
        folder = Path(place)
        good = two_weights(packaged_weights(), folder)
        served = folder / "weights.npz"
        put(served, good[0].read_bytes())
        server = Server(served, folder / "log.txt")
        try:
            figures = asyncio.run(_soak(server, good, options))
        except KeyboardInterrupt:
            return 130
        finally:
            if server.process.poll() is None:
                server.kill()
        print_report(figures)
        if figures.violations:
            print("\n".join(server.log.read_text().splitlines()[-40:]), file=sys.stderr)
    return 1 if figures.violations else 0


async def _soak(server: Server, good: list[Path], options: argparse.Namespace) -> Figures:
    rng, tally = random.Random(options.seed), Tally()
    asked = questions(good)
    samples: list[Sample] = []
    limits = httpx.Limits(max_keepalive_connections=_CALLERS + 4)
    async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=30) as client:
        tasks = [asyncio.create_task(ask_for_ever(client, asked, tally, rng)) for _ in range(_CALLERS)]
        tasks += [asyncio.create_task(ask_badly_for_ever(client, bad_requests(), tally, rng)) for _ in range(2)]
        tasks += [asyncio.create_task(look_for_ever(client, tally))]
        await asyncio.sleep(min(10.0, options.seconds / 4))  # what is loaded at first use is loaded by now
        tasks += hanging(server, tally, asked[0].body)
        tasks += [
            asyncio.create_task(kill_workers_for_ever(server, tally, rng, options.kill_every)),
            asyncio.create_task(swap_weights_for_ever(server, good, tally, rng, options.swap_every)),
        ]
        started = time.monotonic()
        while (elapsed := time.monotonic() - started) < options.seconds:
            held = server.held()
            samples.append(Sample(elapsed, held.megabytes, held.files, tally.answered))
            _tell(samples[-1], tally)
            for task in tasks:
                if task.done():
                    task.result()  # a caller never ends, so it failed: say how
            await asyncio.sleep(min(5.0, options.seconds / 10))
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
    tally.settle()
    return await judge(server, tally, samples, good)


def _tell(sample: Sample, tally: Tally) -> None:
    broken = f", {len(tally.violations)} PROMISES BROKEN" if tally.violations else ""
    print(
        f"{sample.seconds:5.0f} s  {sample.answered:>9,} right  {sample.megabytes:4.0f} MB  {sample.files:4} files  "
        f"{len(tally.kills):3} kills  {sum(tally.swaps.values()):3} swaps{broken}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
