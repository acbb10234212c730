"""The first weights: of the promised size, repeatable, with biases of zero."""

import numpy as np
import pytest

from model.nn.architecture import Architecture
from model.nn.initializers import INITIALIZERS, NORMAL_DEVIATION, initialise

SHAPE = Architecture((784, 300, 10))

DEVIATIONS = {
    "he": [np.sqrt(2 / 784), np.sqrt(2 / 300)],
    "glorot": [np.sqrt(2 / 1084), np.sqrt(2 / 310)],
    "normal": [NORMAL_DEVIATION, NORMAL_DEVIATION],
    "zeros": [0, 0],
}


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_have_the_deviation_promised_a_mean_of_zero_and_biases_are_zero(name: str) -> None:
    parameters = initialise(SHAPE, name, rng=np.random.default_rng(3)).parameters
    for layer, deviation in enumerate(DEVIATIONS[name]):
        weight = parameters[f"{layer}.weight"]
        assert weight.std() == pytest.approx(deviation, rel=0.05)
        assert abs(weight.mean()) <= 4 * deviation / np.sqrt(weight.size)
        assert not parameters[f"{layer}.bias"].any()


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_same_generator_gives_the_same_weights(name: str) -> None:
    one, other = (initialise(SHAPE, name, rng=np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one.parameters.flat, other.parameters.flat)
