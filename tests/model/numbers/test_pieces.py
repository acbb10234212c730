"""Pieces: every bit of ink in exactly one of them, whether it came in as strokes or as a picture."""

import numpy as np
import pytest

from model.errors import InkError
from model.numbers import PiecedImage, PiecedStrokes
from model.numbers.layout import MAX_MARKS, MAX_PIECES
from model.preprocess import preprocess_image, preprocess_strokes
from tests.drawings import DRAWINGS, moved
from tests.model.numbers.examples import painted, written

JOINED_ONES = [[[0, 0], [0, 100], [60, 100], [60, 0]]]
every_digit = pytest.mark.parametrize("digit", sorted(DRAWINGS))


class TestStrokes:
    @every_digit
    def test_all_pieces_together_are_what_predict_sees(self, digit: str) -> None:
        for drawing in DRAWINGS[digit]:
            ink = PiecedStrokes.of(drawing)
            seen = ink.preprocess(0, len(ink.pieces)).pixels.astype(int)
            assert abs(seen - preprocess_strokes(drawing).pixels).max() <= 8, "but for the points that a cut adds"

    def test_boxes_are_in_the_units_sent(self) -> None:
        ink = PiecedStrokes.of(moved(written("10", gap=30), scale=3, right=500, down=-70))
        first, last = ink.sent_box(0, 1), ink.sent_box(len(ink.pieces) - 1, len(ink.pieces))
        assert first.left == pytest.approx(500)
        assert last.right > first.right + 3 * 30
        assert -70 <= last.top < last.bottom <= 230

    def test_a_stroke_that_joins_two_digits_is_cut_between_them(self) -> None:
        ink = PiecedStrokes.of(JOINED_ONES)
        assert [piece.is_cut for piece in ink.pieces] == [False, True]
        cut = ink.pieces[0].box.right
        assert cut == pytest.approx(ink.pieces[1].box.left)
        assert 0.2 < cut < 0.4, "the drawing is 1 high and 0.6 wide"

    def test_cutting_loses_no_ink(self) -> None:
        whole = [np.array(line, float) / 100 for line in JOINED_ONES]
        parts = [line for lines in PiecedStrokes.of(JOINED_ONES).drawn for line in lines]
        lengths = [sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines) for lines in (whole, parts)]
        assert lengths[0] == pytest.approx(lengths[1])

    def test_a_scribble_is_one_piece(self) -> None:
        points = np.random.default_rng(0).uniform(0, 100, (20_000, 2)) * [20, 1]
        assert len(PiecedStrokes.of([points]).pieces) == 1

    def test_there_are_never_too_many(self) -> None:
        sticks = [[[20 * index, 0], [20 * index, 100]] for index in range(5000)]
        joined = [[[20 * index, 100 * (index // 2 % 2)] for index in range(5000)]]
        for strokes in (joined, [*sticks[:60], *moved(joined, right=2000)]):
            assert 1 <= len(PiecedStrokes.of(strokes).pieces) <= MAX_PIECES
        with pytest.raises(InkError, match="more than 320 marks, but at most 64 digits are read at once"):
            PiecedStrokes.of(sticks)

    def test_no_strokes_are_no_pieces(self) -> None:
        assert PiecedStrokes.of([]).pieces == PiecedStrokes.of([[]]).pieces == []


class TestPictures:
    @every_digit
    def test_all_pieces_together_are_what_predict_sees(self, digit: str) -> None:
        for drawing in DRAWINGS[digit]:
            for image in (painted(drawing), painted(moved(drawing, scale=4), margin=200)):
                ink = PiecedImage.of(image)
                seen = ink.preprocess(0, len(ink.pieces)).pixels
                assert np.array_equal(seen, preprocess_image(image).pixels)

    def test_one_digit_of_several_is_what_predict_sees_of_it_alone(self) -> None:
        one = painted(written("0"))
        ink = PiecedImage.of(np.concatenate([one, painted(written("8"))], axis=1))
        pieces = sum(piece.box.right <= one.shape[1] for piece in ink.pieces)
        seen = ink.preprocess(0, pieces).pixels.astype(int)
        assert abs(seen - preprocess_image(one).pixels).max() <= 1

    def test_every_cell_of_ink_belongs_to_a_piece(self) -> None:
        ink = PiecedImage.of(painted(written("4075", gap=3)))
        owners = set(np.unique(ink.owners).tolist())
        assert owners == {-1, *range(len(ink.pieces))}
        for number, piece in enumerate(ink.pieces):
            rows, columns = np.nonzero(ink.owners == number)
            box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            assert (piece.box.left, piece.box.top, piece.box.right, piece.box.bottom) == box

    def test_boxes_are_in_the_pixels_sent(self) -> None:
        image = np.full((300, 500), 255, np.uint8)
        image[60:260, 40:60] = 0
        image[50:250, 300:340] = 0
        for factor in (1, 3):
            ink = PiecedImage.of(image, factor)
            found = [ink.sent_box(index, index + 1) for index in range(2)]
            sides = [(box.left, box.top, box.right, box.bottom) for box in found]
            for side, expected in zip(np.ravel(sides), [40, 60, 60, 260, 300, 50, 340, 250], strict=True):
                assert abs(side - factor * expected) <= 2 * factor

    def test_touching_digits_are_cut_at_the_line_that_joins_them(self) -> None:
        pieces = PiecedImage.of(painted(JOINED_ONES)).pieces
        assert [piece.is_cut for piece in pieces] == [False, True]

    def test_noise_makes_never_too_many(self) -> None:
        image = np.zeros((700, 2000), np.uint8)
        image[10:-10, 10:-10] = 255 * (np.random.default_rng(0).random((680, 1980)) < 0.02)
        bars = np.zeros((160, 2000), np.uint8)
        bars[10:150, 10:1990:6] = 255
        assert 1 <= len(PiecedImage.of(image).pieces) <= MAX_MARKS
        with pytest.raises(InkError, match="more than 320 marks, but at most 64 digits are read at once"):
            PiecedImage.of(bars)

    def test_a_blank_picture_has_no_pieces(self) -> None:
        assert PiecedImage.of(np.full((50, 80), 200, np.uint8)).pieces == []
