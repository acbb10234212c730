"""The one way from ink to 28x28: the same whatever the form, the place, the size and the colour of the ink."""

import itertools
import tracemalloc
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.data.mnist import load_mnist
from model.errors import InkError
from model.preprocess import Preprocessed, preprocess_image, preprocess_strokes
from tests.drawings import DRAWINGS, SEVEN, canvas, centres_of_mass, moved
from tests.model.preprocess import golden

digits = st.sampled_from(sorted(DRAWINGS))
every_drawing = pytest.mark.parametrize("drawing", [way for ways in DRAWINGS.values() for way in ways])


def difference(one: Preprocessed, other: Preprocessed) -> float:
    """The difference in grey levels as a share of the ink, at best within a shift by one pixel.

    Whole-pixel centring makes such a shift of a tiny change where the centre of mass lies between two pixels.
    """
    wanted = one.pixels.astype(int)
    shifts = itertools.product((-1, 0, 1), repeat=2)
    gaps = [np.abs(wanted - np.roll(other.pixels, shift, (0, 1))).sum() for shift in shifts]
    return float(min(gaps) / wanted.sum())


class TestGoldenPictures:
    @pytest.mark.parametrize("name", golden.sheets())
    def test_the_pictures_are_those_that_were_looked_at_and_committed(self, name: str) -> None:
        gap = np.abs(golden.sheets()[name].astype(int) - golden.read_sheet(name))
        assert gap.max() <= 1, "a pixel changed: weights made before would see something else"


class TestTheRecipe:
    @every_drawing
    def test_the_longest_side_has_20_pixels_and_the_mass_lies_on_pixel_14(
        self, drawing: list[list[list[float]]]
    ) -> None:
        for ink in (preprocess_strokes(drawing), preprocess_image(canvas(drawing))):
            rows, columns = np.nonzero(ink.pixels > 25)
            assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
            assert np.abs(centres_of_mass(ink.pixels.ravel()) - 14).max() <= 0.5

    def test_ink_is_never_cut_off_however_lopsided(self) -> None:
        blot = np.zeros((100, 100), np.uint8)
        blot[5:35, 5:95] = 255
        blot[35:95, 5:8] = 255
        ink = preprocess_image(blot)
        assert ink.trace.shift == (8, 5), "centred by mass it would lie 10 pixels down and run out of the frame"
        assert ink.pixels.sum() == pytest.approx(255 * (blot > 0).sum() * (20 / 90) ** 2, rel=0.01)

    def test_strokes_carry_as_much_ink_as_mnist_has(self) -> None:
        masses = [preprocess_strokes(way).pixels.sum() / 255 for ways in DRAWINGS.values() for way in ways]
        assert 85 < np.mean(masses) < 120

    def test_strokes_and_a_picture_of_them_give_nearly_the_same(self) -> None:
        # The pen that makes 2.4 pixels of the 20 that the longest side will have.
        for digit, ways in DRAWINGS.items():
            strokes = preprocess_strokes(ways[0])
            assert strokes.trace.scale is not None
            pen = 2.4 / strokes.trace.scale * 2
            assert difference(strokes, preprocess_image(canvas(ways[0], pen=pen))) < 0.12, digit

    def test_the_trace_says_what_was_done(self) -> None:
        trace = preprocess_image(canvas(SEVEN, ink=0, paper=255)).trace
        assert (trace.source, trace.ink, trace.background) == ("image", "dark", "flat")
        assert preprocess_image(canvas(SEVEN, ink=255, paper=0)).trace.ink == "light"
        square = np.zeros((50, 40), np.uint8)
        square[10:30, 5:15] = 255
        trace = preprocess_image(square).trace
        assert (trace.box, trace.scale) == ((5, 10, 15, 30), 1)


