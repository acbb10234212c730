"""Textbook surfaces: their gradients are those of their values, and their minima are minima."""

import numpy as np
import pytest

from model.optim.surfaces import SURFACES

STEP = 1e-5


@pytest.mark.parametrize("name", SURFACES)
def test_the_gradient_is_that_of_the_value(name: str) -> None:
    surface = SURFACES[name]
    points = np.random.default_rng(0).uniform(surface.low, surface.high, (50, 2))
    numeric = [
        (surface.value(points + STEP * along) - surface.value(points - STEP * along)) / (2 * STEP)
        for along in np.eye(2)
    ]
    np.testing.assert_allclose(surface.gradient(points), np.stack(numeric, axis=-1), rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize("name", SURFACES)
def test_every_minimum_is_flat_and_lower_than_all_around_it(name: str) -> None:
    surface = SURFACES[name]
    minima = np.array(surface.minima)
    np.testing.assert_allclose(surface.gradient(minima), 0, atol=1e-5)
    turns = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    around = minima[:, None] + 0.01 * np.stack([np.cos(turns), np.sin(turns)], axis=-1)
    assert (surface.value(around) > surface.value(minima)[:, None]).all()
    assert ((minima > surface.low) & (minima < surface.high)).all()


@pytest.mark.parametrize("name", SURFACES)
def test_nothing_within_the_bounds_is_lower_than_the_lowest_minimum(name: str) -> None:
    surface = SURFACES[name]
    everywhere = np.stack(
        np.meshgrid(*(np.linspace(low, high, 301) for low, high in zip(surface.low, surface.high, strict=True))),
        axis=-1,
    )
    assert surface.value(everywhere).min() >= surface.value(np.array(surface.minima)).min() - 1e-12


def test_the_known_values_of_the_minima() -> None:
    lowest = {name: float(one.value(np.array(one.minima)).min()) for name, one in SURFACES.items()}
    expected = dict.fromkeys(SURFACES, 0.0) | {"saddle": -0.25}
    assert lowest == pytest.approx(expected, abs=1e-12)
    assert len(SURFACES["rastrigin"].minima) == 121
