"""Normalization: what each way makes of grey levels, fitted on the training part only, constant pixels included."""

import numpy as np
import pytest

from model.nn.normalization import SCALINGS, fit_normalization

RNG = np.random.default_rng(0)
TRAINING = RNG.integers(0, 256, (400, 28, 28), dtype=np.uint8)
TRAINING[:, 0] = 0
TRAINING[:, 1] = 200
OTHERS = RNG.integers(0, 256, (50, 28, 28), dtype=np.uint8)
VARIED = np.arange(784) >= 2 * 28


@pytest.mark.parametrize(("name", "low", "high"), [("none", 0, 255), ("unit", 0, 1), ("symmetric", -1, 1)])
def test_fixed_ranges(name: str, low: float, high: float) -> None:
    pixels = np.resize(np.arange(256, dtype=np.uint8), (1, 28, 28))
    inputs = fit_normalization(name, TRAINING).apply(pixels)
    assert inputs.shape == (1, 784)
    assert inputs.dtype == np.float32
    assert (inputs.min(), inputs.max()) == (low, high)


def test_centring_takes_each_pixels_own_mean_off() -> None:
    inputs = fit_normalization("center", TRAINING).apply(TRAINING)
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(
        inputs, TRAINING.reshape(-1, 784) / 255 - TRAINING.reshape(-1, 784).mean(axis=0) / 255, atol=1e-5
    )


def test_standardizing_gives_each_pixel_that_varies_a_deviation_of_one() -> None:
    inputs = fit_normalization("standardize", TRAINING).apply(TRAINING)
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(inputs.std(axis=0)[VARIED], 1, rtol=1e-4)


@pytest.mark.parametrize("name", ["center", "standardize"])
def test_a_pixel_constant_in_training_gives_zero_and_later_ink_on_it_stays_small(name: str) -> None:
    scaling = fit_normalization(name, TRAINING)
    np.testing.assert_allclose(scaling.apply(TRAINING)[:, ~VARIED], 0, atol=1e-6)
    assert np.abs(scaling.apply(OTHERS)[:, ~VARIED]).max() <= 1


@pytest.mark.parametrize("name", SCALINGS)
def test_the_images_it_is_applied_to_play_no_part_in_fitting(name: str) -> None:
    scaling = fit_normalization(name, TRAINING)
    together = scaling.apply(np.concatenate([TRAINING, OTHERS]))
    np.testing.assert_array_equal(together[-50:], scaling.apply(OTHERS))
    np.testing.assert_array_equal(scaling.apply(OTHERS)[:1], scaling.apply(OTHERS[:1]))
