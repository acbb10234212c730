"""Pictures as the world sends them, a small one for each kind: the digit in it is read, and the trace says how."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from model.artifact import packaged_weights
from model.classifier import Classifier
from model.preprocess import FRAME_SIZE, PREVIEW_SIZE, StepName, preprocess_coverage, preprocess_image
from model.reading import Verdict
from tests.drawings import DRAWINGS, Drawing, canvas

Grey = NDArray[np.float64]
"""Levels (height, width), 0 to 255."""

DIGITS = ("1", "3", "5", "7")
SIDE = 280
DOWN, ACROSS = np.mgrid[0:SIDE, 0:SIDE]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(packaged_weights())


def drawn(digit: str) -> Grey:
    """Coverage (280, 280) of a digit in the middle, 0 to 1."""
    drawing: Drawing = DRAWINGS[digit][0]
    return (255 - canvas(drawing, pen=14, scale=1.5, right=65, down=65)) / 255.0


def photo(ink: Grey, light: Grey | float = 1.0, dark: float = 70) -> Grey:
    """Ink on grey paper, with a camera's noise."""
    noise = np.random.default_rng(1).normal(0, 2, ink.shape)
    return (205 - (205 - dark) * ink) * light + noise


def shadow(edge: Grey, softness: float) -> Grey:
    """Light of which half is gone where `edge` is above 0."""
    return 1 - 0.5 / (1 + np.exp(-np.clip(edge / softness, -50, 50)))


def framed(ink: Grey, width: int, inset: int) -> Grey:
    levels = 255 - 255 * ink
    outer, inner = np.ones_like(ink, bool), np.zeros_like(ink, bool)
    outer[inset : SIDE - inset, inset : SIDE - inset] = False
    inner[inset + width : SIDE - inset - width, inset + width : SIDE - inset - width] = True
    levels[~outer & ~inner] = 60
    return levels


def ruled(levels: Grey, squared: bool, level: float) -> Grey:
    lines = np.arange(SIDE) % 24 < 1
    on_line = lines[:, None] | (lines[None, :] & squared)
    return np.where(on_line, np.minimum(levels, level), levels)


def on_desk(ink: Grey, degrees: float) -> Grey:
    """A sheet of a third of the desk's area, turned about the middle."""
    turn = np.radians(degrees)
    across = (ACROSS - 140) * np.cos(turn) + (DOWN - 140) * np.sin(turn)
    down = (DOWN - 140) * np.cos(turn) - (ACROSS - 140) * np.sin(turn)
    on_sheet = (np.abs(across) < 95) & (np.abs(down) < 105)
    return np.where(on_sheet, photo(ink), 60 + np.random.default_rng(2).normal(0, 4, ink.shape))


def with_thumb(ink: Grey) -> Grey:
    return np.where(ACROSS**2 + (SIDE - DOWN) ** 2 < 70**2, 110, photo(ink))


def in_app(ink: Grey) -> Grey:
    levels = 255 - 255 * ink
    levels[:30] = 80
    levels[8:20, 20:120:3] = 255
    levels[-24:] = 0
    levels[-50:-34, 30:110] = 150
    levels[-50:-34, 160:240] = 150
    return levels


def on_a_line(ink: Grey) -> Grey:
    """A line to write on below the digit, from one side nearly to the other."""
    line = np.where((abs(DOWN - 262) < 2) & (abs(ACROSS - 140) < 125), 1.0, 0.0)
    return photo(np.maximum(ink, line))


def in_drawing_box(ink: Grey) -> Grey:
    levels = np.full((SIDE + 60, SIDE + 40), 255.0)
    levels[10 : 10 + SIDE, 20 : 20 + SIDE] = framed(ink, 1, 0)
    levels[-40:-20, 30:120] = 200
    levels[-35:-25, 50:90:4] = 0
    return levels


def faint(ink: Grey) -> Grey:
    return 250 - 8 * ink


