"""One limit for several processes, counted in a real Redis, which may also go away."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.factory import create_app
from model.errors import ConfigError
from tests.app.conftest import Application
from tests.app.operations import predict, wait_until
from tests.redis_server import RedisServer
from tests.running_service import RunningService

AWAY = "Redis is away"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


def statuses(requests: int, *services: RunningService | httpx.Client) -> Counter[int]:
    """What so many requests get, sent to each service in turn."""
    return Counter(predict(services[n % len(services)]).status_code for n in range(requests))


def test_two_services_share_one_limit(application: Application, redis: RedisServer) -> None:
    first, second = (application(rate_limit="5/hour", rate_storage=redis.url) for _ in range(2))
    assert statuses(8, first, second) == {200: 5, 429: 3}
    refused = predict(second)
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 3600


def test_so_do_the_workers_of_one(running: Any, redis: RedisServer) -> None:
    service = running("--workers", "2", DIGITS_RATE_LIMIT="5/hour", DIGITS_RATE_STORAGE=redis.url)
    assert statuses(12, service) == {200: 5, 429: 7}


def test_while_redis_is_dead_each_counts_for_itself_and_says_so_once(running: Any, redis: RedisServer) -> None:
    services = [running(DIGITS_RATE_LIMIT="5/hour", DIGITS_RATE_STORAGE=redis.url) for _ in range(2)]
    assert statuses(6, *services) == {200: 5, 429: 1}

    redis.kill()
    assert statuses(14, *services) == {200: 10, 429: 4}
    assert [service.log.read_text().count(AWAY) for service in services] == [1, 1]

    redis.start()
    for service in services:
        wait_until(
            lambda service=service: predict(service).status_code and "Redis is back" in service.log.read_text()
        )
    assert statuses(6, *services) == {200: 3, 429: 3}, (
        "one limit again, of which the two that found out took their part"
    )
    assert services[0].stop() == 0
    assert "Traceback" not in services[0].log.read_text()


def test_a_redis_that_does_not_answer_is_waited_for_once(
    application: Application, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    service = application(rate_limit="100/hour", rate_storage=redis.url)
    redis.freeze()
    waits = [predict(service).elapsed for _ in range(40)]
    assert sum(wait > timedelta(seconds=0.4) for wait in waits) == 1
    assert caplog.text.count(AWAY) == 1
    assert "no answer within 0.5 s" in caplog.text


def test_the_service_starts_without_it(application: Application) -> None:
    service = application(rate_limit="2/hour", rate_storage="redis://127.0.0.1:1/0")
    assert statuses(3, service) == {200: 2, 429: 1}


@pytest.mark.parametrize("address", ["memcached://:secret@host", "redis://", "redis://host:port", "host:6379"])
def test_an_address_that_makes_no_sense_is_refused_at_the_start_without_its_password(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DIGITS_RATE_STORAGE", address)
    with pytest.raises(ConfigError, match="DIGITS_RATE_STORAGE") as refusal:
        create_app()
    assert "secret" not in str(refusal.value)
