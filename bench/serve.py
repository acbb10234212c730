"""How many drawings a worker reads in a second, beside endpoints that do nothing: `python bench/serve.py`.

The same bodies go to `/predict` and to bare FastAPI endpoints that take the same schema and answer a constant, one
plain `def`, which FastAPI runs in its thread pool, and one `async def`. Each server is a process of its own with one
worker and one thread for matrix products; `wrk` asks them in turn, again and again. Printed are medians of requests a
second and of the 50th and 99th percentiles of the time to answer, the ratio to the bare `def` endpoint, the memory,
and how long it takes from the start until it is ready.

`wrk` is wanted for this benchmark alone: a package of that name in Debian and Ubuntu. LitServe takes part where
`--litserve` names a Python that has it: `python -m venv .litserve && .litserve/bin/pip install litserve .`
"""

import argparse
import base64
import io
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from model.preprocess import draw
from tests.drawings import DRAWINGS, Drawing
from tests.running_service import free_port

BARE = """
from typing import Annotated
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from app.schemas.reading import PredictReply

class PredictRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    image: str | None = None
    strokes: list[list[Annotated[list[float], Field(min_length=2, max_length=2)]]] | None = None
    pixels: list[list[Annotated[float, Field(ge=0, le=255)]]] | None = None

app = FastAPI()
REPLY = {"digit": 7, "probabilities": [0.1] * 10, "confidence": 0.1, "verdict": "digit", "alternatives": [],
         "model": {"name": "bare", "version": "0", "sha256": "0"}}

@app.post("/def", response_model=PredictReply, response_model_exclude_unset=True)
def plain(request: PredictRequest): return REPLY

@app.post("/async", response_model=PredictReply, response_model_exclude_unset=True)
async def asynchronous(request: PredictRequest): return REPLY

@app.get("/readyz")
async def ready(): return {}
"""

LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "{media_type}"
local file = io.open("{body}", "rb")
wrk.body = file:read("*a")
"""


@dataclass(frozen=True)
class Contestant:
    """An address that is asked, and what is sent there."""

    name: str
    server: str
    path: str
    body: str
    digits: int = 1


@dataclass(frozen=True)
class Answered:
    """What one round of `wrk` measured; times in milliseconds."""

    per_second: float
    middle: float
    slowest: float
    failed: int


def bodies() -> Mapping[str, tuple[str, bytes]]:
    """Media type and content of what is sent: a digit of a pen's usual detail, on a canvas of 280 pixels."""
    three = DRAWINGS["3"][0]
    strokes = [[[round(2.8 * x, 1), round(2.8 * y, 1)] for x, y in stroke] for stroke in three]
    png = _png(three)
    one = {"strokes": strokes}
    return {
        "strokes": ("application/json", json.dumps(one).encode()),
        "png": ("image/png", png),
        "base64": ("application/json", json.dumps({"image": base64.b64encode(png).decode()}).encode()),
        "batch": ("application/json", json.dumps({"items": [one] * 64}).encode()),
    }


LITSERVE = [
    Contestant("LitServe, strokes", "LitServe", "/predict", "strokes"),
    Contestant("LitServe gathering 16, strokes", "LitServe gathering", "/predict", "strokes"),
]

CONTESTANTS = [
    Contestant("bare def, strokes", "bare", "/def", "strokes"),
    Contestant("bare async def, strokes", "bare", "/async", "strokes"),
    Contestant("/predict, strokes", "ours", "/predict", "strokes"),
    Contestant("/predict, PNG", "ours", "/predict", "png"),
    Contestant("bare def, PNG in base64", "bare", "/def", "base64"),
    Contestant("/predict, PNG in base64", "ours", "/predict", "base64"),
    Contestant("/predict/batch of 64, strokes", "ours", "/predict/batch", "batch", digits=64),
]


class Server:
    """A server as a process of its own."""

    def __init__(self, command: list[str], port: int, folder: Path, ready: str = "/readyz") -> None:
        started = time.monotonic()
        self._ready = ready
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join([str(folder), str(Path.cwd())]),
        }
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment, start_new_session=True)
        while not self._is_ready():
            time.sleep(0.01)
        self.seconds_to_start = time.monotonic() - started

    def stop(self) -> None:
        """End it with the processes that it started: LitServe's do not end with it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(self.url + self._ready, timeout=1).is_success
        except httpx.TransportError:
            return False

    def megabytes(self) -> float:
        """Memory it holds now, with the processes that it started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in (self.process.pid, *children)]
        return sum(int(re.search(r"VmRSS:\s+(\d+)", status)[1]) for status in statuses) / 1024