class TestPlaceAndSize:
    @given(digits, st.integers(0, 80), st.integers(0, 80))
    @settings(deadline=None)
    def test_moving_the_ink_on_the_canvas_changes_nothing(self, digit: str, right: int, down: int) -> None:
        drawing = DRAWINGS[digit][0]
        here = preprocess_image(canvas(drawing, right=0, down=0))
        there = preprocess_image(canvas(drawing, right=right, down=down))
        np.testing.assert_array_equal(here.pixels, there.pixels)

    @given(digits, st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
    def test_neither_place_nor_unit_of_strokes_changes_anything(
        self, digit: str, right: float, down: float, scale: float
    ) -> None:
        drawing = DRAWINGS[digit][0]
        there = moved(drawing, scale, right * scale, down * scale)
        gap = preprocess_strokes(there).pixels.astype(int) - preprocess_strokes(drawing).pixels
        assert np.abs(gap).max() <= 1

    @given(digits, st.floats(1.2, 2.6))
    @settings(deadline=None)
    def test_scaling_the_ink_changes_hardly_anything(self, digit: str, scale: float) -> None:
        drawing = DRAWINGS[digit][0]
        usual = preprocess_image(canvas(drawing, scale=2, pen=18, right=0, down=0))
        scaled = preprocess_image(canvas(drawing, scale=scale, pen=9 * scale, right=0, down=0))
        # The ink box lies on whole pixels of the canvas, so its edges are out by a share of one.
        assert difference(usual, scaled) < 0.2


class TestPaper:
    @given(digits, st.integers(0, 255), st.integers(0, 255))
    @settings(deadline=None)
    def test_neither_colour_nor_polarity_matters(self, digit: str, ink: int, paper: int) -> None:
        drawing = DRAWINGS[digit][0]
        read = preprocess_image(canvas(drawing, ink=ink, paper=paper))
        if abs(ink - paper) < 6:
            assert read.is_blank
        else:
            usual = preprocess_image(canvas(drawing))
            # Between few grey levels the edge of the ink is coarser.
            assert difference(usual, read) < 2 / abs(ink - paper) + 0.01

    @pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0)])
    def test_transparency_is_paper(self, ink: int, paper: int) -> None:
        grey = canvas(SEVEN)
        image = np.dstack([np.full((*grey.shape, 3), ink, np.uint8), 255 - grey])
        np.testing.assert_array_equal(
            preprocess_image(image).pixels, preprocess_image(canvas(SEVEN, ink=ink, paper=paper)).pixels
        )

    @pytest.mark.parametrize(("step", "background"), [(1, "local"), (2, "uneven")])
    def test_a_shadow_over_the_paper_is_taken_off(self, step: int, background: str) -> None:
        shadow = np.linspace(0.45, 1.0, 280)[:, None] * np.linspace(0.8, 1.0, 280)
        photo = np.rint(canvas(SEVEN, ink=40, paper=250) * shadow).astype(np.uint8)
        read = preprocess_image(photo[::step, ::step])
        assert read.trace.background == background
        assert difference(preprocess_image(canvas(SEVEN)), read) < 0.15

    @pytest.mark.parametrize("deviation", [5, 10, 20])
    @pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (90, 255)])
    def test_noise_on_white_or_black_paper_half_of_which_is_clipped_is_not_ink(
        self, ink: int, paper: int, deviation: float
    ) -> None:
        clean = canvas(SEVEN, ink=ink, paper=paper)
        noise = np.random.default_rng(5).normal(0, deviation, clean.shape)
        noisy = preprocess_image(np.clip(np.rint(clean + noise), 0, 255).astype(np.uint8))
        box = preprocess_image(clean).trace.box
        assert noisy.trace.box == pytest.approx(box, abs=3)

    def test_ink_that_touches_the_border_of_white_paper_is_not_taken_for_noise(self) -> None:
        drawn = canvas(SEVEN)
        rows, columns = (np.flatnonzero((drawn < 255).any(axis=axis)) for axis in (1, 0))
        cut = drawn[rows[0] + 6 : rows[-1] - 6, columns[0] + 6 : columns[-1] - 6]
        read = preprocess_image(np.ascontiguousarray(cut))
        assert not read.is_blank
        assert read.trace.box == (0, 0, cut.shape[1], cut.shape[0])

    def test_noise_on_the_paper_is_not_ink(self) -> None:
        noise = np.random.default_rng(5).normal(0, 5, (280, 280))
        photo = np.clip(canvas(SEVEN, ink=60, paper=220) + noise, 0, 255).astype(np.uint8)
        assert difference(preprocess_image(canvas(SEVEN)), preprocess_image(photo)) < 0.15

    def test_ink_that_runs_over_the_border_does_not_turn_the_polarity_round(self) -> None:
        assert preprocess_image(canvas(SEVEN, right=-30, down=60)).trace.ink == "dark"


