"""Ink is cut where it is low or thin between what is tall, and nowhere else."""

import numpy as np
import pytest

from model.numbers.cuts import MAX_CUTS, find_cuts

TALL, LOW = [1.0] * 10, [0.1] * 4


def cuts(extent: list[float], ink: list[float] | None = None, width: float = 1.0, **most: int) -> list[int]:
    return find_cuts(np.array(extent), np.array(ink or [0.2] * len(extent)), width, **most)


def test_a_joining_line_is_cut_in_its_middle() -> None:
    assert cuts([*TALL, *LOW, *TALL]) == [12]


def test_each_line_between_digits_is_cut() -> None:
    assert cuts([*TALL, *LOW, *TALL, *LOW, *TALL], width=2.0) == [12, 26]


@pytest.mark.parametrize("extent", [[*TALL, *TALL], [*LOW, *TALL], [*TALL, *LOW], [*LOW, *LOW], [*LOW, *TALL, *LOW]])
def test_without_tall_ink_on_both_sides_there_is_no_cut(extent: list[float]) -> None:
    assert cuts(extent) == []


def test_narrow_ink_is_never_cut() -> None:
    assert cuts([*TALL, *LOW, *TALL], width=0.2) == []


def test_wide_ink_is_also_cut_where_it_is_thin() -> None:
    ink = [0.5] * 10 + [0.1] * 3 + [0.5] * 10
    assert cuts([1.0] * 23, ink, width=1.0) == [11]
    assert cuts([1.0] * 23, ink, width=0.5) == []


def test_a_comb_is_cut_no_more_often_than_allowed() -> None:
    comb = ([1.0] * 3 + [0.1] * 3) * 300
    assert len(cuts(comb, width=100.0)) == MAX_CUTS
    assert len(cuts(comb, width=100.0, most=3)) == 3
    assert cuts(comb, width=100.0, most=0) == []
