"""What happens inside a network for one drawing: the units that speak loudest, and what they tell each other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.nn import Floats, Network

UNITS_SHOWN = 16
"""Of each hidden layer: as many as a picture has room for."""

_PIXELS_A_UNIT = 3
_UNITS_A_UNIT = 3
"""Connections shown that lead to a unit, from the pixels or from the layer before it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a hidden layer at work.

    Attributes:
        unit: its index in the layer.
        activation: what it puts out.
        contribution: its activation times the gradient of the logit by it: how much it speaks for the digit.
    """

    unit: int
    activation: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Connection:
    """A weight at work.

    Attributes:
        start: index of the pixel, or of the unit in the layer before.
        end: index of the unit.
        contribution: what it adds to that unit's sum: the start's value times the weight.
    """

    start: int
    end: int
    contribution: float


@dataclass(frozen=True, slots=True)
class Inside:
    """The strongest parts of a network for one drawing and one digit.

    Attributes:
        layers: of each hidden layer the units that contribute most, for or against, in the order of their index.
        connections: between each two layers, input and output included, the strongest that end at a unit shown.
    """

    layers: list[list[Unit]]
    connections: list[list[Connection]]


def look_inside(network: Network, inputs: Floats, digit: int, *, units: int = UNITS_SHOWN) -> Inside:
    """Follow one drawing through the network.

    Args:
        network: any.
        inputs: (784,), scaled pixels of one drawing.
        digit: the output whose logit the units speak for or against.
        units: of each hidden layer, at most.
    """
    outputs = [output[0] for output in network.activations(inputs[None])]
    gradients = [gradient[0] for gradient in network.logit_gradients(inputs[None], digit)]
    shown = [
        np.sort(np.argsort(-np.abs(output * gradient), kind="stable")[:units])
        for output, gradient in zip(outputs[:-1], gradients[1:], strict=True)
    ]
    layers = [
        [Unit(unit, float(output[unit]), float(output[unit] * gradient[unit])) for unit in chosen.tolist()]
        for chosen, output, gradient in zip(shown, outputs, gradients[1:], strict=False)
    ]
    signals = [inputs, *outputs[:-1]]
    starts = [np.flatnonzero(inputs), *shown]
    ends = [*shown, np.arange(len(outputs[-1]))]
    most_each = [_PIXELS_A_UNIT] + [_UNITS_A_UNIT] * len(shown)
    connections = [
        _strongest(layer.weights_of(ends[number].tolist()), signals[number], starts[number], ends[number], most)
        for number, (layer, most) in enumerate(zip(network.layers, most_each, strict=True))
    ]
    return Inside(layers, connections)


def _strongest(
    weights: Floats, signal: Floats, starts: NDArray[np.intp], ends: NDArray[np.intp], most: int
) -> list[Connection]:
    """The connections with the largest contributions that lead from `starts` to each of `ends`.

    Args:
        weights: of these ends, (inputs, ends).
        signal: what the layer gets, (inputs,).
        starts: of its inputs.
        ends: of its units.
        most: connections to each end.
    """
    contributions = signal[starts, None] * weights[starts]
    order = np.argsort(-np.abs(contributions), axis=0, kind="stable")[:most]
    return [
        Connection(int(starts[row]), int(ends[column]), float(contributions[row, column]))
        for column in range(len(ends))
        for row in order[:, column].tolist()
        if contributions[row, column]
    ]
