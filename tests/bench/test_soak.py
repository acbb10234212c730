"""The soak, a short one: the service keeps its promises, and a service that broke one would be found out."""

import asyncio
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bench.soak.bad_input import BadRequest
from bench.soak.inks import Question
from bench.soak.load import ask_badly_for_ever, ask_for_ever
from bench.soak.tally import Tally
from tests.troubled_server import Act, TroubledServer, answers, hangs_up

ROOT = Path(__file__).parents[2]
SHA256 = "a" * 64
RIGHT = {"digit": 7, "verdict": "digit", "probabilities": [0.1] * 10}
QUESTION = Question("strokes", "/", {"Content-Type": "application/json"}, b"{}", {SHA256: RIGHT})


def test_at_full_load_with_workers_killed_and_weights_swapped_every_promise_is_kept(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    often = ("--seconds", "10", "--kill-every", "4", "--swap-every", "2")
    command = [sys.executable, "-m", "bench.soak", *often, "--json", str(figures)]
    soak = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert "every promise was kept" in soak.stdout
    found = json.loads(figures.read_text())
    assert found["kills"]["all"] >= 1
    assert found["swaps"]["good"] >= 1
    assert found["right_per_second"] > 10


def asked(act: Act, *, badly: bool = False) -> Tally:
    """What callers find in a moment of a service that acts so."""
    tally, rng = Tally(), random.Random(0)  # noqa: S311 - nothing secret
    bad = BadRequest("nonsense", "text/plain", b"7", 415)

    async def ask(url: str) -> None:
        async with httpx.AsyncClient(base_url=url) as client, asyncio.timeout(0.5):
            if badly:
                await ask_badly_for_ever(client, [bad], tally, rng)
            else:
                await ask_for_ever(client, [QUESTION], tally, rng)

    with TroubledServer([act]) as service, pytest.raises(TimeoutError):
        asyncio.run(ask(service.url))
    tally.settle()
    return tally


def reply(**said: object) -> Act:
    return answers(200, {**RIGHT, "model": {"sha256": SHA256}, **said})


def test_right_answers_break_no_promise() -> None:
    tally = asked(reply())
    assert tally.answered > 0
    assert tally.violations == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"digit": 1},
        {"verdict": "blank"},
        {"probabilities": [0.1] * 9},
        {"probabilities": [0.101] * 10},
        {"model": {"sha256": "b" * 64}},
        {"model": {}},
    ],
)
def test_a_wrong_answer_is_found(wrong: dict[str, object]) -> None:
    tally = asked(reply(**wrong))
    assert "a wrong answer" in tally.violations[0]
    assert not tally.answered


@pytest.mark.parametrize("status", [500, 503, 422])
def test_an_error_that_is_not_promised_is_found(status: int) -> None:
    # A 503 without a word of when to come back is none either.
    assert asked(answers(status, {})).violations


@pytest.mark.parametrize("act", [reply(), answers(500, {}), answers(415, "no problem document")])
def test_bad_input_that_is_not_refused_as_promised_is_found(act: Act) -> None:
    assert asked(act, badly=True).violations


def test_a_connection_that_breaks_off_is_in_order_only_around_a_kill() -> None:
    assert "a connection broke off" in asked(hangs_up).violations[0]

    now = time.monotonic()
    for asked_at, kill, is_in_order in [
        (now - 10, now - 9, True),  # a busy machine tells of it nine seconds after
        (now - 10, now - 10.5, True),
        (now - 10, now - 12, False),
        (now - 10, now + 1, False),
    ]:
        tally = Tally(kills=[kill])
        tally.broken("strokes", ConnectionResetError(), asked_at)
        tally.settle()
        assert (tally.violations == []) == is_in_order
