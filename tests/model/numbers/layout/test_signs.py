"""Signs beside digits are told as what they are, in strokes and pictures, and are never read as digits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.numbers import Number
from tests.drawings import DRAWINGS, Drawing, moved
from tests.model.numbers.examples import (
    SIGNS,
    composed,
    number_in_image,
    number_in_strokes,
    painted,
    text_in_image,
    text_in_strokes,
    width_of,
    written,
)

EXAMPLES = ["-7", "3-4", "1/2", "3.14", "12:30", "1+2=3", "10,50", "-40+5=-35", "5/6", "0.05", "2026-11-27", "20/8/4"]

below = moved
"""A drawing moved so far down that a margin above it holds what reaches higher."""


def read_both(drawing: Drawing, pen: float = 8.0) -> tuple[Number, Number]:
    return number_in_strokes(drawing), number_in_image(painted(below(drawing, down=30), pen))


@pytest.mark.parametrize("text", EXAMPLES)
def test_signs_are_read_among_digits(text: str) -> None:
    for number in read_both(composed(text)):
        assert number.text == text
        assert [one.sign for one in number.signs] == [one for one in text if one in SIGNS]


@pytest.mark.parametrize("pen", [4, 8, 12])
@pytest.mark.parametrize("sign", SIGNS)
def test_signs_are_read_with_any_pen(sign: str, pen: float) -> None:
    assert text_in_image(painted(below(composed(f"26{sign}38"), down=30), pen)) == f"26{sign}38"


@settings(max_examples=40)
@given(
    st.lists(st.text("0235689", min_size=1, max_size=2), min_size=2, max_size=3),
    st.lists(st.sampled_from(sorted(SIGNS)), min_size=2, max_size=2),
    st.floats(18, 45),
    st.floats(1e-3, 1e4),
)
def test_any_signs_between_any_digits_are_read(digits: list[str], signs: list[str], gap: float, scale: float) -> None:
    text = "".join(one for pair in zip(digits, [*signs, ""], strict=False) for one in pair).rstrip("".join(SIGNS))
    assert text_in_strokes(moved(composed(text, gap), scale)) == text


def test_a_sign_has_its_box_its_line_and_its_place() -> None:
    drawing = composed("12\n3-4")
    for number, margin in zip(read_both(drawing), (0, 30), strict=True):
        (minus,) = number.signs
        assert (minus.sign, minus.line, minus.place) == ("-", 1, 4)
        assert number.text[minus.place] == "-"
        assert minus.box.width == pytest.approx(40, abs=12)
        assert (minus.box.top + minus.box.bottom) / 2 == pytest.approx(201 + 2 * margin, abs=3)
        assert [(one.line, one.place) for one in number.digits] == [(0, 0), (0, 1), (1, 3), (1, 5)]


@pytest.mark.parametrize("text", ["5", "7", "4", "1", "45", "457", "1417", "11111", "777"])
@pytest.mark.parametrize("way", [0, 1])
def test_no_part_of_a_digit_is_a_sign(text: str, way: int) -> None:
    for number in read_both(written(text, way=way)):
        assert number.signs == []
        assert number.text == text


def test_a_small_mark_that_is_no_sign_is_a_question_mark() -> None:
    apostrophe = [[[2, 0], [0, 8]]]
    for number in read_both([*written("2"), *moved(apostrophe, right=100), *moved(written("6"), right=130)]):
        assert number.text == "2?6"
        assert [one.sign for one in number.signs] == ["?"]


def test_a_leaning_one_is_no_slash() -> None:
    ones = [[[30, 0], [0, 100]], [[80, 0], [50, 100]], [[130, 0], [100, 100]]]
    assert text_in_strokes(ones) == text_in_image(painted(ones)) == "111"
    steep = [[[50, 0], [0, 100]], [[120, -5], [70, 105]], [[190, 0], [140, 100]]]
    assert text_in_strokes(steep) == text_in_image(painted(moved(steep, down=20))) == "111"


def test_signs_without_a_digit_are_no_number() -> None:
    for drawing in (SIGNS["="], SIGNS["+"], SIGNS[":"], SIGNS["-"]):
        assert not number_in_strokes(drawing).is_one


def test_a_digit_with_a_sign_is_a_number_and_one_alone_is_none() -> None:
    assert number_in_strokes(composed("-7")).is_one
    assert not number_in_strokes(written("7")).is_one


def test_what_is_mostly_no_digit_is_no_number() -> None:
    letter = [[[0, 100], [30, 0], [60, 100]], [[15, 60], [45, 60]]]
    assert not number_in_strokes([*letter, *moved(DRAWINGS["7"][0], right=100)]).is_one
    among = [*written("7"), *moved(letter, right=130), *moved(written("2"), right=240)]
    assert number_in_strokes(among).is_one
    assert number_in_strokes(among).text == "7?2"


def test_room_for_a_digit_is_told() -> None:
    drawing = composed("18 00\n7  45")
    for number in read_both(drawing):
        assert number.text == "1800\n745"
        assert number.spaced_text == "18 00\n7 45"
    assert width_of(drawing) > 300
