"""Bands: less work for the same product."""

import numpy as np
import pytest

from model.bands import bands, product, whole
from model.config import TrainingConfig
from model.initializers import initialise


def shared(layer: int) -> np.ndarray:
    """The weights of a layer whose units look at patches."""
    config = TrainingConfig(maps=(16, 64), kernels=(5, 5), strides=(2, 2))
    network = initialise(config.architecture, rng=np.random.default_rng(0), shared=config.shared_layers)
    return network.parameters[f"{layer}.weight"]


def scattered(zeros: float) -> np.ndarray:
    rng = np.random.default_rng(1)
    weights = rng.normal(size=(300, 240)).astype(np.float32)
    weights[rng.random(weights.shape) < zeros] = 0
    return weights


def lone(row: int, column: int) -> np.ndarray:
    weights = np.zeros((300, 240), np.float32)
    weights[row, column] = 3
    return weights


MATRICES = {
    "first shared layer": shared(0),
    "second shared layer": shared(1),
    "dense": scattered(0.0),
    "zeros here and there": scattered(0.7),
    "all zeros": scattered(1.0),
    "one number at the start": lone(0, 0),
    "one number at the end": lone(299, 239),
    "a prime number of units": scattered(0.99)[:, :239],
}


@pytest.mark.parametrize("rows", [1, 3, 15, 16, 40])
@pytest.mark.parametrize("silent", [0.0, 0.8])
@pytest.mark.parametrize("matrix", MATRICES)
def test_the_product_is_that_of_the_matrix(matrix: str, silent: float, rows: int) -> None:
    weights, rng = MATRICES[matrix], np.random.default_rng(2)
    inputs = rng.normal(size=(rows, len(weights))).astype(np.float32)
    inputs[rng.random(inputs.shape) < silent] = 0
    expected = inputs.astype(np.float64) @ weights
    for parts in (whole(weights), bands(weights)):
        found = product(inputs, parts)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("matrix", "share"), [("first shared layer", 0.2), ("second shared layer", 0.45)])
def test_patches_are_multiplied_with_a_part_of_the_work(matrix: str, share: float) -> None:
    weights = MATRICES[matrix]
    assert sum(band.weights.size for band in bands(weights)) < share * weights.size


@pytest.mark.parametrize("matrix", ["dense", "zeros here and there"])
def test_a_matrix_without_bands_is_one_and_not_copied(matrix: str) -> None:
    (band,) = bands(MATRICES[matrix])
    assert band.weights is MATRICES[matrix]
