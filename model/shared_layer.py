"""Layers whose units each look at a small patch, with the same weights at every place.

What one place teaches, all places know then, which few images of each can't teach them one by one (LeCun et al. 1989,
"Backpropagation applied to handwritten zip code recognition"; with two layers that move by two pixels, Simard et al.
2003). The weights are those of an ordinary fully connected layer, most of them 0 and the others alike from place to
place.

Each shared layer puts out its maps at each place of a grid, row by row, the maps of a place one after the other, and
the next one looks at that as its image.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.activations import Floats
from model.errors import ConfigError
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
    def inputs(self) -> int:
        """Numbers that it looks at in all."""
        return self.side**2 * self.channels

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

    def patches(self, images: Floats) -> Floats:
        """A view (batch, places, places, kernel, kernel * channels) of images (batch, side * side * channels)."""
        grid = images.reshape(len(images), self.side, self.side * self.channels)
        image, row, channel = grid.strides
        return np.lib.stride_tricks.as_strided(
            grid,
            (len(images), self.places, self.places, self.kernel, self.kernel * self.channels),
            (image, self.stride * row, self.stride * self.channels * channel, row, channel),
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
