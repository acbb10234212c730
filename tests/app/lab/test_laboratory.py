"""Jobs of the lab: each in a process of its own, which gives way when nothing happens and others wait."""

import json
from contextlib import aclosing
from typing import Any

import anyio
import pytest

from app.errors import ServiceError
from app.lab import laboratory
from app.lab.laboratory import Event, Laboratory

PAUSED = json.dumps({"job": "train", "runs": [{"hidden": [8], "limit": 600}], "paused": True}).encode()


async def until(events: Any, *kinds: str) -> Event:
    return await anext(event async for event in events if event.kind in kinds)


def test_who_pauses_gives_way_to_who_waits_but_not_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def seen() -> tuple[list[str], str]:
        one = Laboratory(1, 0)
        async with aclosing(one.run(PAUSED, "a")) as first, aclosing(one.run(PAUSED, "b")) as second:
            await until(first, "begun")
            quiet = [(await anext(first)).kind for _ in range(3)]
            await until(second, "waiting")
            monkeypatch.setattr(laboratory, "_IDLE_SECONDS", 0.0)
            closed = await until(first, "closed")
            await first.aclose()
            await until(second, "begun")
        await one.close()
        return quiet, closed.data

    quiet, closed = anyio.run(seen)
    assert quiet == ["", "", ""], "nobody waits, so it may stay"
    assert json.loads(closed) == {"why": "others wait for the lab, and nothing happened here for a while"}


def test_what_there_is_in_the_lab_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked() -> tuple[str, str]:
        one = Laboratory(1, 0)
        first = await one.about()
        monkeypatch.setattr(laboratory, "_MODULE", "model.no_lab")
        second = await one.about()
        await one.close()
        return first, second

    first, second = anyio.run(asked)
    assert first == second
    assert "knobs" in json.loads(first)


def test_a_lab_that_does_not_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked() -> None:
        one = Laboratory(1, 0)
        try:
            await one.about()
        finally:
            await one.close()

    monkeypatch.setattr(laboratory, "_MODULE", "model.no_lab")
    with pytest.raises(ServiceError, match="the lab does not start"):
        anyio.run(asked)
