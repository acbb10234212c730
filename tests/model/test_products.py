"""Products: the sums that the matrix gives, whatever way is taken."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from model.config import TrainingConfig
from model.initializers import initialise
from model.network import Network
from model.products import product_with
from model.shared_layer import SharedLayer, shared_layers

LAYERS = [
    *shared_layers((16, 48, 96), (5, 4, 3), (2, 2, 1)),
    # Pixels that no patch sees; patches that do not touch; a single place.
    SharedLayer(side=7, channels=3, maps=2, kernel=3, stride=3),
    SharedLayer(side=9, channels=2, maps=4, kernel=2, stride=3),
    SharedLayer(side=4, channels=1, maps=5, kernel=4, stride=1),
    SharedLayer(side=4, channels=2, maps=5, kernel=3, stride=2),
]


def weights_of(layer: SharedLayer) -> np.ndarray:
    weights = np.zeros((layer.inputs, layer.units), np.float32)
    shape = (layer.kernel, layer.kernel, layer.channels, layer.maps)
    layer.kernels(weights)[:] = np.random.default_rng(0).normal(size=shape)
    return weights


def some_rows(count: int, inputs: int, silent: float) -> np.ndarray:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(count, inputs)).astype(np.float32)
    rows[rng.random(rows.shape) < silent] = 0
    return rows


@pytest.mark.parametrize("rows", [1, 3, 15, 16, 40])
@pytest.mark.parametrize("silent", [0.0, 0.9])
@pytest.mark.parametrize("layer", LAYERS)
def test_the_product_is_that_of_the_matrix(layer: SharedLayer, silent: float, rows: int) -> None:
    weights = weights_of(layer)
    inputs = some_rows(rows, layer.inputs, silent)
    expected = inputs.astype(np.float64) @ weights
    for product in (product_with(weights), product_with(weights, layer)):
        found = product(inputs)
        assert found.shape == expected.shape
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("layer", LAYERS)
def test_weights_that_are_shared_are_read_once(layer: SharedLayer) -> None:
    weights = weights_of(layer)
    product = product_with(weights, layer)
    weights[:] = 0
    assert product(some_rows(2, layer.inputs, 0.0)).any()


@pytest.mark.parametrize("layer", LAYERS[:3])
def test_a_single_weight_that_differs_is_heeded(layer: SharedLayer) -> None:
    inputs = some_rows(4, layer.inputs, 0.0)
    for row, column in itertools.product((0, layer.inputs // 2, -1), (0, layer.units // 2, -1)):
        weights = weights_of(layer)
        weights[row, column] += 1
        expected = inputs.astype(np.float64) @ weights
        np.testing.assert_allclose(product_with(weights, layer)(inputs), expected, rtol=1e-4, atol=1e-4)


def test_weights_of_another_shape_are_multiplied_as_they_are() -> None:
    weights = np.ones((10, 3), np.float32)
    np.testing.assert_array_equal(product_with(weights, LAYERS[0])(np.ones((1, 10), np.float32)), [[10, 10, 10]])


def test_a_network_gives_the_same_told_of_its_shared_layers_or_not() -> None:
    config = TrainingConfig(maps=(4, 6), kernels=(5, 3), strides=(2, 1), hidden=(20,))
    network = initialise(config.architecture, rng=np.random.default_rng(0), shared=config.shared_layers)
    told = replace(network, shared=config.shared_layers)
    inputs = np.random.default_rng(1).random((5, 784), np.float32)
    for plain, shared in zip(network.layer_outputs(inputs), told.layer_outputs(inputs), strict=True):
        np.testing.assert_allclose(plain, shared, rtol=1e-4, atol=1e-5)
    # More layers than there are, and some that these are not.
    strange = shared_layers((1,) * 9, (1,) * 9, (1,) * 9)
    inputs = inputs[:1]
    other = Network(network.architecture, network.parameters, strange)
    np.testing.assert_array_equal(network.logits(inputs), other.logits(inputs))
