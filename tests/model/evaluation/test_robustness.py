"""Sweeps: ink is put on the canvas as each step says, and every step reads every digit."""

import numpy as np
import pytest

from model.artifact import load_artifact, packaged_weights
from model.data.drawings import Drawing
from model.evaluation.robustness import CANVAS, Canvas, Style, coverage, sweep_figures, sweeps
from model.preprocess import preprocess_image
from tests.drawings import DRAWINGS

DIGITS = [Drawing(label, ways[0]) for label, ways in DRAWINGS.items()]  # type: ignore[arg-type]


def box(ink: np.ndarray) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of the ink."""
    rows, columns = (np.flatnonzero(ink.max(axis=axis) > 0.5) for axis in (1, 0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


@pytest.mark.parametrize("size", [20, 60, 95])
def test_the_longer_side_has_the_size_and_stands_in_the_middle(size: float) -> None:
    for digit in DIGITS:
        left, top, right, bottom = box(coverage(digit, Style(size=size)))
        assert max(right - left, bottom - top) == pytest.approx(CANVAS * size / 100, abs=2)
        assert (left + right) / 2 == pytest.approx(CANVAS / 2, abs=1.5)
        assert (top + bottom) / 2 == pytest.approx(CANVAS / 2, abs=1.5)


def test_a_digit_in_the_corner_touches_both_edges() -> None:
    for digit in DIGITS:
        left, top, *_ = box(coverage(digit, Style(across=0, down=0)))
        *_, right, bottom = box(coverage(digit, Style(across=1, down=1)))
        assert max(left, top) <= 1
        assert min(right, bottom) >= CANVAS - 2


def test_a_wider_pen_leaves_more_ink_and_a_turn_is_clockwise() -> None:
    line = Drawing("1", [[[0.0, 0.0], [0.0, 9.0]]])
    thin, thick = (coverage(line, Style(pen=pen)).sum() for pen in (4, 16))
    assert thick > 3 * thin
    turned = coverage(line, Style(rotation=30))
    top = turned[: CANVAS // 2].sum(axis=0) @ np.arange(CANVAS) / turned[: CANVAS // 2].sum()
    assert top > CANVAS / 2 + 8


def test_every_step_reads_every_digit_and_the_usual_ink_is_read_right() -> None:
    asked: list[int] = []

    def through_jpeg(canvas: Canvas, quality: int) -> Canvas:
        asked.append(quality)
        return preprocess_image(canvas).pixels

    told: list[str] = []
    artifact = load_artifact(packaged_weights())
    found = sweeps(artifact, DIGITS, through_jpeg=through_jpeg, rng=np.random.default_rng(0), on_step=told.append)
    assert len(told) == len(found) == 7
    assert np.unique(asked, return_counts=True)[1].tolist() == [10] * 5
    for sweep, condition in (
        ("size, % of the canvas", "60"),
        ("ink and paper", "white on black"),
        ("JPEG quality", "50"),
    ):
        assert sweep_figures(found)[sweep][condition]["accuracy"] == 1.0
    noise = [step.accuracy for step in found["noise, standard deviation in grey levels"]]
    assert noise[0] == noise[1] == 1.0, "specks on white paper are no ink"
