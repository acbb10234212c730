"""Convolutions: each position computes what the definition says, forward and back."""

import itertools

import numpy as np
import pytest

from model.errors import ConfigError
from model.nn.convolution import Conv2d, ConvolutionShape, convolutions
from model.nn.initializers import initialise
from model.nn.layer import Context
from model.training.config import TrainingConfig

SHAPES = [
    *convolutions((16, 48, 96), (5, 4, 3), (2, 2, 1)),
    # Pixels that no patch sees; patches that do not touch; a single position; a kernel no multiple of its stride.
    ConvolutionShape(in_size=7, in_channels=3, out_channels=2, kernel_size=3, stride=3),
    ConvolutionShape(in_size=9, in_channels=2, out_channels=4, kernel_size=2, stride=3),
    ConvolutionShape(in_size=4, in_channels=1, out_channels=5, kernel_size=4, stride=1),
    ConvolutionShape(in_size=9, in_channels=2, out_channels=5, kernel_size=5, stride=2),
]


def random_layer(shape: ConvolutionShape) -> Conv2d:
    rng = np.random.default_rng(0)
    weight, bias = rng.normal(size=shape.kernel), rng.normal(size=shape.out_channels)
    return Conv2d(shape, weight, bias, np.empty_like(weight), np.empty_like(bias))


def convolved(layer: ConvolutionShape, images: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
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
    network = initialise(config.architecture, rng=np.random.default_rng(0))
    for number, layer in enumerate(config.network.convolutions):
        network.parameters[f"{number}.bias"][:] = np.arange(layer.out_channels) - 0.5
    images = np.random.default_rng(1).random((4, 784))
    expected = images.reshape(4, 28, 28, 1)
    for number, layer in enumerate(config.network.convolutions):
        kernel, bias = network.parameters[f"{number}.weight"], network.parameters[f"{number}.bias"]
        assert kernel.shape == (layer.kernel_size, layer.kernel_size, layer.in_channels, layer.out_channels)
        expected = np.maximum(convolved(layer, expected, kernel, bias), 0)
        found = network.activations(images)[number]
        np.testing.assert_allclose(found, expected.reshape(4, -1), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("batch", [1, 3, 70])
def test_each_way_to_compute_it_gives_what_the_weights_of_its_units_say(shape: ConvolutionShape, batch: int) -> None:
    layer = random_layer(shape)
    assert layer.bias is not None
    inputs = np.random.default_rng(1).normal(size=(batch, shape.inputs))
    weights = layer.weights_of(range(shape.units))
    expected = inputs @ weights + np.tile(layer.bias, shape.out_size**2)
    outputs, _ = layer.forward(inputs, Context())
    for found in (layer.predict(inputs), layer.predict(inputs, at_once=True), outputs):
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("batch", [1, 3, 70])
def test_the_way_back_is_the_chain_rule_through_the_weights_of_its_units(shape: ConvolutionShape, batch: int) -> None:
    layer, rng = random_layer(shape), np.random.default_rng(1)
    inputs, gradient = rng.normal(size=(batch, shape.inputs)), rng.normal(size=(batch, shape.units))
    context = Context(threads=2)
    assert layer.weight_gradient is not None
    assert layer.bias_gradient is not None
    for to_inputs in (True, False):
        context.begin()
        _, backward = layer.forward(inputs, context)
        by_inputs = backward(gradient.copy(), to_inputs=to_inputs)
        if to_inputs:
            expected = gradient @ layer.weights_of(range(shape.units)).T
            np.testing.assert_allclose(by_inputs, expected, rtol=1e-10, atol=1e-10)
        by_unit = gradient.reshape(batch, -1, shape.out_channels)
        by_kernel = np.einsum("bpk,bpo->ko", shape.patches(inputs).reshape(*by_unit.shape[:2], -1), by_unit)
        np.testing.assert_allclose(layer.weight_gradient, by_kernel.reshape(shape.kernel), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(layer.bias_gradient, by_unit.sum(axis=(0, 1)), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("channels", "kernel_size", "stride", "message"),
    [
        ((8,), (), (2,), "channels, kernel_size and stride must be as many, one of each a layer, not 1, 0 and 1"),
        ((8,), (5,), (0,), "convolution 1: channels, kernel_size and stride must be at least 1 each"),
        ((0,), (5,), (2,), "convolution 1: channels, kernel_size and stride must be at least 1 each"),
        ((8,), (29,), (1,), "convolution 1: an image of 28x28 holds no patch of 29x29"),
        ((8, 8), (5, 13), (2, 1), "convolution 2: an image of 12x12 holds no patch of 13x13"),
    ],
)
def test_layers_that_cannot_be_are_refused(
    channels: tuple[int, ...], kernel_size: tuple[int, ...], stride: tuple[int, ...], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        convolutions(channels, kernel_size, stride)
