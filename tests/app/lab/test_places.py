"""Who may use the lab: a few at a time, one place a client, the others in the order in which they came."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.errors import ServiceError
from app.lab.places import MAX_WAITING, MAX_WAITING_OF_ONE, Places, Wait

HOLDING = """
import sys, time
from pathlib import Path
from app.lab.places import Places
with Places(Path(sys.argv[1]), 1).enter("somebody") as ticket:
    print(ticket.wait(), flush=True)
    time.sleep(60)
"""


def test_so_many_have_a_place_and_the_next_gets_the_first_that_is_free(tmp_path: Path) -> None:
    places = Places(tmp_path, 2)
    with ExitStack() as first:
        one = first.enter_context(places.enter("a"))
        with places.enter("b") as two, places.enter("c") as three, places.enter("d") as four:
            assert one.wait() is None
            assert two.wait() is None
            assert three.wait() == Wait(2, "others")
            assert four.wait() == Wait(3, "others")
            first.close()
            assert four.wait() == Wait(2, "others"), "the third came before"
            assert three.wait() is None
    with places.enter("e") as five:
        assert five.wait() is None, "all have left"


def test_one_client_has_one_place_and_holds_up_nobody_by_waiting_for_itself(tmp_path: Path) -> None:
    places = Places(tmp_path, 2)
    with places.enter("a") as one, places.enter("a") as again, places.enter("b") as other:
        assert one.wait() is None
        assert again.wait() == Wait(1, "yours")
        assert other.wait() is None


def test_places_are_wanted_while_somebody_waits(tmp_path: Path) -> None:
    places = Places(tmp_path, 1)
    with places.enter("a") as one:
        one.wait()
        wanted = [places.are_wanted]
        with places.enter("b"):
            wanted.append(places.are_wanted)
        wanted.append(places.are_wanted)
    assert wanted == [False, True, False]


def test_a_place_that_is_had_stays_had(tmp_path: Path) -> None:
    with Places(tmp_path, 1).enter("a") as ticket:
        assert ticket.wait() is None
        path = ticket.path
        assert path.exists()
    assert not path.exists()


def test_beyond_so_many_who_wait_all_are_turned_away_and_one_client_sooner(tmp_path: Path) -> None:
    places = Places(tmp_path, 1)
    with ExitStack() as waiting:
        waiting.enter_context(places.enter("first")).wait()
        for _ in range(MAX_WAITING_OF_ONE):
            waiting.enter_context(places.enter("greedy"))
        with pytest.raises(ServiceError, match=f"{MAX_WAITING_OF_ONE} of yours and 0 others wait") as refused:
            waiting.enter_context(places.enter("greedy"))
        assert refused.value.headers == {"Retry-After": "10"}
        for number in range(MAX_WAITING - MAX_WAITING_OF_ONE):
            waiting.enter_context(places.enter(f"client {number}"))
        with pytest.raises(ServiceError, match=f"0 of yours and {MAX_WAITING} others wait"):
            waiting.enter_context(places.enter("late"))


def test_whose_process_is_killed_leaves_the_place_to_others(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDING, tmp_path], stdout=subprocess.PIPE) as holding:
        assert holding.stdout
        assert holding.stdout.readline() == b"None\n"
        with Places(tmp_path, 1).enter("another") as ticket:
            assert ticket.wait() == Wait(1, "others")
            os.kill(holding.pid, signal.SIGKILL)
            holding.wait()
            deadline = time.monotonic() + 10
            while ticket.wait() is not None:
                assert time.monotonic() < deadline
