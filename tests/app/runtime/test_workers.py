"""Work beside the event loop: what takes too long or too much is ended, and those who come after are served."""

import os
import time
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from app.runtime import workers
from app.runtime.workers import Workers
from model.errors import InkError
from model.image_file import read_image_file
from model.numbers import rehearse


async def bounded(work: Callable[..., Any], *arguments: Any) -> tuple[str, int]:
    """What becomes of some work in a process, and what the next says that comes to the only place."""
    several = Workers(1, rehearse)
    said = ""
    try:
        await several.in_process(work, *arguments)
    except InkError as error:
        said = str(error)
    return said, await several.in_process(os.getpid)


def compute_for_ever() -> None:
    while True:
        sum(range(1000))


REFUSED = "cannot be decoded in the 5 seconds and 150 MB that are given to it"


def test_what_computes_too_long_is_ended() -> None:
    started = time.monotonic()
    said, another = anyio.run(bounded, compute_for_ever)
    assert said == REFUSED
    assert 4 < time.monotonic() - started < 40
    assert another != os.getpid()


def test_what_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE", 1.0)
    said, _ = anyio.run(bounded, time.sleep, 60)
    assert said == REFUSED


def test_what_takes_too_much_memory_is_refused() -> None:
    said, _ = anyio.run(bounded, bytearray, 200 * 2**20)
    assert said == REFUSED


def test_what_breaks_the_process_is_refused() -> None:
    said, _ = anyio.run(bounded, os.abort)
    assert said == REFUSED


def test_what_is_wrong_with_an_image_is_said_as_it_was() -> None:
    said, _ = anyio.run(bounded, read_image_file, b"seven", 100)
    assert said == "not a PNG, JPEG or WebP image"


def test_a_process_serves_again_and_again() -> None:
    async def ask_twice() -> list[int]:
        several = Workers(2, rehearse)
        return [await several.in_process(os.getpid) for _ in range(2)]

    first, second = anyio.run(ask_twice)
    assert first == second != os.getpid()
