"""What is printed around digits, boxes and lines to write on, is not read; a 1 and a 7 are."""

from collections.abc import Callable

import pytest

from model.numbers.boxes import Box
from model.numbers.layout.rules import find_rules
from tests.drawings import DRAWINGS, Drawing, moved
from tests.model.numbers.examples import painted, text_in_image, text_in_strokes, written

CELL = 140.0

NUMBERS = ["407", "171", "11", "1234"]


def in_cells(text: str) -> list[Drawing]:
    """Digits 90 high, in the middle of cells side by side."""
    return [
        moved(DRAWINGS[digit][0], 0.9, CELL * place + CELL / 2 - 0.45 * middle_of(digit), 25)
        for place, digit in enumerate(text)
    ]


def middle_of(digit: str) -> float:
    across = [x for stroke in DRAWINGS[digit][0] for x, _ in stroke]
    return min(across) + max(across)


def grid(count: int) -> Drawing:
    """A row of cells that share their sides."""
    end = CELL * count
    return [
        [[0, 0], [end, 0]],
        [[0, CELL], [end, CELL]],
        *([[CELL * place, 0], [CELL * place, CELL]] for place in range(count + 1)),
    ]


def boxes(count: int) -> Drawing:
    """Cells a little apart, each drawn in one go."""
    side = CELL - 12
    return [
        [[left, 0], [left + side, 0], [left + side, side], [left, side], [left, 0]]
        for left in (CELL * place + 6 for place in range(count))
    ]


def base_line(count: int) -> Drawing:
    """A line to write on, not quite level."""
    return [[[-20, 135], [CELL * count / 2, 132], [CELL * count, 138]]]


def margin(drawing: Drawing) -> Drawing:
    return moved(drawing, right=30, down=20)


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("form", [grid, boxes, base_line])
def test_digits_in_a_form_are_read(text: str, form: Callable[[int], Drawing]) -> None:
    drawing = margin([*form(len(text)), *(stroke for digit in in_cells(text) for stroke in digit)])
    assert text_in_strokes(drawing) == text
    for pen in (4, 8):
        assert text_in_image(painted(drawing, pen)) == text


def test_digits_that_touch_their_form_are_read_in_pictures() -> None:
    digits = [stroke for digit in in_cells("384") for stroke in digit]
    on_a_line = margin([*digits, [[-20, 114], [CELL * 3, 116]]])
    hanging = margin([*grid(3), *moved(digits, down=-26)])
    assert text_in_image(painted(on_a_line, pen=6)) == "384"
    assert text_in_image(painted(hanging, pen=6)) == "384"


def test_a_line_far_below_is_not_read() -> None:
    drawing = [*moved(written("14570"), 0.5), [[100, 300], [320, 301]]]
    assert text_in_strokes(drawing) == text_in_image(painted(drawing, pen=6)) == "14570"


def test_the_foot_of_a_wide_two_is_no_line() -> None:
    two = [[[20, 5], [120, 0], [30, 95], [0, 100], [160, 98]]]
    for drawing in (two, [*two, *moved(written("0"), right=200)]):
        assert text_in_image(painted(drawing, pen=6)).startswith("2")


@pytest.mark.parametrize("text", ["1", "7", "0", "8", "111", "777", "0000", "4444"])
@pytest.mark.parametrize("way", [0, 1])
def test_digits_without_a_form_lose_nothing(text: str, way: int) -> None:
    drawing = written(text, way=way)
    assert text_in_strokes(drawing) == text_in_image(painted(drawing)) == text


def test_a_dash_between_digits_is_no_rule() -> None:
    digit, dash = Box(0, 0, 60, 100), Box(80, 48, 300, 52)
    assert find_rules([digit, dash, Box(320, 0, 380, 100)], lambda _: pytest.fail("no shape is needed"), 0) == set()
