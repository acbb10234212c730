"""Weight sharing: layers whose units each look at a small patch, with the same weights at every place.

What one place teaches, all places know then, which few images of each can't teach them one by one (LeCun et al. 1989,
"Backpropagation applied to handwritten zip code recognition"; with two layers that move by two pixels, Simard et al.
2003). The weights are those of an ordinary fully connected layer, most of them 0 and the others alike from place to
place: what is learned is each of them once, and what comes of it is a multi-layer perceptron like any other.

Each shared layer puts out its maps at each place of a grid, row by row, the maps of a place one after the other, and
the next one looks at that as its image.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.activations import Floats
from model.errors import ConfigError
from model.parameters import Parameters
from model.preprocess import FRAME_SIZE


@dataclass(frozen=True, slots=True)
class SharedLayer:
    """A layer that shares its weights.

    Attributes:
        side: of the square image that it looks at.
        channels: numbers at each pixel of that image: 1 for the ink, then the maps of the layer before.
        maps: how many units look at each patch, each with weights of its own.
        kernel: side of a patch, in pixels of that image.
        stride: from one patch to the next, in pixels.
    """

    side: int
    channels: int
    maps: int
    kernel: int
    stride: int

    @property
    def places(self) -> int:
        """Patches in a row, and rows of them: the side of the image that it puts out."""
        return (self.side - self.kernel) // self.stride + 1

    @property
    def units(self) -> int:
        """Of the whole layer."""
        return self.places**2 * self.maps

    @property
    def parts(self) -> list[tuple[slice, slice]]:
        """The inputs and units of each row of places: beyond these parts all weights (inputs, units) are 0."""
        row_of_inputs, row_of_units = self.side * self.channels, self.places * self.maps
        return [
            (
                slice(row * self.stride * row_of_inputs, (row * self.stride + self.kernel) * row_of_inputs),
                slice(row * row_of_units, (row + 1) * row_of_units),
            )
            for row in range(self.places)
        ]

    def kernels(self, weight: Floats) -> Floats:
        """A view (places, places, kernel, kernel, channels, maps) of what (inputs, units) has within the patches."""
        grid = weight.reshape(self.side, self.side, self.channels, self.places, self.places, self.maps)
        row, column, channel, row_of_places, place, one_map = grid.strides
        return np.lib.stride_tricks.as_strided(
            grid,
            (self.places, self.places, self.kernel, self.kernel, self.channels, self.maps),
            (self.stride * row + row_of_places, self.stride * column + place, row, column, channel, one_map),
        )


def shared_layers(maps: Sequence[int], kernels: Sequence[int], strides: Sequence[int]) -> tuple[SharedLayer, ...]:
    """The layers that a network begins with, from the first on.

    Raises:
        ConfigError: not as many kernels and strides as maps, one below 1, or a patch larger than the image.
    """
    if not len(maps) == len(kernels) == len(strides):
        counts = f"{len(maps)}, {len(kernels)} and {len(strides)}"
        raise ConfigError(f"maps, kernels and strides must be as many, one of each a layer, not {counts}")
    if min([*maps, *kernels, *strides], default=1) < 1:
        raise ConfigError("maps, kernels and strides must be at least 1 each")
    layers: list[SharedLayer] = []
    side, channels = FRAME_SIZE, 1
    for number, (count, kernel, stride) in enumerate(zip(maps, kernels, strides, strict=True), start=1):
        if side < kernel:
            raise ConfigError(
                f"layer {number} looks at {side}x{side} places, which hold no patch of {kernel}x{kernel}"
            )
        layers.append(SharedLayer(side, channels, count, kernel, stride))
        side, channels = layers[-1].places, count
    return tuple(layers)


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
