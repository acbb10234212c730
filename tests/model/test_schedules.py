"""Schedules: factors from 0 to 1 of the learning rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.schedules import SCHEDULES, WARM_UP


@pytest.mark.parametrize("name", SCHEDULES)
@given(progress=st.floats(0, 1))
def test_every_factor_lies_between_0_and_1(name: str, progress: float) -> None:
    assert 0 <= SCHEDULES[name](progress) <= 1


def test_cosine_warms_up_then_falls_to_zero() -> None:
    cosine = SCHEDULES["cosine"]
    assert cosine(0) == 0
    assert cosine(WARM_UP / 2) == pytest.approx(0.5)
    assert cosine(WARM_UP) == 1
    assert cosine((1 + WARM_UP) / 2) == pytest.approx(0.5)
    assert cosine(1) == pytest.approx(0)


def test_constant_stays() -> None:
    assert {SCHEDULES["constant"](step / 10) for step in range(11)} == {1.0}
