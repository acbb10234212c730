"""What an operator does with a running service."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import numpy as np

from tests.drawings import SEVEN, base64_png
from tests.running_service import RunningService, web

BODY = {"strokes": SEVEN}


def predict(service: RunningService | httpx.Client, **options: Any) -> httpx.Response:
    """Have a service read a seven, one that runs or an application in this process."""
    if isinstance(service, httpx.Client):
        return service.post("/predict", json=BODY, **options)
    return web().post(f"{service.url}/predict", json=BODY, **options)


@contextmanager
def busy(service: RunningService, requests: int) -> Iterator[None]:
    """Keeps so many places of a service taken: batches of large images, one after the other."""
    white = base64_png(np.full((1000, 1000), 255, np.uint8))
    body = json.dumps({"items": [{"image": white}] * 64})
    is_over = Event()

    def post() -> None:
        while not is_over.is_set():
            web().post(f"{service.url}/predict/batch", content=body, headers={"Content-Type": "application/json"})

    with ThreadPoolExecutor(requests) as pool:
        for _ in range(requests):
            pool.submit(post)
        try:
            yield
        finally:
            is_over.set()


def metric(service: RunningService | httpx.Client, name: str) -> float:
    """The value of one line of the metrics, by its name with labels."""
    metrics = service.get("/metrics") if isinstance(service, httpx.Client) else web().get(f"{service.url}/metrics")
    lines = metrics.text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + " "))


def put(path: Path, content: bytes) -> None:
    """Put a file in place of another in one step."""
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)


def wait_until(condition: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)