class TestNoInk:
    @pytest.mark.parametrize("level", [0, 128, 255])
    @pytest.mark.parametrize("shape", [(1, 1), (1, 50), (28, 28), (280, 280), (28, 28, 4)])
    def test_an_even_image_is_blank(self, level: int, shape: tuple[int, ...]) -> None:
        read = preprocess_image(np.full(shape, level, np.uint8))
        assert read.is_blank
        assert not read.pixels.any()

    @given(st.integers(0, 2**32 - 1), st.floats(0.5, 10))
    @settings(deadline=None, max_examples=30)
    def test_noise_alone_is_blank(self, seed: int, deviation: float) -> None:
        noise = np.random.default_rng(seed).normal(128, deviation, (140, 140))
        assert preprocess_image(np.clip(noise, 0, 255).astype(np.uint8)).is_blank

    @pytest.mark.parametrize("strokes", [[], [[]], [[], []]])
    def test_no_points_are_blank(self, strokes: list[list[list[float]]]) -> None:
        assert preprocess_strokes(strokes).is_blank


class TestOddInk:
    def test_a_dot_is_ink_of_full_size_in_either_form(self) -> None:
        dot = preprocess_strokes([[[3.0, 4.0]]])
        blot = preprocess_image(canvas([[[50.0, 50.0]]]))
        assert difference(dot, blot) < 0.1

    @given(
        st.lists(st.lists(st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2), max_size=8), max_size=5)
    )
    def test_any_finite_strokes_are_read_or_refused_without_a_warning(
        self, strokes: list[list[tuple[float, float]]]
    ) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with suppress(InkError):  # the coordinates lie too far apart
                assert preprocess_strokes(strokes).is_blank is not any(strokes)

    def test_specks_on_a_large_image_are_ink(self) -> None:
        specks = np.zeros((1000, 1000), np.uint8)
        specks[10, 10] = specks[990, 990] = 255
        read = preprocess_image(specks)
        assert read.pixels.any()
        assert not read.is_blank

    @pytest.mark.parametrize("pen", [2, 4, 8])
    def test_a_thin_pen_on_a_large_canvas_is_not_faint(self, pen: int) -> None:
        read = preprocess_image(canvas(SEVEN, scale=8, pen=pen, right=100, down=100, size=(1000, 1000)))
        assert read.pixels.max() == 255
        assert (read.pixels > 100).sum() > 25

    @given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
    def test_any_picture_is_read_without_a_warning(self, height: int, width: int, seed: int) -> None:
        image = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read = preprocess_image(image)
        assert read.pixels.shape == (28, 28)
        assert read.pixels.any() != read.is_blank

    def test_many_thousand_points_are_drawn_in_bounded_memory(self) -> None:
        scribble = np.random.default_rng(0).uniform(0, 100, (20_000, 2))
        tracemalloc.start()
        assert preprocess_strokes([scribble]).pixels.any()
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
        tracemalloc.stop()

    @pytest.mark.parametrize(
        ("strokes", "message"),
        [
            ([[[0, 0]], [[1, float("nan")]]], r"strokes\[1\]: coordinates must be finite"),
            ([[[0, 0, 0]]], r"strokes\[0\]: a stroke is a list of \[x, y\] points"),
            ([[[0, 0], [1]]], r"strokes\[0\]: a stroke is a list"),
            ([[[-1e308, 0], [1e308, 0]]], "strokes: the coordinates lie too far apart"),
        ],
    )
    def test_what_is_no_stroke_is_refused_by_its_place(self, strokes: list[list[list[float]]], message: str) -> None:
        with pytest.raises(InkError, match=message):
            preprocess_strokes(strokes)

    @pytest.mark.parametrize("shape", [(0, 5), (5,), (4, 4, 3)])
    def test_what_is_no_picture_is_refused(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(InkError, match="image"):
            preprocess_image(np.zeros(shape, np.uint8))


class TestMnistItself:
    def test_its_own_images_pass_almost_unchanged(self, mnist_folder: Path) -> None:
        images = load_mnist(mnist_folder).test.images[:1000]
        passed = np.stack([preprocess_image(image).pixels for image in images])
        gaps = np.abs(passed.astype(int) - images)
        assert gaps.mean() < 0.5, "grey levels of 255"
        assert (gaps.max(axis=(1, 2)) <= 25).mean() > 0.98
