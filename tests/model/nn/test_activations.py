"""Activations: known values, and no overflow anywhere (their slopes: test_backpropagation)."""

import math

import numpy as np
import pytest

from model.nn.activations import ACTIVATIONS

KNOWN = {
    "sigmoid": [(0, 0.5), (2, 1 / (1 + math.exp(-2))), (-2, 1 / (1 + math.exp(2)))],
    "tanh": [(0, 0), (1, math.tanh(1)), (-1, -math.tanh(1))],
    "relu": [(3, 3), (0, 0), (-3, 0)],
    "leaky-relu": [(3, 3), (0, 0), (-3, -0.03)],
    # Half of x (1 + erf(x / sqrt(2))), which the approximation meets to within 0.0005.
    "gelu": [(x, x / 2 * (1 + math.erf(x / math.sqrt(2)))) for x in (-3, -1, 0, 0.5, 2)],
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_known_values(name: str) -> None:
    inputs, expected = np.array(KNOWN[name], float).T[:, None]
    outputs = np.empty_like(inputs)
    ACTIVATIONS[name].forward(inputs, out=outputs)
    np.testing.assert_allclose(outputs, expected, atol=5e-4 if name == "gelu" else 1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_neither_huge_sums_nor_their_slopes_overflow(name: str, dtype: str) -> None:
    pre_activations = np.array([[-1000, -30, 0, 30, 1000]], dtype)
    outputs, gradient = np.empty_like(pre_activations), np.ones_like(pre_activations)
    ACTIVATIONS[name].forward(pre_activations, out=outputs)
    ACTIVATIONS[name].backward(pre_activations, outputs, gradient)
    assert np.isfinite(outputs).all()
    assert np.isfinite(gradient).all()
    assert (np.abs(gradient) <= 1.2).all()
