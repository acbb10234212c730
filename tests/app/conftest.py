"""A client of the real service, which runs as a process of its own with the committed weights."""

from collections.abc import Iterator

import httpx
import pytest

from tests.running_service import RunningService


@pytest.fixture(scope="session")
def client(service: RunningService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=30) as client:
        yield client
