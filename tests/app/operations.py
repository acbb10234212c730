"""What an operator does with a running service."""

import time
from pathlib import Path
from typing import Any

import httpx

from tests.drawings import SEVEN
from tests.running_service import RunningService, web

BODY = {"strokes": SEVEN}


def predict(service: RunningService | httpx.Client, **options: Any) -> httpx.Response:
    """Have a service read a seven, one that runs or an application in this process."""
    if isinstance(service, httpx.Client):
        return service.post("/predict", json=BODY, **options)
    return web().post(f"{service.url}/predict", json=BODY, **options)


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
