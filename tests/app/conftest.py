"""A client of the real service, which runs as a process of its own with the committed weights."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import Settings
from tests import in_process
from tests.running_service import RunningService


@pytest.fixture(scope="session")
def client(service: RunningService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=30) as client:
        yield client


Application = Callable[..., httpx.Client]


@pytest.fixture
def application() -> Iterator[Application]:
    """Starts the app in this process, for what is no affair of a server: `application(rate_limit="3/minute")`."""
    with ExitStack() as started:

        def start(caller: tuple[str, int] = ("127.0.0.1", 123), **settings: Any) -> httpx.Client:
            return started.enter_context(in_process.application(Settings(**settings), caller=caller))

        yield start


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Any]:
    """Starts services with settings of their own: `running(DIGITS_RATE_LIMIT="3/minute")`."""
    services: list[RunningService] = []

    def start(*options: str, **settings: str) -> RunningService:
        service = RunningService(tmp_path / f"log{len(services)}", settings=settings, options=options)
        services.append(service)
        service.start()
        return service

    yield start
    for service in services:
        service.kill()
