"""What training in the lab costs those who have drawings read: `python bench/lab.py`.

Drawings go to `/predict`, one after the other from each of a few clients, while the lab trains and while it is
paused, in short turns: train, pause, pause, train, over and over. What is trained takes all that the lab gives: three
networks of four layers of 256 units for each of the lab's places. Printed are the 50th and 99th percentiles of the
time to answer in all turns of a kind, how many times as long training makes it, and how far two turns without
training are apart: what the machine does beside.
"""

import argparse
import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.serve import bodies
from tests.running_service import RunningService

JOB = {"job": "train", "data": "sample", "runs": 3 * [{"hidden": 4 * [256], "epochs": 100}]}

ROUND = ("go", "pause", "pause", "go")


class Training:
    """Training in the lab as long as the block lasts, for the client of an address, who looks on."""

    def __init__(self, port: int, address: str) -> None:
        self._port = port
        self._address = address
        self._looking = threading.Thread(target=self._look_on)
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=60, source_address=(self._address, 0)
        )
        self._events = _posted(self._connection, "/lab/runs", JOB)
        while not (line := self._events.readline()).startswith(b'data: {"id"'):
            if not line:
                sys.exit("the lab trains nothing")
        self._name = json.loads(line.removeprefix(b"data: "))["id"]
        self._looking.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self.do("go")  # so that there is something to see
        self._looking.join()
        self._connection.close()

    def do(self, what: str) -> None:
        """Have it pause or go on."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        _posted(connection, f"/lab/runs/{self._name}", {"do": what}).read()
        connection.close()

    def _look_on(self) -> None:
        while not self._is_over.is_set() and self._events.readline():
            pass


def main() -> None:
    """Ask with and without training beside, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=15, help=f"of {len(ROUND)} turns: {', '.join(ROUND)}")
    parser.add_argument("--seconds", type=float, default=2, help="of each turn")
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--trainings", type=int, default=2, help="at the same time: the lab's places")
    options = parser.parse_args()
    turns: list[list[list[float]]] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningService(
            Path(folder, "log"), options=["--lab"], settings={"DIGITS_LAB_RUNS": str(options.trainings)}
        ) as service,
        ExitStack() as stack,
    ):
        addresses = [f"127.0.0.{1 + place}" for place in range(options.trainings)]
        trainings = [stack.enter_context(Training(service.port, address)) for address in addresses]
        ask(service.port, options.clients, options.seconds)  # warms up
        for _ in range(options.rounds):
            turns.append([])
            for what in ROUND:
                for training in trainings:
                    training.do(what)
                turns[-1].append(ask(service.port, options.clients, options.seconds))
    training, first, second = (
        [wait for one in turns for place in places for wait in one[place]] for places in ((0, 3), (1,), (2,))
    )
    print(
        f"{options.clients} clients, {options.trainings} trainings, {options.rounds} rounds of {options.seconds:g} s"
    )
    print(f"{'':<6}{'paused, ms':>12}{'training, ms':>14}{'times':>8}{'apart without':>15}")
    for cut in (50, 99):
        paused, trained, one, other = (at(cut, waits) for waits in ([*first, *second], training, first, second))
        print(f"p{cut:<5}{paused:>12.2f}{trained:>14.2f}{trained / paused:>8.2f}{other / one:>15.2f}")


def ask(port: int, clients: int, seconds: float) -> list[float]:
    """Have drawings read for some seconds: the milliseconds that each took."""
    media_type, body = bodies()["strokes"]
    ends = time.perf_counter() + seconds

    def waits_of_one() -> list[float]:
        connection, waits = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
        while (started := time.perf_counter()) < ends:
            _posted(connection, "/predict", body, media_type).read()
            waits.append(1000 * (time.perf_counter() - started))
        connection.close()
        return waits

    with ThreadPoolExecutor(clients) as pool:
        return [wait for one in [pool.submit(waits_of_one) for _ in range(clients)] for wait in one.result()]


def at(cut: int, waits: list[float]) -> float:
    """A percentile."""
    return statistics.quantiles(waits, n=100)[cut - 1]


def _posted(
    connection: http.client.HTTPConnection, path: str, body: Any, media_type: str = "application/json"
) -> http.client.HTTPResponse:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request("POST", path, content, {"Content-Type": media_type})
    reply = connection.getresponse()
    if reply.status != HTTPStatus.OK:
        sys.exit(f"{path} answered {reply.status}: {reply.read().decode()}")
    return reply


if __name__ == "__main__":
    main()
