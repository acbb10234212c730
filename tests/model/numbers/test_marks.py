"""Marks that plainly belong together are one piece; specks are none."""

from hypothesis import given
from hypothesis import strategies as st

from model.numbers.boxes import Box
from model.numbers.marks import gather

ZERO = Box(0, 0, 60, 100)
ONE = Box(80, 0, 84, 100)


def test_upright_marks_stay_apart_in_their_order() -> None:
    assert gather([ONE, ZERO]) == [[1], [0]]


def test_the_hat_of_a_five_joins_its_body() -> None:
    hat = Box(20, -5, 75, 5)
    assert [sorted(piece) for piece in gather([ZERO, hat, ONE])] == [[0, 1], [2]]


def test_a_dash_between_two_digits_is_a_piece() -> None:
    dash = Box(65, 48, 95, 52)
    assert gather([ZERO, dash, Box(100, 0, 160, 100)]) == [[0], [1], [2]]


def test_a_speck_beside_the_digits_is_in_no_piece_and_one_within_belongs_to_its_digit() -> None:
    beside, within = Box(70, 95, 74, 99), Box(30, 50, 33, 53)
    assert [sorted(piece) for piece in gather([ZERO, beside, within, ONE])] == [[0, 2], [3]]


def test_a_dot_alone_is_a_piece() -> None:
    assert gather([Box(3, 3, 3, 3)]) == [[0]]


sides = st.floats(0, 1000)


@given(st.lists(st.tuples(sides, sides, sides, sides), min_size=1, max_size=400))
def test_no_mark_is_in_two_pieces(corners: list[tuple[float, ...]]) -> None:
    boxes = [Box(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners]
    pieces = gather(boxes)
    marks = [index for piece in pieces for index in piece]
    assert pieces
    assert len(marks) == len(set(marks))
    assert set(marks) <= set(range(len(boxes)))
