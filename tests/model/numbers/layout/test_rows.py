"""Rows are read one after the other; digits at different heights stay in one row."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.numbers.boxes import Box
from model.numbers.layout.rows import find_rows
from tests.drawings import DRAWINGS, Drawing, moved
from tests.model.numbers.examples import (
    composed,
    number_in_image,
    number_in_strokes,
    painted,
    text_in_image,
    text_in_strokes,
    written,
)


def turned(drawing: Drawing, slope: float) -> Drawing:
    """Each point moved down by a share of how far right it lies."""
    return [[[x, y + slope * x] for x, y in stroke] for stroke in drawing]


@pytest.mark.parametrize("text", ["12\n34", "1\n1", "407\n22\n315", "134678\n912532", "9\n1234", "2.5\n-6"])
def test_rows_are_read_from_the_top(text: str) -> None:
    drawing = composed(text)
    assert text_in_strokes(drawing) == text
    assert text_in_image(painted(moved(drawing, down=20))) == text


@pytest.mark.parametrize("row", [115, 130, 200, 400])
def test_rows_may_lie_near_or_far(row: float) -> None:
    drawing = composed("205\n683", row=row)
    assert text_in_strokes(drawing) == text_in_image(painted(drawing, pen=7)) == "205\n683"


@pytest.mark.parametrize("slope", [-0.15, -0.08, 0.08, 0.15])
def test_rows_may_slant(slope: float) -> None:
    drawing = turned(composed("20586\n68352", row=160), slope)
    assert text_in_strokes(drawing) == "20586\n68352"


@pytest.mark.parametrize(
    "heights", [(0, 40, -30, 20), (0, 60, 0, 60), (0, 70, 140, 210), (210, 140, 70, 0), (0, 110, 220, 330)]
)
def test_digits_at_different_heights_are_one_row(heights: tuple[float, ...]) -> None:
    drawing = [
        stroke
        for place, (digit, down) in enumerate(zip("4028", heights, strict=True))
        for stroke in moved(DRAWINGS[digit][0], right=115 * place, down=down + 40)
    ]
    assert text_in_strokes(drawing) == text_in_image(painted(drawing)) == "4028"


def test_each_digit_knows_its_line() -> None:
    drawing = composed("407\n22")
    for number in (number_in_strokes(drawing), number_in_image(painted(drawing))):
        assert [one.line for one in number.digits] == [0, 0, 0, 1, 1]
        assert [number.text[one.place] for one in number.digits] == list("40722")


def test_a_large_picture_of_small_rows_is_read() -> None:
    drawing = moved(composed("205\n683\n205", row=500), 0.6)
    assert text_in_image(painted(drawing, pen=4)) == "205\n683\n205"


sides = st.floats(0, 1000)


@settings(max_examples=60)
@given(st.lists(st.tuples(sides, sides, sides, sides), min_size=1, max_size=60))
def test_every_mark_is_in_exactly_one_row(corners: list[tuple[float, ...]]) -> None:
    boxes = [Box(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners]
    rows = find_rows(boxes)
    assert sorted(index for row in rows for index in row) == list(range(len(boxes)))


@given(st.floats(1e-3, 1e3), st.text("0235689", min_size=2, max_size=4), st.text("0235689", min_size=2, max_size=4))
def test_neither_size_nor_digits_matter(scale: float, upper: str, lower: str) -> None:
    assert text_in_strokes(moved(composed(f"{upper}\n{lower}"), scale)) == f"{upper}\n{lower}"


def test_strokes_drawn_upwards_are_read_downwards() -> None:
    drawing = composed("12\n34")
    assert text_in_strokes(drawing[::-1]) == text_in_strokes(drawing) == "12\n34"
    assert text_in_strokes(written("12")) == "12"