KINDS: dict[str, tuple[Callable[[Grey], Grey], StepName | None]] = {
    "photo": (photo, None),
    "thin pen": (lambda ink: photo(np.clip(ink - 0.2, 0, 1)), None),
    "faint pencil on a photo": (lambda ink: photo(ink, dark=180), None),
    "faint pencil on a canvas": (faint, None),
    "hard shadow": (lambda ink: photo(ink, shadow(ACROSS - 0.4 * DOWN - 90, 1)), None),
    "soft shadow": (lambda ink: photo(ink, shadow(0.3 * ACROSS + DOWN - 170, 18)), None),
    "hard shadow around a thin pen": (
        lambda ink: photo(np.clip(2 * ink - 1, 0, 1), shadow(200 - ACROSS - 0.2 * DOWN, 1)),
        "paper",
    ),
    "corner of a shadow": (
        lambda ink: photo(ink, shadow(np.minimum(ACROSS - 0.4 * DOWN - 100, 220 - DOWN), 1)),
        "paper",
    ),
    "fold": (lambda ink: photo(ink, np.where(ACROSS > 170, 1, 0.8) * np.where(DOWN > 110, 1, 0.85)), "paper"),
    "pencil under a vignette": (
        lambda ink: photo(ink, 1 - 0.6 * ((ACROSS - 140) ** 2 + (DOWN - 140) ** 2) / 39200, dark=185),
        "paper",
    ),
    "squared paper in half a shadow": (
        lambda ink: ruled(photo(ink), squared=True, level=180) * shadow(0.3 * ACROSS + DOWN - 170, 6),
        "rules",
    ),
    "a line to write on": (on_a_line, "pieces"),
    "vignette": (lambda ink: photo(ink, 1 - 0.6 * ((ACROSS - 140) ** 2 + (DOWN - 140) ** 2) / 39200), None),
    "show-through": (lambda ink: photo(ink, 1 - 0.08 * np.roll(ink[:, ::-1], 60, axis=1)), None),
    "frame of 1 at the edge": (lambda ink: framed(ink, 1, 0), "frame"),
    "frame of 8 at the edge": (lambda ink: framed(ink, 8, 0), "frame"),
    "frame of 1 inside": (lambda ink: framed(ink, 1, 9), "frame"),
    "frame of 8 inside": (lambda ink: framed(ink, 8, 5), "frame"),
    "white frame of a black canvas": (
        lambda ink: 255 - np.where(framed(ink, 3, 0) == 60, 0, 255 - 255 * ink),
        "frame",
    ),
    "strip along a side": (lambda ink: np.where(ACROSS < 22, 90, 255 - 255 * ink), "edge"),
    "margin line": (lambda ink: np.where(np.abs(ACROSS - 20) < 1, 120, 255 - 255 * ink), "edge"),
    "ruled": (lambda ink: ruled(255 - 255 * ink, squared=False, level=180), "rules"),
    "squared": (lambda ink: ruled(255 - 255 * ink, squared=True, level=180), "rules"),
    "sheet on a desk": (lambda ink: on_desk(ink, 0), "sheet"),
    "sheet on a desk, turned": (lambda ink: on_desk(ink, 6), "sheet"),
    "thumb in a corner": (with_thumb, None),
    "bars and buttons of an app": (in_app, "edge"),
    "a box to draw in, and buttons": (in_drawing_box, "frame"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("digit", DIGITS)
def test_the_digit_in_the_picture_is_read(classifier: Classifier, kind: str, digit: str) -> None:
    build, step = KINDS[kind]
    levels = build(drawn(digit))
    ink = preprocess_image(np.clip(np.rint(levels), 0, 255).astype(np.uint8))
    reading = classifier.predict(ink)
    assert (reading.digit, reading.verdict) == (int(digit), Verdict.DIGIT), ink.trace
    assert step is None or step in ink.trace.step_names
    for taken in ink.trace.steps:
        assert (max(taken.pixels.shape) <= PREVIEW_SIZE, taken.pixels.max()) == (True, 255)


INKS = {
    "red on green of the same luma": ((200, 30, 30), (20, 118, 30)),
    "pastel on white": ((255, 240, 200), (255, 255, 255)),
}


@pytest.mark.parametrize("colours", INKS.values(), ids=INKS.keys())
def test_colour_tells_the_ink_where_luma_does_not(
    classifier: Classifier, colours: tuple[tuple[int, int, int], tuple[int, int, int]]
) -> None:
    ink, paper = (np.array(colour, np.float64) for colour in colours)
    coverage = drawn("3")[..., None]
    levels = np.rint(paper * (1 - coverage) + ink * coverage).astype(np.uint8)
    read = preprocess_image(np.dstack([levels, np.full(levels.shape[:2], 255, np.uint8)]))
    assert (classifier.predict(read).digit, read.trace.step_names) == (3, ("colour",))


def test_a_gradient_in_the_ink_and_any_colour_under_its_opacity_change_nothing(classifier: Classifier) -> None:
    coverage = drawn("5")
    usual = preprocess_image(np.rint(255 - 255 * coverage).astype(np.uint8))
    hues = np.dstack([ACROSS * 255 / SIDE, 255 - ACROSS * 255 / SIDE, DOWN * 255 / SIDE])
    on_white = np.rint(255 * (1 - coverage[..., None]) + hues * coverage[..., None])
    opacity = np.rint(255 * coverage)
    for levels, alpha in ((on_white, np.full_like(coverage, 255)), (hues, opacity), (hues * 0 + 130, opacity)):
        read = preprocess_image(np.dstack([levels, alpha]).astype(np.uint8))
        assert classifier.predict(read).digit == 5
        assert np.abs(read.pixels.astype(int) - usual.pixels).mean() < 20


@pytest.mark.parametrize("length", [60, 200])
def test_neither_a_one_nor_the_bar_of_a_seven_is_taken_for_a_frame_or_a_rule(
    classifier: Classifier, length: int
) -> None:
    one = np.full((200, 60), 255, np.uint8)
    one[:length, 24:36] = 0
    read = preprocess_image(one)
    assert read.trace.step_names == ()
    assert classifier.predict(read).digit == 1
    cut = np.rint(255 - 255 * drawn("7")).astype(np.uint8)
    rows, columns = (np.flatnonzero((cut < 128).any(axis=axis)) for axis in (1, 0))
    tight = preprocess_image(np.ascontiguousarray(cut[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]))
    assert classifier.predict(tight).digit == 7


def test_clean_ink_asks_for_no_step(classifier: Classifier) -> None:
    for digit, ways in DRAWINGS.items():
        for way in ways:
            read = preprocess_image(canvas(way))
            assert (classifier.predict(read).digit, read.trace.step_names) == (int(digit), ())


def test_empty_paper_is_no_digit_however_it_is_lit(classifier: Classifier) -> None:
    for light in (1.0, shadow(ACROSS - 0.4 * DOWN - 90, 1), 1 - 0.4 * ((ACROSS - 140) ** 2) / 19600):
        levels = np.clip(photo(np.zeros((SIDE, SIDE)), light), 0, 255).astype(np.uint8)
        assert classifier.predict(preprocess_image(levels)).verdict in {Verdict.BLANK, Verdict.NOT_A_DIGIT}


def test_what_is_too_faint_says_so() -> None:
    read = preprocess_image(np.rint(250 - 3 * drawn("7")).astype(np.uint8))
    assert (read.is_blank, read.trace.step_names) == (True, ("too_faint",))
    assert read.pixels.shape == (FRAME_SIZE, FRAME_SIZE)


@pytest.mark.parametrize("level", [1, 2, 60])
def test_a_few_pixels_of_ink_however_faint_are_enlarged(level: int) -> None:
    levels = np.zeros((28, 28), np.uint8)
    levels[4:8, 9] = 255
    levels[9, 9:12] = level
    read = preprocess_image(levels)
    assert read.pixels.max() == 255
    coverage: NDArray[np.float32] = levels[3:10, 8:13].astype(np.float32) / np.float32(510)
    assert preprocess_coverage(coverage, read.trace).pixels.max() == 255


def test_several_digits_are_not_taken_apart_but_told() -> None:
    both = np.hstack([drawn("3"), drawn("7")])
    assert preprocess_image(np.rint(255 - 255 * both).astype(np.uint8)).trace.step_names == ("several",)


def test_a_line_of_print_below_the_digit_is_not_read_with_it(classifier: Classifier) -> None:
    levels = np.full((400, SIDE), 255.0)
    levels[:SIDE] -= 255 * drawn("3")
    levels[370:378, 60:220:5] = 0
    read = preprocess_image(levels.astype(np.uint8))
    assert (classifier.predict(read).digit, read.trace.step_names) == (3, ("pieces",))
