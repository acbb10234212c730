"""Products: the pre-activations that the matrix gives, whatever way is taken."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from model.nn.convolution import Conv2d, convolutions
from model.nn.initializers import initialise
from model.nn.network import Network
from model.nn.products import product_with
from model.training.config import TrainingConfig

LAYERS = [
    *convolutions((16, 48, 96), (5, 4, 3), (2, 2, 1)),
    # Pixels that no patch sees; patches that do not touch; a single position.
    Conv2d(in_size=7, in_channels=3, out_channels=2, kernel_size=3, stride=3),
    Conv2d(in_size=9, in_channels=2, out_channels=4, kernel_size=2, stride=3),
    Conv2d(in_size=4, in_channels=1, out_channels=5, kernel_size=4, stride=1),
    Conv2d(in_size=4, in_channels=2, out_channels=5, kernel_size=3, stride=2),
]


def weights_of(layer: Conv2d) -> np.ndarray:
    weights = np.zeros((layer.inputs, layer.units), np.float32)
    shape = (layer.kernel_size, layer.kernel_size, layer.in_channels, layer.out_channels)
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
def test_the_product_is_that_of_the_matrix(layer: Conv2d, silent: float, rows: int) -> None:
    weights = weights_of(layer)
    inputs = some_rows(rows, layer.inputs, silent)
    expected = inputs.astype(np.float64) @ weights
    for product in (product_with(weights), product_with(weights, layer)):
        found = product(inputs)
        assert found.shape == expected.shape
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("layer", LAYERS)
def test_weights_that_are_shared_are_read_once(layer: Conv2d) -> None:
    weights = weights_of(layer)
    product = product_with(weights, layer)
    weights[:] = 0
    assert product(some_rows(2, layer.inputs, 0.0)).any()


@pytest.mark.parametrize("layer", LAYERS[:3])
def test_a_single_weight_that_differs_is_heeded(layer: Conv2d) -> None:
    inputs = some_rows(4, layer.inputs, 0.0)
    for row, column in itertools.product((0, layer.inputs // 2, -1), (0, layer.units // 2, -1)):
        weights = weights_of(layer)
        weights[row, column] += 1
        expected = inputs.astype(np.float64) @ weights
        np.testing.assert_allclose(product_with(weights, layer)(inputs), expected, rtol=1e-4, atol=1e-4)


def test_weights_of_another_shape_are_multiplied_as_they_are() -> None:
    weights = np.ones((10, 3), np.float32)
    np.testing.assert_array_equal(product_with(weights, LAYERS[0])(np.ones((1, 10), np.float32)), [[10, 10, 10]])


def test_a_network_gives_the_same_told_of_its_convolutions_or_not() -> None:
    config = TrainingConfig().changed(channels=(4, 6), kernel_size=(5, 3), stride=(2, 1), hidden=(20,))
    network = initialise(config.architecture, rng=np.random.default_rng(0), convolutions=config.network.convolutions)
    told = replace(network, convolutions=config.network.convolutions)
    inputs = np.random.default_rng(1).random((5, 784), np.float32)
    for plain, shared in zip(network.activations(inputs), told.activations(inputs), strict=True):
        np.testing.assert_allclose(plain, shared, rtol=1e-4, atol=1e-5)
    # More layers than there are, and some that these are not.
    strange = convolutions((1,) * 9, (1,) * 9, (1,) * 9)
    inputs = inputs[:1]
    other = Network(network.architecture, network.parameters, strange)
    np.testing.assert_array_equal(network.logits(inputs), other.logits(inputs))
