"""Dead and saturated units, counted where one knows how many there are."""

import numpy as np
import pytest

from model.evaluation.units import LayerUnits, hidden_units
from model.nn.architecture import Architecture
from model.nn.initializers import initialise
from model.nn.network import Network
from model.nn.normalization import fit_normalization
from model.training.config import TrainingConfig
from tests.model.examples import blobs

IMAGES = blobs(60, 0).images
SCALING = fit_normalization("unit", IMAGES)


def network(activation: str, *, bias: float, units: int) -> Network:
    """Of 8 hidden units, so many with a bias that decides for them."""
    made = initialise(Architecture((784, 8, 10), activation), "he", rng=np.random.default_rng(0))
    made.parameters["0.bias"][:units] = bias
    return made


@pytest.mark.parametrize(
    ("activation", "bias", "dead", "saturated"),
    [
        ("relu", -100.0, 3, 0),
        ("relu", 100.0, 0, 0),
        ("leaky-relu", -100.0, 0, 0),
        ("sigmoid", -9.0, 0, 3),
        ("sigmoid", 1e6, 0, 3),
        ("tanh", 1e6, 0, 3),
    ],
)
def test_units_whose_bias_decides_are_dead_or_saturated(
    activation: str, bias: float, dead: int, saturated: int
) -> None:
    found = hidden_units(network(activation, bias=bias, units=3), SCALING, IMAGES)
    assert found == [LayerUnits(8, dead, saturated)]


def test_a_channel_of_a_convolution_is_dead_where_all_its_positions_are() -> None:
    config = TrainingConfig().changed(channels=(4,), kernel_size=(5,), stride=(2,), hidden=(6,))
    made = initialise(config.architecture, rng=np.random.default_rng(0))
    made.parameters["0.weight"][:] = 1
    made.parameters["0.bias"][1] = -1e6
    images = np.zeros_like(IMAGES)
    images[:, 3, 3] = np.arange(60)  # so that a few positions of the other channels say something, and most nothing
    layer, dense = hidden_units(made, SCALING, images)
    assert layer == LayerUnits(4, 1, 0)
    assert dense.units == 6


def test_a_network_without_hidden_layers_has_none() -> None:
    made = initialise(Architecture((784, 10)), rng=np.random.default_rng(0))
    assert hidden_units(made, SCALING, IMAGES) == []
