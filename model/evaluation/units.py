"""Hidden units that have nothing to say: dead ones, and saturated ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from model.nn import Floats, Network, Normalization

_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType({"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)})
"""Of the activations that have two, the values beyond which they never go."""

_NEAR = 0.01
"""Share of the way between the limits: so near to one of them the slope is next to nothing."""

_MOSTLY = 0.95
"""Share of the images."""

_IMAGES = 1_000


@dataclass(frozen=True, slots=True)
class LayerUnits:
    """The units of a hidden layer; in a convolution, its channels.

    Attributes:
        units: how many there are.
        dead: how many put out the same whatever the image, such as ReLU that never fires: no gradient reaches them.
        saturated: how many of the others are near a limit of their activation on nearly every image.
    """

    units: int
    dead: int
    saturated: int


def hidden_units(network: Network, scaling: Normalization, images: NDArray[np.uint8]) -> list[LayerUnits]:
    """Look at what the hidden units make of preprocessed images (images, 28, 28), of the first thousand at most.

    Args:
        network: whose units they are.
        scaling: from grey levels to its inputs.
        images: one at least.
    """
    outputs = network.activations(scaling.apply(images[:_IMAGES]), at_once=True)[:-1]
    limits = _LIMITS.get(network.architecture.activation)
    return [_looked_at(*each, limits) for each in zip(outputs, network.architecture.channels, strict=True)]


def _looked_at(outputs: Floats, units: int, limits: tuple[float, float] | None) -> LayerUnits:
    """The units of a layer by its outputs (images, units); a channel's are one."""
    dead = outputs.max(axis=0) == outputs.min(axis=0)
    saturated = np.zeros_like(dead)
    if limits:
        low, high = limits
        near = _NEAR * (high - low)
        saturated = ((outputs < low + near) | (outputs > high - near)).mean(axis=0) >= _MOSTLY
    dead, saturated = (each.reshape(-1, units).all(axis=0) for each in (dead & ~saturated, saturated))
    return LayerUnits(units, int(dead.sum()), int(saturated.sum()))
