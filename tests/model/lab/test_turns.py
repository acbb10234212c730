"""Runs side by side: who steps when, and who waits."""

import threading
import time
from collections.abc import Callable
from functools import partial

from model.lab.turns import Turns


def stepping(turns: Turns, run: int, log: list[int], seconds: float, steps: int) -> threading.Thread:
    def work() -> None:
        turns.wait(run, steps=0)
        for _ in range(steps):
            log.append(run)
            turns.wait(run, seconds)
        turns.leave(run)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_runs_take_steps_for_the_same_time_however_much_dearer_those_of_one_are() -> None:
    turns, log = Turns(2, 1e9), list[int]()
    threads = [stepping(turns, 0, log, 0.1, 40), stepping(turns, 1, log, 0.4, 10)]
    for thread in threads:
        thread.join(20)
    first_half = log[: len(log) // 2]
    assert abs(first_half.count(0) - 4 * first_half.count(1)) <= 6
    assert (log.count(0), log.count(1)) == (40, 10)


def test_who_has_ended_holds_up_nobody() -> None:
    turns, log = Turns(2, 1e9), list[int]()
    stepping(turns, 0, log, 1.0, 2).join(0.1)
    stepping(turns, 1, log, 0.01, 500).join(20)
    until(lambda: len(log) == 502)


def test_paused_at_first_each_takes_one_step_at_a_time_and_then_all() -> None:
    turns, log = Turns(2, 1e9, is_paused=True), list[int]()
    threads = [stepping(turns, 0, log, 5.0, 6), stepping(turns, 1, log, 0.001, 6)]

    def have_taken(steps: int) -> bool:
        return sorted(log) == [0] * steps + [1] * steps

    for count in (1, 2, 3):
        turns.go(1)
        until(partial(have_taken, count))
    turns.go()
    for thread in threads:
        thread.join(20)
    assert sorted(log) == [0] * 6 + [1] * 6


def test_paused_runs_that_are_stopped_go_on_to_their_end() -> None:
    turns, log = Turns(1, 1e9, is_paused=True), list[int]()
    thread = stepping(turns, 0, log, 0.0, 3)
    turns.stop()
    thread.join(20)
    assert turns.is_stopping
    assert log == [0, 0, 0]


def test_a_slow_pace_is_kept_and_can_be_quickened_meanwhile() -> None:
    turns, log = Turns(1, 1e9), list[int]()
    turns.pace(0.01)
    thread = stepping(turns, 0, log, 0.0, 3)
    until(lambda: len(log) == 1)
    assert thread.is_alive()
    turns.pace(None)
    thread.join(20)
    assert len(log) == 3


def test_once_their_time_is_used_up_nobody_waits() -> None:
    turns = Turns(1, 2.0)
    turns.wait(0, 1.0)
    assert not turns.is_out_of_time
    turns.go(0)
    turns.wait(0, 1.5)
    assert turns.is_out_of_time
