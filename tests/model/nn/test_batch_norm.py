"""Batch normalisation: mean 0 and deviation 1 over a channel, and the right gradient."""

import numpy as np
import pytest

from model.nn.batch_norm import BatchNorm, normalise
from model.nn.layer import Context


@pytest.mark.parametrize("channels", [6, 3, 1])
def test_each_channel_has_a_mean_of_zero_and_a_deviation_of_one(channels: int) -> None:
    pre_activations = np.random.default_rng(0).normal(3, 7, (50, 6)) * np.arange(1, 7)
    mean, factor = normalise(given := pre_activations.copy(), channels)
    together = given.reshape(-1, channels)
    np.testing.assert_allclose(together.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(together.std(axis=0), 1, rtol=1e-5)
    np.testing.assert_allclose((pre_activations.reshape(-1, channels) - mean) * factor, together)


def test_a_unit_that_says_the_same_of_every_image_says_nothing() -> None:
    pre_activations = np.full((50, 2), 7.0)
    _, factor = normalise(pre_activations, 2)
    assert not pre_activations.any()
    assert np.isfinite(factor).all()


@pytest.mark.parametrize("channels", [6, 3, 1])
def test_the_gradient_is_the_central_difference(channels: int) -> None:
    rng = np.random.default_rng(1)
    pre_activations, weights, bias = rng.normal(2, 3, (5, 6)), rng.normal(size=(5, 6)), rng.normal(size=channels)
    layer, context = BatchNorm(bias, np.empty(channels)), Context()

    def value(shifted: np.ndarray) -> float:
        outputs, _ = layer.forward(shifted.copy(), context)
        return float((weights * outputs**3).sum())

    outputs, backward = layer.forward(pre_activations.copy(), context)
    gradient = backward(3 * weights * outputs**2)
    for index in np.ndindex(pre_activations.shape):
        step = np.zeros_like(pre_activations)
        step[index] = 1e-5
        slope = (value(pre_activations + step) - value(pre_activations - step)) / 2e-5
        assert gradient[index] == pytest.approx(slope, rel=1e-5, abs=1e-7)
    for channel in range(channels):
        bias[channel] += 1e-5
        above = value(pre_activations)
        bias[channel] -= 2e-5
        slope = (above - value(pre_activations)) / 2e-5
        bias[channel] += 1e-5
        assert layer.bias_gradient[channel] == pytest.approx(slope, rel=1e-5)
