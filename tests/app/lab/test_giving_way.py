"""Trainings stand still while drawings are read, and go on as soon as none comes, and a little in any case."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest

from app.lab import giving_way
from app.lab.giving_way import GivingWay


@contextmanager
def computing() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield process
        finally:
            process.kill()


def is_stopped(process: "subprocess.Popen[bytes]") -> bool:
    return "(stopped)" in Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")


async def until(process: "subprocess.Popen[bytes]", *, stopped: bool) -> None:
    with anyio.fail_after(20):
        while is_stopped(process) is not stopped:
            await asyncio.sleep(0.001)


def test_a_drawing_stops_them_and_quiet_has_them_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def seen(process: "subprocess.Popen[bytes]") -> None:
        giving = GivingWay([process])
        giving.give_way()
        await until(process, stopped=True)
        await until(process, stopped=False)

    monkeypatch.setattr(giving_way, "_QUIET_SECONDS", 0.3)
    with computing() as process:
        anyio.run(seen, process)


def test_while_drawings_follow_each_other_they_stay_stopped_but_for_a_breath_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def seen(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
        giving = GivingWay([process])
        stopped = looks = 0
        ends = asyncio.get_running_loop().time() + 1.5
        while asyncio.get_running_loop().time() < ends:
            giving.give_way()
            await asyncio.sleep(0.001)
            looks += 1
            stopped += is_stopped(process)
        await until(process, stopped=False)
        return stopped, looks

    monkeypatch.setattr(giving_way, "_QUIET_SECONDS", 0.2)
    with computing() as process:
        stopped, looks = anyio.run(seen, process)
    assert 0.5 * looks < stopped < looks, "they had a breath, and no more than that"


def test_one_that_has_just_ended_is_no_trouble() -> None:
    async def seen(process: "subprocess.Popen[bytes]") -> None:
        GivingWay([process]).give_way()
        await asyncio.sleep(0.05)

    with computing() as process:
        process.kill()
        process.wait()
        anyio.run(seen, process)
