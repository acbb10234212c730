"""Schedules: factors from 0 to 1 of the learning rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.optim.schedules import SCHEDULES, Schedule, schedule_for


def schedule(name: str) -> Schedule:
    return schedule_for(name, warm_up=0.05, every=0.25, by=0.1)


@pytest.mark.parametrize("name", SCHEDULES)
@given(progress=st.floats(0, 1))
def test_every_factor_lies_between_0_and_1(name: str, progress: float) -> None:
    assert 0 <= schedule(name).factor(progress) <= 1


def test_cosine_warms_up_then_falls_to_zero() -> None:
    cosine = schedule("cosine")
    assert cosine.factor(0) == 0
    assert cosine.factor(0.025) == pytest.approx(0.5)
    assert cosine.factor(0.05) == 1
    assert cosine.factor(1.05 / 2) == pytest.approx(0.5)
    assert cosine.factor(1) == pytest.approx(0)


def test_cosine_without_warm_up_starts_at_the_top() -> None:
    assert schedule_for("cosine", warm_up=0, every=1, by=1).factor(0) == 1


def test_step_goes_down_a_stair_at_each_edge() -> None:
    step = schedule("step")
    assert [step.factor(progress) for progress in (0, 0.2499)] == [1, 1]
    assert [step.factor(progress) for progress in (0.25, 0.49, 0.5, 0.75)] == pytest.approx([0.1, 0.1, 0.01, 0.001])


def test_a_stair_begins_with_its_epochs_first_step_whatever_the_rounding() -> None:
    for epochs in range(3, 60):
        step = schedule_for("step", warm_up=0, every=3 / epochs, by=0.5)
        for epoch in range(epochs):
            assert step.factor(epoch / epochs) == 0.5 ** (epoch // 3)


def test_constant_stays() -> None:
    assert {schedule("constant").factor(step / 10) for step in range(11)} == {1.0}
