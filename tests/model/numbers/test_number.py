"""Numbers are read digit by digit, as strokes and as pictures, wherever and however large they are drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.preprocess import preprocess_strokes
from tests.drawings import DRAWINGS, moved
from tests.model.numbers.examples import (
    classifier,
    painted,
    read_image,
    read_strokes,
    text_in_image,
    text_in_strokes,
    written,
)

NUMBERS = ["10", "11", "111", "407", "77", "44", "55", "100", "2468013579"]


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_are_read(text: str, way: int) -> None:
    drawing = written(text, way=way)
    assert text_in_strokes(drawing) == text
    assert text_in_image(painted(drawing)) == text


@pytest.mark.parametrize("digit", sorted(DRAWINGS))
def test_a_single_digit_of_however_many_strokes_is_one_digit(digit: str) -> None:
    for drawing in DRAWINGS[digit]:
        alone = classifier().predict(preprocess_strokes(drawing))
        (found,) = read_strokes(drawing)
        assert found.reading.digit == alone.digit == int(digit)
        assert found.reading.probabilities == pytest.approx(alone.probabilities, abs=0.01)
        assert text_in_image(painted(drawing)) == digit


@settings(max_examples=25)
@given(
    st.sampled_from(NUMBERS[:6]),
    st.floats(1e-3, 1e6),
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
)
def test_neither_place_nor_size_matters(text: str, scale: float, right: float, down: float) -> None:
    drawing = moved(written(text), scale, right * scale, down * scale)
    assert text_in_strokes(drawing) == text


@settings(max_examples=25)
@given(st.text("0123456789", min_size=2, max_size=5), st.integers(0, 1), st.floats(12, 60))
def test_any_digits_beside_each_other_are_read_in_their_order(text: str, way: int, gap: float) -> None:
    assert text_in_strokes(written(text, gap, way)) == text


def test_the_order_in_which_strokes_were_drawn_does_not_matter() -> None:
    drawing = written("4057")
    assert text_in_strokes(drawing[::-1]) == text_in_strokes(drawing) == "4057"


@pytest.mark.parametrize("text", ["00", "22", "35", "47"])
def test_digits_that_touch_are_read_in_pictures_too(text: str) -> None:
    drawing = written(text, gap=5)
    assert text_in_image(painted(drawing, pen=10)) == text


@pytest.mark.parametrize("text", ["01", "36", "80", "98"])
def test_digits_that_touch_and_lean_are_parted_along_a_line_that_leans(text: str) -> None:
    leaning = [[(x + 0.4 * (100 - y), y) for x, y in stroke] for stroke in written(text, gap=5)]
    assert text_in_image(painted(leaning, pen=9)) == text


@pytest.mark.parametrize("text", ["00", "62", "88", "95"])
def test_digits_joined_in_one_stroke_are_read(text: str) -> None:
    first, second, *rest = written(text, gap=20)
    assert text_in_strokes([[*first, *second], *rest]) == text


def test_boxes_hold_the_ink_of_their_digits_and_nothing_else() -> None:
    drawing = written("407", gap=40)
    for found, margin in ((read_strokes(drawing), 0.0), (read_image(painted(drawing)), 30.0)):
        boxes = [one.box for one in found]
        assert [one.reading.digit for one in found] == [4, 0, 7]
        right = -1.0
        for digit, box in zip("407", boxes, strict=True):
            alone = written(digit)
            width = max(x for stroke in alone for x, _ in stroke) - min(x for stroke in alone for x, _ in stroke)
            assert box.width == pytest.approx(width, abs=0.001 if not margin else 14)
            assert box.left > right
            right = box.right


def test_what_is_no_digit_is_a_question_mark() -> None:
    letter_a = [[[0, 100], [30, 0], [60, 100]], [[15, 60], [45, 60]]]
    drawing = [*written("7"), *moved(letter_a, right=130), *moved(written("2"), right=240)]
    assert text_in_strokes(drawing) == "7?2"


@pytest.mark.parametrize("nothing", [[], [[]], [[], []]])
def test_no_ink_is_no_number(nothing: list[list[list[float]]]) -> None:
    assert text_in_strokes(nothing) == ""
    assert text_in_image(np.full((60, 90), 128, np.uint8)) == ""


@pytest.mark.parametrize(
    "strokes",
    [
        [[[5, 5]]],
        [[[0, 0], [100, 0]]],
        [[[0, 0], [5e-324, 0]]],
        [[[1e300, 0], [-1e300, 7]]],
        [[[0, 0], [0, 1]], [[1e12, 0], [1e12, 1]]],
        [[[1e15, 1e15], [1e15 + 1, 1e15 + 1]]],
    ],
)
def test_ink_of_any_shape_is_read_as_something(strokes: list[list[list[float]]]) -> None:
    found = read_strokes(strokes)
    assert 1 <= len(found) <= 2
    assert all(np.isfinite(one.reading.probabilities).all() for one in found)
