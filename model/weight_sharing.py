"""Weight sharing: what layers have at many places (`model.shared_layer`) is learned once.

The gradient by a shared weight is the sum of those at its places; after each step every place gets its copy. So what
comes of training is a multi-layer perceptron like any other.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from model.activations import Floats
from model.parameters import Parameters
from model.shared_layer import SharedLayer


class SharedParameters:
    """Parameters of a network whose first layers share their weights, or the gradient by them.

    Attributes:
        everywhere: as the network has them, with the same weights at each place.
        once: as they are learned: each shared weight once, (kernel, kernel, channels, maps), and the bias of each
            map; the same object as `everywhere` where nothing is shared.
    """

    def __init__(self, everywhere: Parameters, layers: Sequence[SharedLayer]) -> None:
        self.everywhere = everywhere
        self._places = _places(everywhere, layers)
        self.once = everywhere
        if layers:
            self.once = Parameters(learned_shapes(everywhere.shapes, layers), everywhere.flat.dtype)
            for name, places in self._places.items():
                self.once[name][...] = places[(0,) * self._axes(name)]

    def spread(self) -> None:
        """Give every place the weights as they are once."""
        if self.once is not self.everywhere:
            for name, places in self._places.items():
                places[...] = self.once[name]

    def gather(self) -> None:
        """Of a gradient: a weight that many places share has the sum of what they ask for."""
        if self.once is not self.everywhere:
            for name, places in self._places.items():
                np.sum(places, axis=tuple(range(self._axes(name))), out=self.once[name])

    def _axes(self, name: str) -> int:
        """How many axes of the places come before those of the parameter itself."""
        return self._places[name].ndim - self.once[name].ndim


def learned_shapes(
    shapes: Mapping[str, tuple[int, ...]], layers: Sequence[SharedLayer]
) -> dict[str, tuple[int, ...]]:
    """The shapes of what is learned of parameters with these names and shapes: each shared weight once."""
    once = dict(shapes)
    for number, layer in enumerate(layers):
        once[f"{number}.weight"] = (layer.kernel, layer.kernel, layer.channels, layer.maps)
        once[f"{number}.bias"] = (layer.maps,)
    return once


def spread_out(once: Parameters, shapes: Mapping[str, tuple[int, ...]], layers: Sequence[SharedLayer]) -> Parameters:
    """The parameters of these names and shapes of which `once` was learned; `once` itself if nothing is shared."""
    if not layers:
        return once
    shared = SharedParameters(Parameters(shapes, once.flat.dtype), layers)
    shared.once.flat[:] = once.flat
    shared.spread()
    return shared.everywhere


def _places(parameters: Parameters, layers: Sequence[SharedLayer]) -> dict[str, Floats]:
    """A view of each parameter with the places that share it in front."""
    places = dict(parameters.views)
    for number, layer in enumerate(layers):
        weight, bias = f"{number}.weight", f"{number}.bias"
        places[weight], places[bias] = layer.kernels(parameters[weight]), parameters[bias].reshape(-1, layer.maps)
    return places
