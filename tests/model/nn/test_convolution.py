"""Layers that share their weights: each computes what a convolution does."""

import itertools

import numpy as np
import pytest

from model.errors import ConfigError
from model.nn.convolution import Conv2d, convolutions
from model.nn.initializers import initialise
from model.training.config import TrainingConfig


def convolved(layer: Conv2d, images: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """The convolution, written down as its definition: patch by patch."""
    out = np.empty((len(images), layer.out_size, layer.out_size, layer.out_channels))
    for row, column in itertools.product(range(layer.out_size), repeat=2):
        top, left = row * layer.stride, column * layer.stride
        patch = images[:, top : top + layer.kernel_size, left : left + layer.kernel_size]
        out[:, row, column] = np.einsum("bijc,ijcm->bm", patch, kernel) + bias
    return out


@pytest.mark.parametrize(
    ("kernel_size", "stride", "units"),
    [((5, 4), (4, 2), (6 * 6 * 2, 2 * 2 * 3)), ((7, 3), (3, 1), (8 * 8 * 2, 6 * 6 * 3)), ((28, 1), (1, 1), (2, 3))],
)
def test_the_layers_compute_what_convolutions_do(
    kernel_size: tuple[int, ...], stride: tuple[int, ...], units: tuple[int, ...]
) -> None:
    config = TrainingConfig().changed(channels=(2, 3), kernel_size=kernel_size, stride=stride, hidden=())
    assert config.architecture.sizes == (784, *units, 10)
    network = initialise(config.architecture, rng=np.random.default_rng(0), convolutions=config.network.convolutions)
    for number, layer in enumerate(config.network.convolutions):
        network.parameters[f"{number}.bias"].reshape(-1, layer.out_channels)[:] = np.arange(layer.out_channels) - 0.5
    images = np.random.default_rng(1).random((4, 784))
    expected = images.reshape(4, 28, 28, 1)
    for number, layer in enumerate(config.network.convolutions):
        kernel = layer.kernels(network.parameters[f"{number}.weight"])[0, 0]
        bias = network.parameters[f"{number}.bias"][: layer.out_channels]
        expected = np.maximum(convolved(layer, expected, kernel, bias), 0)
        found = network.activations(images)[number]
        np.testing.assert_allclose(found, expected.reshape(4, -1), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("layer", convolutions((16, 48, 96), (5, 4, 3), (2, 2, 1)))
def test_beyond_its_blocks_a_convolution_has_no_weights_and_no_unit_is_in_two(layer: Conv2d) -> None:
    weights = np.zeros((layer.inputs, layer.units), np.float32)
    layer.kernels(weights)[:] = 1
    for inputs, units in layer.blocks:
        assert weights[inputs, units].any()
        weights[inputs, units] = 0
    assert not weights.any()
    assert [column for _, units in layer.blocks for column in range(units.start, units.stop)] == [*range(layer.units)]


@pytest.mark.parametrize(
    ("channels", "kernel_size", "stride", "message"),
    [
        ((8,), (), (2,), "channels, kernel_size and stride must be as many, one of each a layer, not 1, 0 and 1"),
        ((8,), (5,), (0,), "channels, kernel_size and stride must be at least 1 each"),
        ((0,), (5,), (2,), "channels, kernel_size and stride must be at least 1 each"),
        ((8,), (29,), (1,), "convolution 1 looks at an image of 28x28, which holds no patch of 29x29"),
        ((8, 8), (5, 13), (2, 1), "convolution 2 looks at an image of 12x12, which holds no patch of 13x13"),
    ],
)
def test_layers_that_cannot_be_are_refused(
    channels: tuple[int, ...], kernel_size: tuple[int, ...], stride: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        convolutions(channels, kernel_size, stride)