def ask(url: str, script: Path, *, clients: int, seconds: int) -> Answered:
    """One round of `wrk`."""
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "-s", str(script), url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return Answered(
        float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]),
        _milliseconds(re.search(r"50%\s+(\S+)", told)[1]),
        _milliseconds(re.search(r"99%\s+(\S+)", told)[1]),
        int(failed[1]) if failed else 0,
    )


def main() -> None:
    """Ask all in turn, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each contestant's turn")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--litserve", metavar="PYTHON", help="of an environment with LitServe, which then takes part")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed: sudo apt install wrk")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        scripts = _scripts(folder)
        servers = _servers(folder, options.litserve)
        try:
            _report(options, scripts, servers)
        finally:
            for server in servers.values():
                server.stop()


def _report(options: argparse.Namespace, scripts: Mapping[str, Path], servers: Mapping[str, Server]) -> None:
    contestants = [*CONTESTANTS, *LITSERVE] if options.litserve else CONTESTANTS
    rounds: dict[str, list[Answered]] = {one.name: [] for one in contestants}
    for number in range(options.rounds + 1):  # the first warms up
        for one in contestants:
            url = servers[one.server].url + one.path
            found = ask(url, scripts[one.body], clients=options.clients, seconds=options.seconds)
            if number:
                rounds[one.name].append(found)
    per_second = {
        one.name: one.digits * statistics.median(found.per_second for found in rounds[one.name])
        for one in contestants
    }
    print(f"{options.clients} clients, medians of {options.rounds} rounds of {options.seconds} s")
    print(f"{'':<32}{'digits/s':>10}{'of bare def':>13}{'p50 ms':>9}{'p99 ms':>9}{'p99/p50':>9}{'failed':>8}")
    for one in contestants:
        middle, slowest = (
            statistics.median(getattr(found, which) for found in rounds[one.name]) for which in ("middle", "slowest")
        )
        bare = per_second["bare def, PNG in base64" if one.body == "base64" else "bare def, strokes"]
        failed = sum(found.failed for found in rounds[one.name])
        print(
            f"{one.name:<32}{per_second[one.name]:>10,.0f}{per_second[one.name] / bare:>13.2f}"
            f"{middle:>9.2f}{slowest:>9.2f}{slowest / middle:>9.1f}{failed:>8}"
        )
    for name, server in servers.items():
        print(f"{name}: {server.seconds_to_start:.2f} s from start to ready, {server.megabytes():.0f} MB under load")


def _servers(folder: Path, litserve: str | None) -> dict[str, Server]:
    (folder / "bare_app.py").write_text(BARE)
    python = Path(sys.executable)
    ours, bare = free_port(), free_port()
    digits = [str(python.with_name("digits")), "serve", "--port", str(ours)]
    uvicorn = [str(python), "-m", "uvicorn", "bare_app:app", "--port", str(bare), "--log-level", "error"]
    servers = {"ours": Server(digits, ours, folder), "bare": Server(uvicorn, bare, folder)}
    if litserve:
        program = [litserve, str(Path(__file__).with_name("litserve_api.py"))]
        for name, batch in (("LitServe", 1), ("LitServe gathering", 16)):
            port = free_port()
            command = [*program, "--port", str(port), "--batch", str(batch)]
            servers[name] = Server(command, port, folder, ready="/health")
    return servers


def _scripts(folder: Path) -> dict[str, Path]:
    scripts = {}
    for name, (media_type, content) in bodies().items():
        body, script = folder / f"{name}.body", folder / f"{name}.lua"
        body.write_bytes(content)
        script.write_text(LUA.format(media_type=media_type, body=body))
        scripts[name] = script
    return scripts


def _png(drawing: Drawing) -> bytes:
    strokes = [np.array(stroke) * 2.4 + 20 for stroke in drawing]
    ink = draw(strokes, height=280, width=280, radius=9)
    file = io.BytesIO()
    Image.fromarray((255 - 255 * ink).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _milliseconds(told: str) -> float:
    found = re.fullmatch(r"([\d.]+)(us|ms|s|m)", told)
    # Where nothing was answered in a round, wrk tells no number.
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[found[2]] if found else float("nan")


if __name__ == "__main__":
    main()
