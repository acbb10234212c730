"""Drawings that the data has too few of: each digit in several styles, and ink that is no digit."""

import numpy as np
import pytest

from model.augmentation.angular import angular_digits
from model.augmentation.others import make_others, piece, touching, word
from model.augmentation.scribbles import make_scribbles
from model.augmentation.signs import SIGNS, sign
from model.augmentation.styles import TEMPLATES, crossed_seven, footed_one, slashed_zero, styled_digits
from tests.drawings import DRAWINGS

RNG = np.random.default_rng


def digit(label: str) -> list[np.ndarray]:
    return [np.array(stroke, float) for stroke in DRAWINGS[label][0]]


def test_every_digit_comes_as_often_and_no_two_are_alike() -> None:
    paths, labels = styled_digits(400, rng=RNG(0))
    assert np.bincount(labels).tolist() == [40] * 10
    assert len(np.unique(paths.points, axis=0)) == 400
    again, _ = styled_digits(400, rng=RNG(0))
    np.testing.assert_array_equal(paths.points, again.points)


def test_every_digit_has_several_templates_within_reach_of_their_box() -> None:
    assert sorted(TEMPLATES) == list(range(10))
    for templates in TEMPLATES.values():
        assert len(templates) >= 4
        for strokes in templates:
            points = np.concatenate([np.array(stroke) for stroke in strokes])
            assert points.min() >= -0.1
            assert points.max() <= 1.1


def test_a_slash_goes_through_the_middle_of_a_zero_from_side_to_side() -> None:
    zero = digit("0")
    low, high = np.concatenate(zero).min(axis=0), np.concatenate(zero).max(axis=0)
    for seed in range(50):
        *kept, slash = slashed_zero(zero, rng=RNG(seed))
        assert len(kept) == len(zero)
        assert (np.abs(slash.mean(axis=0) - (low + high) / 2) < 0.2 * (high - low)).all()
        assert (np.abs(np.diff(slash, axis=0)[0]) > 0.25 * (high - low)).all()


def test_a_bar_crosses_the_stem_of_a_seven_and_a_foot_lies_under_a_one() -> None:
    for seed in range(50):
        seven = np.concatenate(digit("7"))
        *_, bar = crossed_seven(digit("7"), rng=RNG(seed))
        height = bar[:, 1].mean()
        stem = seven[np.abs(seven[:, 1] - height).argmin(), 0]
        assert bar[0, 0] < stem < bar[1, 0]
        one = np.concatenate(digit("1"))
        *_, foot = footed_one(digit("1"), rng=RNG(seed))
        assert abs(foot[:, 1].mean() - one[:, 1].max()) < 0.1 * np.ptp(one[:, 1])


@pytest.mark.parametrize("count", [0, 7, 240])
def test_scribbles_are_as_many_as_asked_for_with_ink_and_repeatable(count: int) -> None:
    digits = [digit(label) for label in "0123456789"]
    made, again = (make_scribbles(count, digits, rng=RNG(5)) for _ in range(2))
    assert len(made) == count
    assert (made.stroke >= 0).any(axis=1).all()
    np.testing.assert_array_equal(made.points, again.points)


def test_other_drawings_are_as_many_as_asked_for_with_ink_and_repeatable() -> None:
    digits = [digit(label) for label in "0123456789"]
    for letters in (digits[:3], []):
        made, again = (make_others(60, digits, letters, rng=RNG(5)) for _ in range(2))
        assert len(made) == 60
        assert (made.stroke >= 0).any(axis=1).all()
        np.testing.assert_array_equal(made.points, again.points)


def test_two_digits_that_touch_are_wider_than_one_and_have_no_gap_between_their_boxes() -> None:
    for seed in range(30):
        first, second = digit("3"), digit("5")
        drawn = touching([first, second], RNG(seed))
        assert len(drawn) == len(first) + len(second)
        left, right = np.concatenate(drawn[: len(first)]), np.concatenate(drawn[len(first) :])
        assert right[:, 0].min() <= left[:, 0].max() + 1e-9
        assert right[:, 0].max() > left[:, 0].max()


def test_a_piece_of_a_digit_lies_as_no_digit_does() -> None:
    digits = [digit(label) for label in "0123456789"]
    for seed in range(100):
        ink = np.concatenate(piece(digits, RNG(seed)))
        width, height = np.ptp(ink, axis=0)
        assert width > 1.4 * height


def test_words_go_to_the_right_in_one_line_or_two() -> None:
    letters = [digit(label) for label in "2358"]
    for seed in range(20):
        assert len(word(letters, RNG(seed))) == sum(len(letter) for letter in letters)
        width, height = np.ptp(np.concatenate(word(letters, RNG(seed))), axis=0)
        assert width > 1.2 * height
        tall = np.ptp(np.concatenate(word(letters * 2, RNG(seed))), axis=0)[1]
        assert 0.5 < tall < 3


def test_angular_digits_are_straight_strokes_of_every_digit() -> None:
    paths, labels = angular_digits(200, rng=RNG(0))
    assert np.bincount(labels).tolist() == [20] * 10
    assert len(np.unique(paths.points, axis=0)) == 200
    again, _ = angular_digits(200, rng=RNG(0))
    np.testing.assert_array_equal(paths.points, again.points)


def test_every_sign_is_a_drawing_near_its_box() -> None:
    for templates in SIGNS.values():
        for strokes in templates:
            points = np.concatenate([np.array(stroke) for stroke in strokes])
            assert points.min() >= -0.1
            assert points.max() <= 1.3
    drawn = [sign(RNG(seed)) for seed in range(50)]
    assert len({len(np.concatenate(one)) for one in drawn}) > 5
