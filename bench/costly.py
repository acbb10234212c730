"""What small inputs cost that are made to cost much, one after the other: `python bench/costly.py`.

The service runs with the settings of compose.yaml. For each kind that the soak sends, and for eight of it at once, is
printed how long it took, how much more memory all processes of the service had together than at rest, and how long
the slowest answer of `/healthz` took meanwhile.
"""

import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.soak.bad_input import BadRequest, bad_requests, costly_requests
from bench.soak.server import family, megabytes
from tests.deploy.manifests import compose_service
from tests.running_service import RunningService

_AT_ONCE = 8


def main() -> None:
    """Measure, and print a table."""
    settings = {name: value for name, value in compose_service()["environment"].items() if value.isdigit()}
    print(f"| sent | kB | status | seconds | {_AT_ONCE} at once | MB above rest | {_AT_ONCE} at once | health, ms |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, RunningService(Path(folder, "log"), settings=settings) as service:
        time.sleep(2)  # a process that decodes is starting
        for bad in (*costly_requests(), *bad_requests()):
            alone, together = _measure(service, bad, 1), _measure(service, bad, _AT_ONCE)
            size = len(bad.body if isinstance(bad.body, bytes) else b"".join(bad.body))
            print(
                f"| {bad.name} | {size / 1000:,.1f} | {bad.status} | {alone[0]:.2f} | {together[0]:.2f} "
                f"| {alone[1]:.0f} | {together[1]:.0f} | {1000 * max(alone[2], together[2]):.0f} |",
                flush=True,
            )


def _measure(service: RunningService, bad: BadRequest, times: int) -> tuple[float, float, float]:
    """Seconds that so many at once took, megabytes above rest, and seconds of the slowest answer about health."""
    rest = most = _held(service)
    slowest = 0.0
    with httpx.Client(base_url=service.url, timeout=120) as client, ThreadPoolExecutor(times) as pool:
        started = time.perf_counter()
        posts: list[Future[httpx.Response]] = [pool.submit(_post, client, bad) for _ in range(times)]
        while wait(posts, timeout=0.005).not_done:
            asked = time.perf_counter()
            client.get("/healthz")
            slowest = max(slowest, time.perf_counter() - asked)
            most = max(most, _held(service))
        seconds = time.perf_counter() - started
    found = {post.result().status_code for post in posts}
    if found != {bad.status}:
        raise SystemExit(f"{bad.name}: {found}, but {bad.status} is right")
    return seconds, most - rest, slowest


def _post(client: httpx.Client, bad: BadRequest) -> httpx.Response:
    body = bad.body if isinstance(bad.body, bytes) else iter(bad.body)
    return client.post(bad.path, content=body, headers=bad.headers)


def _held(service: RunningService) -> float:
    return sum(megabytes(pid, "Pss") for pid in family(service.pid))


if __name__ == "__main__":
    main()
