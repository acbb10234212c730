"""The network: the shapes it has, and the pre-activations it computes."""

import numpy as np
import pytest

from model.errors import ConfigError
from model.nn.activations import ACTIVATIONS
from model.nn.architecture import Architecture
from model.nn.convolution import convolutions
from model.nn.initializers import initialise
from model.nn.network import Network
from model.nn.parameters import Parameters
from model.training.config import TrainingConfig


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
    hidden, logits = network.activations(np.array([[1, 2]], np.float32))
    np.testing.assert_array_equal(hidden, [[5.5, 0]])
    np.testing.assert_array_equal(logits, [[12]])


def test_without_a_hidden_layer_it_is_softmax_regression() -> None:
    network = initialise(Architecture((4, 3)), rng=np.random.default_rng(0))
    inputs = np.random.default_rng(1).normal(size=(5, 4)).astype(np.float32)
    np.testing.assert_allclose(
        network.logits(inputs), inputs @ network.parameters["0.weight"] + network.parameters["0.bias"], rtol=1e-6
    )


@pytest.mark.parametrize("rows", [1, 2, 15, 16, 40])
@pytest.mark.parametrize("zeros", [0.0, 0.4, 0.6, 0.9, 1.0])
def test_skipping_what_is_multiplied_by_zero_changes_nothing(rows: int, zeros: float) -> None:
    rng = np.random.default_rng(0)
    network = initialise(Architecture((50, 40, 10)), rng=rng)
    inputs = rng.normal(size=(rows, 50)).astype(np.float32)
    inputs[rng.random(inputs.shape) < zeros] = 0
    first, last = (network.parameters[f"{layer}.weight"].astype(np.float64) for layer in (0, 1))
    hidden = np.maximum(inputs @ first + network.parameters["0.bias"], 0)
    np.testing.assert_allclose(
        network.logits(inputs), hidden @ last + network.parameters["1.bias"], rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_inference_changes_neither_its_input_nor_the_network(activation: str) -> None:
    network = initialise(Architecture((4, 6, 3), activation), rng=np.random.default_rng(0))
    inputs = np.ones((2, 4), np.float32)
    before = network.parameters.flat.copy()
    network.activations(inputs)
    network.input_gradient(inputs, 1)
    np.testing.assert_array_equal(inputs, 1)
    np.testing.assert_array_equal(network.parameters.flat, before)


@pytest.mark.parametrize("sizes", [(), (784,), (784, 0, 10), (784, -5, 10)])
def test_impossible_sizes_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="layer sizes"):
        Architecture(sizes)


def test_convolutions_that_do_not_lead_from_size_to_size_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"don't lead through layers of sizes \[784, 288, 10\]"):
        Architecture((784, 288, 10), convolutions=convolutions((3,), (5,), (2,)))
    with pytest.raises(ConfigError, match="don't lead"):
        Architecture((784, 288), convolutions=convolutions((2,), (5,), (2,)))


def test_the_outputs_are_what_the_output_layer_makes_of_the_logits() -> None:
    inputs = np.ones((2, 4), np.float32)
    networks = {
        output: initialise(Architecture((4, 3), output=output), rng=np.random.default_rng(0))
        for output in ("softmax", "sigmoid", "linear")
    }
    logits = networks["linear"].logits(inputs)
    np.testing.assert_array_equal(networks["linear"].outputs(inputs), logits)
    np.testing.assert_allclose(networks["sigmoid"].outputs(inputs), 1 / (1 + np.exp(-logits)), rtol=1e-6)
    np.testing.assert_allclose(networks["softmax"].outputs(inputs).sum(axis=1), 1, rtol=1e-6)


def test_an_unknown_activation_or_output_is_refused_with_those_known() -> None:
    with pytest.raises(ConfigError, match="unknown activation 'step'; known: sigmoid, tanh, relu"):
        Architecture((784, 10), "step")
    with pytest.raises(ConfigError, match="unknown output 'argmax'; known: softmax, sigmoid, linear"):
        Architecture((784, 10), "relu", "argmax")


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("convolved", [False, True])
def test_an_image_has_the_logits_that_it_has_alone_bit_for_bit(activation: str, *, convolved: bool) -> None:
    config = TrainingConfig().changed(activation=activation, hidden=(300, 70))
    if convolved:
        config = config.changed(channels=(3, 5), kernel_size=(5, 4), stride=(2, 2))
    network = initialise(config.architecture, rng=np.random.default_rng(0))
    inputs = np.random.default_rng(1).random((70, 784), np.float32)
    inputs[inputs < 0.8] = 0
    alone = np.concatenate([network.logits(one[None]) for one in inputs])
    for count in (2, 15, 16, 17, 32, 33, 70):
        np.testing.assert_array_equal(network.logits(inputs[:count]), alone[:count])
    np.testing.assert_allclose(network.logits(inputs, at_once=True), alone, atol=1e-4)
