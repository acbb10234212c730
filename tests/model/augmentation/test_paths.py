"""Drawings as arrays: nothing of the ink is lost, and the way of the pen above the paper leaves none."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.augmentation.paths import POINTS, Paths
from tests.drawings import DRAWINGS, moved

coordinates = st.floats(-1e4, 1e4, allow_nan=False)
strokes = st.lists(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=8), min_size=1, max_size=5)


def test_points_lie_evenly_along_the_strokes() -> None:
    paths = Paths.of([[[[0, 0], [10, 0]], [[10, 10], [0, 10]]]])
    points, stroke = paths.points[0], paths.stroke[0]
    np.testing.assert_allclose(points[[0, -1]], [[-1, -1], [-1, 1]])
    steps = np.hypot(*np.diff(points, axis=0).T)
    # But for those next to the strokes' ends, which are met exactly.
    even = np.abs(steps - 6 / (POINTS - 1)) < 1e-5
    assert (~even).sum() <= 4
    assert steps.max() < 1.5 * np.median(steps)
    np.testing.assert_allclose(points[[42, 85]], [[1, -1], [1, 1]], atol=1e-6)
    # Two strokes with as long a way between them.
    assert [round((stroke == index).sum() * 3 / POINTS) for index in (0, 1, -1)] == [1, 1, 1]
    np.testing.assert_allclose(points[stroke == 0, 1], -1)
    np.testing.assert_allclose(points[stroke == 1, 1], 1)


@given(strokes)
def test_every_stroke_keeps_at_least_a_point_of_its_ink(drawing: list[list[tuple[float, float]]]) -> None:
    paths = Paths.of([drawing])
    assert np.isfinite(paths.points).all()
    assert np.abs(paths.points).max() <= 1.001
    drawn = set(paths.stroke[0].tolist())
    assert len(drawn - {-1}) >= min(1, len(drawing))
    assert (paths.stroke[0] >= 0).any()


def test_a_dot_beside_a_line_stays() -> None:
    paths = Paths.of([[[[0, 0], [0, 100]], [[50, 50]]]])
    assert paths.points[0, paths.stroke[0] == 1].round(3).tolist() == [[0.5, 0.0]]


def test_neither_place_nor_size_matters_and_a_stroke_without_points_is_passed_over() -> None:
    seven = DRAWINGS["7"][0]
    paths = Paths.of([seven, moved(seven, 3.0, -50, 70), [[], *seven]])
    for other in (1, 2):
        np.testing.assert_allclose(paths.points[other], paths.points[0], atol=1e-5)
        np.testing.assert_array_equal(paths.stroke[other], paths.stroke[0])
