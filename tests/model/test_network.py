"""The network: the shapes it has, and the sums it computes."""

import numpy as np
import pytest

from model.errors import ConfigError
from model.network import Architecture, Network, initialise, scale_pixels
from model.parameters import Parameters


def test_parameters_are_views_of_one_buffer_in_order() -> None:
    parameters = Parameters(Architecture((4, 3, 2)).parameter_shapes())
    assert parameters.shapes == {"0.weight": (4, 3), "0.bias": (3,), "1.weight": (3, 2), "1.bias": (2,)}
    assert len(parameters) == 4 * 3 + 3 + 3 * 2 + 2
    assert parameters.flat.dtype == np.float32
    parameters["0.bias"][:] = 7
    np.testing.assert_array_equal(parameters.flat[12:15], 7)
    assert list(parameters) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_a_copy_of_parameters_is_independent() -> None:
    parameters = Parameters({"0.weight": (2, 2)})
    duplicate = parameters.copy()
    parameters.flat[:] = 1
    assert not duplicate.flat.any()
    assert not duplicate["0.weight"].any()


def test_logits_are_worked_out_by_hand() -> None:
    network = Network(
        Architecture((2, 2, 1)), Parameters({"0.weight": (2, 2), "0.bias": (2,), "1.weight": (2, 1), "1.bias": (1,)})
    )
    network.parameters["0.weight"][:] = [[1, -1], [2, 1]]
    network.parameters["0.bias"][:] = [0.5, -3]
    network.parameters["1.weight"][:] = [[2], [100]]
    network.parameters["1.bias"][:] = [1]
    # x = (1, 2): hidden 1 + 4 + 0.5 = 5.5 and max(0, -1 + 2 - 3) = 0, logit 2 * 5.5 + 1 = 12.
    hidden, logits = network.layer_outputs(np.array([[1, 2]], np.float32))
    np.testing.assert_array_equal(hidden, [[5.5, 0]])
    np.testing.assert_array_equal(logits, [[12]])


def test_without_a_hidden_layer_it_is_softmax_regression() -> None:
    network = initialise(Architecture((4, 3)), rng=np.random.default_rng(0))
    inputs = np.random.default_rng(1).normal(size=(5, 4)).astype(np.float32)
    np.testing.assert_allclose(
        network.logits(inputs), inputs @ network.parameters["0.weight"] + network.parameters["0.bias"]
    )


def test_inference_changes_neither_its_input_nor_the_network() -> None:
    network = initialise(Architecture((4, 6, 3)), rng=np.random.default_rng(0))
    inputs = np.ones((2, 4), np.float32)
    before = network.parameters.flat.copy()
    network.layer_outputs(inputs)
    network.input_gradient(inputs, 1)
    np.testing.assert_array_equal(inputs, 1)
    np.testing.assert_array_equal(network.parameters.flat, before)


def test_the_same_generator_gives_the_same_weights_of_the_size_he_asks_for() -> None:
    architecture = Architecture((784, 300, 10))
    one, other = (initialise(architecture, rng=np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one.parameters.flat, other.parameters.flat)
    assert one.parameters["0.weight"].std() == pytest.approx(np.sqrt(2 / 784), rel=0.02)
    assert not one.parameters["0.bias"].any()


def test_pixels_are_scaled_to_one() -> None:
    pixels = np.arange(784, dtype=np.uint8).reshape(1, 28, 28)
    scaled = scale_pixels(pixels)
    assert scaled.shape == (1, 784)
    assert scaled.dtype == np.float32
    assert (scaled.min(), scaled.max()) == (0, 1)


@pytest.mark.parametrize("sizes", [(), (784,), (784, 0, 10), (784, -5, 10)])
def test_impossible_sizes_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="layer sizes"):
        Architecture(sizes)


def test_an_unknown_activation_is_refused_with_those_known() -> None:
    with pytest.raises(ConfigError, match="unknown activation 'step'; known: relu"):
        Architecture((784, 10), "step")
