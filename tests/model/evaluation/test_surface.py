"""Loss surfaces: planes that show what is there, and losses that are the network's own."""

import numpy as np
import pytest

from model.errors import DataError
from model.evaluation.images import measure
from model.evaluation.surface import (
    Plane,
    loss_at,
    loss_grid,
    path_surface,
    principal_plane,
    random_plane,
    surface_around,
)
from model.nn import Floats, Network, fit_normalization, initialise
from model.training.config import TrainingConfig
from tests.model.examples import blobs

EXAMPLES = blobs(60, 0)


def network(**settings: object) -> Network:
    config = TrainingConfig().changed(**{"hidden": (6,), **settings})
    made = initialise(config.architecture, "he", rng=np.random.default_rng(0))
    made.parameters.flat[:] += 0.01  # biases, too
    return made


SMALL = network()
SCALING = fit_normalization("unit", EXAMPLES.images)
LOSS_OF = loss_at(SMALL, SCALING, "classifier", "cross-entropy", EXAMPLES)


def circle(points: int = 12, parameters: int = 500) -> tuple[Floats, Floats]:
    """Points on a flat ellipse somewhere in a large space, and x and y of them along its axes."""
    rng = np.random.default_rng(1)
    axes = np.linalg.qr(rng.standard_normal((parameters, 2)))[0].T
    turns = np.linspace(0, 2 * np.pi, points, endpoint=False)
    places = np.stack([3 * np.cos(turns), np.sin(turns)], axis=1)
    return (rng.standard_normal(parameters) + places @ axes).astype(np.float32), places


def test_the_principal_plane_shows_paths_in_a_plane_as_they_are() -> None:
    points, places = circle()
    plane, explained = principal_plane([points[:5], points[5:]])
    assert explained == pytest.approx((0.9, 0.1), abs=1e-4)
    seen = plane.project(points)
    np.testing.assert_allclose(np.abs(seen), np.abs(places), atol=1e-4)  # an axis may point either way
    back = np.stack([plane.at(*place) for place in seen])
    np.testing.assert_allclose(back, points, atol=1e-4)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-5)


def test_no_plane_goes_through_points_on_a_line_or_through_what_is_no_number() -> None:
    line = np.linspace(0, 1, 9, dtype=np.float32)[:, None] * np.ones(50, np.float32)
    for points in (line, line[:2], line[:1]):
        with pytest.raises(DataError, match="on one line"):
            principal_plane([points])
    with pytest.raises(DataError, match="no numbers any more"):
        principal_plane([line * np.float32(np.nan)])


def test_what_is_off_a_plane_of_slanted_directions_is_seen_at_the_nearest_point() -> None:
    directions = np.array([[2, 0, 0], [1, 1, 0]], np.float32)
    plane = Plane(np.array([1, 1, 1], np.float32), directions)
    np.testing.assert_allclose(plane.project(np.array([[5, 3, 9]], np.float32)), [[1, 2]], atol=1e-6)


@pytest.mark.parametrize("settings", [{}, {"channels": (3,), "kernel_size": (6,), "stride": (4,)}])
def test_each_filter_of_a_random_direction_is_as_long_as_the_solutions_and_biases_stay(
    settings: dict[str, object],
) -> None:
    parameters = network(**settings).parameters
    plane = random_plane(parameters, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(plane.origin, parameters.flat)
    for flat in plane.directions:
        direction = parameters.zeros_like()
        direction.flat[:] = flat
        for name, weight in parameters.views.items():
            axes = tuple(range(weight.ndim - 1))
            found, expected = (np.sqrt((one.astype(float) ** 2).sum(axis=axes)) for one in (direction[name], weight))
            np.testing.assert_allclose(found, expected if name.endswith(".weight") else 0, rtol=1e-5)
    assert not np.allclose(*plane.directions)


def test_the_losses_are_the_networks_own_and_the_network_stays_as_it_is() -> None:
    before = SMALL.parameters.flat.copy()
    theta = before + np.float32(0.05)
    moved = Network(SMALL.architecture, SMALL.parameters.copy())
    moved.parameters.flat[:] = theta
    assert LOSS_OF(theta) == measure(moved, SCALING, "classifier", "cross-entropy", EXAMPLES).loss
    assert LOSS_OF(theta * np.float32(np.nan)) == np.inf
    np.testing.assert_array_equal(SMALL.parameters.flat, before)


def test_a_grid_has_x_across_and_y_up() -> None:
    plane = Plane(np.zeros(2, np.float32), np.eye(2, dtype=np.float32))
    grid = loss_grid(plane, lambda theta: float(10 * theta[0] + theta[1]), np.array([0, 0]), np.array([2, 4]), 3)
    assert (grid.x.tolist(), grid.y.tolist()) == ([0, 1, 2], [0, 2, 4])
    assert grid.losses.tolist() == [[0, 10, 20], [2, 12, 22], [4, 14, 24]]


def test_the_surface_of_paths_has_them_within_it_with_their_own_losses() -> None:
    theta = SMALL.parameters.flat
    rng = np.random.default_rng(2)
    paths = [theta + rng.normal(0, 0.1, (points, len(theta))).astype(np.float32) for points in (3, 5)]
    counted: list[None] = []
    surface = path_surface(paths, LOSS_OF, 4, on_loss=lambda: counted.append(None))
    assert len(counted) == 4 * 4 + 3 + 5
    for path, places, losses in zip(paths, surface.places, surface.losses, strict=True):
        assert losses.tolist() == pytest.approx([LOSS_OF(one) for one in path], rel=1e-6)
        assert places.min() > min(surface.grid.x[0], surface.grid.y[0])
        assert places.max() < max(surface.grid.x[-1], surface.grid.y[-1])


def test_around_a_solution_its_own_loss_is_in_the_middle_and_the_seed_decides_on_the_rest() -> None:
    one, again, other = (
        surface_around(SMALL.parameters, LOSS_OF, 3, rng=np.random.default_rng(s)) for s in (1, 1, 2)
    )
    assert one.losses[1, 1] == pytest.approx(LOSS_OF(SMALL.parameters.flat), rel=1e-6)
    np.testing.assert_array_equal(one.losses, again.losses)
    assert not np.allclose(one.losses, other.losses)
