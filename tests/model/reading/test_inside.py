"""What is shown of a network at work is what it computes."""

import numpy as np
import pytest

from model.nn.architecture import Architecture
from model.nn.initializers import initialise
from model.nn.network import Network
from model.reading.inside import look_inside


@pytest.fixture
def network() -> Network:
    return initialise(Architecture((784, 30, 20, 10)), "he", rng=np.random.default_rng(3))


@pytest.fixture
def inputs() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    rng = np.random.default_rng(4)
    return (rng.random(784) * (rng.random(784) < 0.2)).astype(np.float32)


def test_the_contributions_of_a_layer_of_relus_add_up_to_the_logit_without_later_biases(
    network: Network, inputs: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> None:
    """Biases are zero here, so that each layer's activations times their gradients are the whole logit."""
    logit = network.logits(inputs[None])[0, 6]
    for layer in look_inside(network, inputs, 6, units=30).layers:
        assert sum(unit.contribution for unit in layer) == pytest.approx(float(logit), rel=1e-4)


def test_the_units_shown_are_those_that_contribute_most_in_their_own_order(
    network: Network, inputs: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> None:
    every, few = (look_inside(network, inputs, 2, units=units).layers[0] for units in (30, 5))
    assert [unit.unit for unit in every] == list(range(30))
    strongest = sorted(every, key=lambda unit: -abs(unit.contribution))[:5]
    assert few == sorted(strongest, key=lambda unit: unit.unit)


def test_connections_start_at_ink_or_at_units_shown_and_end_at_units_shown(
    network: Network, inputs: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> None:
    inside = look_inside(network, inputs, 2, units=5)
    shown = [{unit.unit for unit in layer} for layer in inside.layers]
    allowed = [set(np.flatnonzero(inputs).tolist()), *shown, set(range(10))]
    assert len(inside.connections) == 3
    for connections, starts, ends in zip(inside.connections, allowed, allowed[1:], strict=False):
        assert connections
        assert {one.start for one in connections} <= starts
        assert {one.end for one in connections} <= ends
    strongest = inside.connections[0][0]
    weights = network.parameters["0.weight"][:, strongest.end]
    assert abs(strongest.contribution) == pytest.approx(float(np.abs(inputs * weights).max()))


def test_a_network_without_hidden_layers_leads_from_pixels_to_digits() -> None:
    network = initialise(Architecture((784, 10)), "he", rng=np.random.default_rng(3))
    inside = look_inside(network, np.ones(784, np.float32), 2)
    assert inside.layers == []
    assert {one.end for one in inside.connections[0]} == set(range(10))
