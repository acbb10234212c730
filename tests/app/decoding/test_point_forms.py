"""The points of a pen, as programs write them: with a time, as objects, and not as Quick, Draw! does."""

import json
from typing import Any

import pytest

from app.decoding import PenStrokes, parse_drawing
from app.errors import ServiceError
from tests.drawings import DRAWINGS, SEVEN

THREE = [[[float(x), float(y)] for x, y in stroke] for stroke in DRAWINGS["3"][0]]
PAIR = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0]]]


def parsed(strokes: Any) -> list[list[list[float]]]:
    ink = parse_drawing(json.dumps({"strokes": strokes}).encode(), 20_000)
    assert isinstance(ink, PenStrokes)
    return [stroke.tolist() for stroke in ink.split()]


def timed(strokes: Any, start: float = 0, *more: float) -> Any:
    """Each point with a time after it."""
    times = iter(range(100_000))
    return [[[*point, start + 12.5 * next(times), *more] for point in stroke] for stroke in strokes]


@pytest.mark.parametrize(
    "strokes",
    [
        PAIR,
        timed(PAIR),
        timed(PAIR, 1_700_000_000_000),
        timed(PAIR, 0, 0.5),
        [[{"x": x, "y": y} for x, y in stroke] for stroke in PAIR],
        [[{"x": x, "y": y, "time": 5, "pressure": 0.5, "color": {"r": [1]}} for x, y in stroke] for stroke in PAIR],
        [{"penColor": "black", "points": [{"time": 1, "x": x, "y": y} for x, y in stroke]} for stroke in PAIR],
        [{"points": stroke} for stroke in PAIR],
    ],
)
def test_what_else_a_point_has_is_passed_over(strokes: Any) -> None:
    assert parsed(strokes) == PAIR


@pytest.mark.parametrize("strokes", [THREE, SEVEN, [[[1.0, 2.0]]], [[[1.0, 2.0], [3.0, 4.0]]]])
@pytest.mark.parametrize("start", [0, 1_700_000_000_000])
def test_points_with_a_time_are_points_however_few_they_are(strokes: Any, start: float) -> None:
    assert parsed(timed(strokes, start)) == strokes


@pytest.mark.parametrize("strokes", [[[[1.0, 2.0]], []], [[]], []])
def test_strokes_may_be_empty(strokes: Any) -> None:
    assert parsed(strokes) == strokes


@pytest.mark.parametrize(
    "columns",
    [
        [[[x for x, _ in stroke], [y for _, y in stroke]] for stroke in THREE],
        [[[x for x, _ in stroke], [y for _, y in stroke], [8 * n for n in range(len(stroke))]] for stroke in THREE],
        [[[20, 80, 45], [20, 20, 100]]],
        [[[20, 80, 45, 45], [20, 20, 60, 100]], [[1, 2], [3, 4]]],
        [[[20, 80, 45, 50, 60], [20, 20, 100, 5, 7]], []],
    ],
)
def test_lists_of_x_and_of_y_are_refused_by_name(columns: Any) -> None:
    with pytest.raises(ServiceError, match=r"^strokes: lists of all x and of all y, as Quick, Draw! has them"):
        parsed(columns)


@pytest.mark.parametrize(
    ("strokes", "wrong"),
    [
        ([[[1]]], r"strokes\[0\]\[0\]: a point is \[x, y\]"),
        ([[[1, 2], [1, 2, 3]]], r"strokes\[0\]\[1\]: a point is \[x, y\], two numbers, or \[x, y, time\]"),
        ([[[1, 2, 3, 4, 5]]], r"strokes\[0\]\[0\]: a point is"),
        ([[1, 2], [3, 4]], r"strokes\[0\]\[0\]: must be an object or a list, not a whole number"),
        ([[{"x": 1}]], r"strokes\[0\]\[0\]: Object missing required field y"),
        ([[{"x": 1, "y": "2"}]], r"strokes\[0\]\[0\].y: must be a number, not text"),
        ([[{"x": 1, "y": None}]], r"strokes\[0\]\[0\].y: must be a number, not null"),
        ([[[True, False]]], r"strokes\[0\]\[0\]\[0\]: must be a number, not true or false"),
        ([{"path": []}], r"strokes\[0\]: Object missing required field points"),
    ],
)
def test_what_is_no_point_is_refused_by_its_place(strokes: Any, wrong: str) -> None:
    with pytest.raises(ServiceError, match=f"^{wrong}"):
        parsed(strokes)


def test_a_key_that_is_there_twice_in_a_point_is_refused() -> None:
    with pytest.raises(ServiceError, match="the key 'x' is there more than once"):
        parse_drawing(b'{"strokes": [[{"x": 1, "x": 2, "y": 3}]]}', 20_000)
