"""What training in the lab costs those who have drawings read: `python bench/lab.py`.

Drawings go to `/predict`, one after the other from each of a few clients, while the lab is idle, while it trains, and
while it is idle again, round after round on the same service. What is trained takes all that the lab gives: three
networks of four layers of 256 units for each of the lab's places. Printed are medians of the rounds' 50th and 99th
percentiles, how many times as long training makes them, and how many times as long they are for no reason: the second
idle turn beside the first.
"""

import argparse
import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.serve import bodies
from tests.running_service import RunningService

JOB = {"job": "train", "data": "sample", "runs": 3 * [{"hidden": 4 * [256], "epochs": 100}]}


@dataclass(frozen=True)
class Waits:
    """How long answers took in one round, in milliseconds."""

    middle: float
    slowest: float
    answers: int


def main() -> None:
    """Ask with and without training beside, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=10, help="of each turn")
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--trainings", type=int, default=2, help="at the same time: the lab's places")
    options = parser.parse_args()
    rounds = []
    settings = {"DIGITS_LAB_RUNS": str(options.trainings)}
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningService(Path(folder, "log"), options=["--lab"], settings=settings) as service,
    ):
        for _ in range(options.rounds + 1):
            before = ask(service.port, options.clients, options.seconds)
            with ExitStack() as trainings:
                for place in range(options.trainings):
                    trainings.enter_context(train(service.port, f"127.0.0.{1 + place}"))
                beside = ask(service.port, options.clients, options.seconds)
            rounds.append((before, beside, ask(service.port, options.clients, options.seconds)))
    _report(options, rounds[1:])  # the first warmed up


def _report(options: argparse.Namespace, rounds: Sequence[tuple[Waits, Waits, Waits]]) -> None:
    answers = sum(waits.answers for three in rounds for waits in three)
    print(f"{options.clients} clients, {options.trainings} trainings, {options.rounds} rounds, {answers:,} answers")
    print(f"{'':<6}{'idle, ms':>10}{'training, ms':>14}{'times':>8}{'for no reason':>15}")
    for name, which in (("p50", "middle"), ("p99", "slowest")):
        times = [[getattr(waits, which) for waits in three] for three in rounds]
        idle, training = (statistics.median(three[turn] for three in times) for turn in (0, 1))
        caused = statistics.median(2 * beside / (before + after) for before, beside, after in times)
        uncaused = statistics.median(after / before for before, _, after in times)
        print(f"{name:<6}{idle:>10.2f}{training:>14.2f}{caused:>8.2f}{uncaused:>15.2f}")


def ask(port: int, clients: int, seconds: float) -> Waits:
    """Have drawings read for some seconds."""
    media_type, body = bodies()["strokes"]
    ends = time.perf_counter() + seconds

    def waits_of_one() -> list[float]:
        connection, waits = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
        while (started := time.perf_counter()) < ends:
            connection.request("POST", "/predict", body, {"Content-Type": media_type})
            reply = connection.getresponse()
            reply.read()
            waits.append(1000 * (time.perf_counter() - started))
            if reply.status != http.HTTPStatus.OK:
                sys.exit(f"/predict answered {reply.status}")
        connection.close()
        return waits

    with ThreadPoolExecutor(clients) as pool:
        waits = [wait for one in [pool.submit(waits_of_one) for _ in range(clients)] for wait in one.result()]
    cuts = statistics.quantiles(waits, n=100)
    return Waits(cuts[49], cuts[98], len(waits))


@contextmanager
def train(port: int, address: str) -> Iterator[None]:
    """Training in the lab as long as the block lasts, for the client of an address, who looks on."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(address, 0))
    connection.request("POST", "/lab/runs", json.dumps(JOB), {"Content-Type": "application/json"})
    events = connection.getresponse()
    if events.status != http.HTTPStatus.OK:
        sys.exit(f"the lab answered {events.status}: {events.read().decode()}")
    while not (line := events.readline()).startswith(b"event: frame"):
        if not line:
            sys.exit("the lab trains nothing")
    is_over = threading.Event()

    def look_on() -> None:
        while not is_over.is_set() and events.readline():
            pass
        events.close()
        connection.close()

    looking = threading.Thread(target=look_on)
    looking.start()
    yield
    is_over.set()
    looking.join()


if __name__ == "__main__":
    main()
