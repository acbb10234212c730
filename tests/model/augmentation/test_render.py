"""A batch of paths is drawn as `preprocess_strokes` draws one: what is trained on is what is served."""

import numpy as np
import pytest

from model.augmentation.paths import Paths
from model.augmentation.render import render
from model.preprocess import preprocess_strokes
from model.preprocess.strokes import PEN_WIDTH
from tests.drawings import DRAWINGS, Drawing, centres_of_mass

EVERY = [drawing for drawings in DRAWINGS.values() for drawing in drawings]


def drawn(drawings: list[Drawing], pen_width: float = PEN_WIDTH) -> np.ndarray:
    return render(Paths.of(drawings), pen_width=np.full(len(drawings), pen_width, np.float32)).reshape(-1, 28, 28)


def test_it_draws_what_the_service_draws() -> None:
    images = drawn(EVERY)
    assert images.dtype == np.float32
    for image, drawing in zip(images, EVERY, strict=True):
        gap = np.abs(image - preprocess_strokes(drawing).pixels)
        # Points instead of lines: a little less ink between two of them and at corners, at the very edge.
        assert gap.max() <= 96
        assert gap.mean() < 5
        assert centres_of_mass(image.reshape(1, 784)) == pytest.approx(
            centres_of_mass(preprocess_strokes(drawing).pixels.reshape(1, 784)), abs=0.2
        )


@pytest.mark.parametrize("pen_width", [1.0, 2.4, 4.0])
def test_the_box_is_twenty_pixels_whatever_the_pen(pen_width: float) -> None:
    for image in drawn(EVERY, pen_width):
        rows, columns = (np.flatnonzero(image.max(axis=axis) > 127) for axis in (1, 0))
        assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20


def test_a_wider_pen_leaves_more_ink() -> None:
    thin, usual, thick = (drawn(EVERY, width).sum(axis=(1, 2)) for width in (1.2, 2.4, 4.0))
    assert (thin < usual).all()
    assert (usual < thick).all()


def test_many_drawings_are_drawn_as_each_alone() -> None:
    together = drawn(EVERY * 20)
    np.testing.assert_array_equal(together[-len(EVERY) :], drawn(EVERY))


def test_a_soft_edge_has_more_levels_of_grey() -> None:
    sharp, soft = (
        render(Paths.of([EVERY[0]]), pen_width=np.full(1, 3, np.float32), softness=softness)
        for softness in (0.5, 2.0)
    )
    assert ((soft > 0) & (soft < 255)).sum() > 1.5 * ((sharp > 0) & (sharp < 255)).sum()
