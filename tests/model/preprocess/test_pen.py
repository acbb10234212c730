"""The pen: lines drawn as they are worked out pixel by pixel, however many drawings at once."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.preprocess.pen import Polyline, Polylines, draw, draw_all

places = st.tuples(st.floats(-6, 26), st.floats(-6, 26))
strokes = st.lists(places, min_size=1, max_size=12).map(lambda points: np.array(points, np.float64))
drawings = st.lists(strokes, min_size=1, max_size=4)


def distance(x: float, y: float, stroke: Polyline) -> float:
    """From a place to the nearest of a polyline, the long way."""
    place = np.array([x, y])
    nearest = min(float(np.hypot(*(place - point))) for point in stroke)
    for start, end in pairwise(stroke):
        along = end - start
        length = float(along @ along)
        if length > 0:
            share = min(max(float((place - start) @ along) / length, 0), 1)
            nearest = min(nearest, float(np.hypot(*(place - start - share * along))))
    return nearest


def drawn_slowly(drawing: list[Polyline], height: int, width: int, radius: float) -> NDArray[np.float64]:
    return np.array(
        [
            [
                np.clip(radius + 0.5 - min(distance(column + 0.5, row + 0.5, stroke) for stroke in drawing), 0, 1)
                for column in range(width)
            ]
            for row in range(height)
        ]
    )


@settings(max_examples=60, deadline=None)
@given(drawing=drawings, radius=st.sampled_from([0.4, 1.2, 3.0, 10.0]))
def test_each_pixel_is_covered_by_its_distance_to_the_nearest_line(drawing: list[Polyline], radius: float) -> None:
    # Lines that cross the canvas, lie beside it, or are a point.
    np.testing.assert_allclose(
        draw(drawing, height=15, width=20, radius=radius), drawn_slowly(drawing, 15, 20, radius), atol=1e-6
    )


@settings(max_examples=40, deadline=None)
@given(several=st.lists(drawings, min_size=1, max_size=5))
def test_together_they_are_drawn_as_alone(several: list[list[Polyline]]) -> None:
    together = draw_all(list(map(Polylines.of, several)), height=20, width=20, radius=1.2)
    for drawing, canvas in zip(several, together, strict=True):
        np.testing.assert_array_equal(canvas, draw(drawing, height=20, width=20, radius=1.2))


def test_a_scribble_of_many_thousand_points_is_drawn_piece_by_piece() -> None:
    scribble = np.random.default_rng(0).uniform(0, 20, (20_000, 2))
    whole = draw([scribble], height=20, width=20, radius=1.2)
    halves = [draw([half], height=20, width=20, radius=1.2) for half in (scribble[:10_001], scribble[10_000:])]
    np.testing.assert_array_equal(whole, np.maximum(*halves))


@pytest.mark.parametrize("radius", [1.2, 3.0, 9.0])
def test_a_point_is_a_disc(radius: float) -> None:
    canvas = draw([np.array([[10.0, 10.0]])], height=20, width=20, radius=radius)
    assert canvas.sum() == pytest.approx(np.pi * radius**2, rel=0.1)
