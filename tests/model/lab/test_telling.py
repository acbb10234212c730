"""What a job tells: progress in twenty parts and the end, and figures that JSON can hold."""

import json

import numpy as np

from model.lab.telling import as_figures, counter


def test_figures_have_six_digits_and_what_is_no_number_is_none() -> None:
    values = np.array([[1 / 3, -123456789.0], [np.inf, np.nan]])
    assert as_figures(values) == [[0.333333, -123457000.0], [None, None]]
    assert as_figures(np.float32(0.1)) == 0.1
    assert json.loads(json.dumps(as_figures(values), allow_nan=False)) == as_figures(values)


def test_of_many_pieces_each_twentieth_is_told_and_the_end() -> None:
    told: list[tuple[str, int, int]] = []
    count = counter(lambda *progress: told.append(progress), "losses", 961)
    for _ in range(961):
        count()
    assert told == [("losses", done, 961) for done in [*range(49, 961, 49), 961]]


def test_of_few_pieces_each_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    count = counter(lambda *progress: told.append(progress), "steps", 3)
    for _ in range(3):
        count()
    assert told == [("steps", 1, 3), ("steps", 2, 3), ("steps", 3, 3)]
