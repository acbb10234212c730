"""The blur that the first layer takes in."""

import numpy as np
import pytest

from model.initializers import initialise
from model.network import Architecture, Network
from model.smoothing import smoothed, with_smoothing


def test_a_dot_becomes_a_bell_that_keeps_its_ink() -> None:
    dot = np.zeros((1, 784), np.float64)
    dot[0, 10 * 28 + 12] = 1
    bell = smoothed(dot, 1.0).reshape(28, 28)
    assert bell.sum() == pytest.approx(1, abs=1e-9)
    places = np.arange(28)
    for axis, centre in ((1, 10), (0, 12)):
        profile = bell.sum(axis=axis)
        assert profile @ places == pytest.approx(centre)
        assert profile @ (places - centre) ** 2 == pytest.approx(1.0, rel=1e-6)


def test_beyond_the_frame_is_paper() -> None:
    corner = np.zeros((1, 784))
    corner[0, 0] = 1
    assert smoothed(corner, 1.0)[0, 0] == pytest.approx(smoothed(np.roll(corner, 14 * 28 + 14), 1.0).max())
    assert smoothed(corner, 1.0).sum() < 0.6


def test_a_sharp_image_and_a_softened_one_look_more_alike() -> None:
    rng = np.random.default_rng(0)
    sharp = (rng.random((20, 784)) < 0.2).astype(np.float64)
    soft = (sharp + np.roll(sharp, 1, axis=1)) / 2 - np.roll(sharp, 1, axis=1) / 4 + np.roll(sharp, -1, axis=1) / 4

    def gap(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.linalg.norm(one - other) / np.linalg.norm(one))

    assert gap(smoothed(sharp, 0.7), smoothed(soft, 0.7)) < 0.6 * gap(sharp, soft)


@pytest.mark.parametrize("deviation", [0.0, 0.7, 2.0])
@pytest.mark.parametrize("sizes", [(784, 10), (784, 30, 10)])
def test_the_first_layer_takes_it_in(sizes: tuple[int, ...], deviation: float) -> None:
    architecture = Architecture(sizes)
    seen_smoothed = initialise(architecture, "he", rng=np.random.default_rng(1))
    images = np.random.default_rng(2).random((5, 784)).astype(np.float32)
    before = seen_smoothed.parameters.copy()
    taken_in = Network(architecture, with_smoothing(seen_smoothed.parameters, deviation))
    np.testing.assert_allclose(
        taken_in.logits(images), seen_smoothed.logits(smoothed(images, deviation)), rtol=1e-4, atol=1e-5
    )
    np.testing.assert_array_equal(seen_smoothed.parameters.flat, before.flat)


def test_no_blur_changes_nothing() -> None:
    images = np.ones((1, 784), np.float32)
    assert smoothed(images, 0) is images
