"""Convolutions: layers whose units each look at a small patch, with the same kernel at every position.

What one position teaches, all positions know then, which few images of each can't teach them one by one (LeCun et al.
1989, "Backpropagation applied to handwritten zip code recognition"; with a stride of two, Simard et al. 2003). In the
weights file a convolution is an ordinary fully connected layer: its weights (inputs, units) are 0 beyond the patches,
and alike from position to position.

Images are flat, (batch, size * size * channels): row by row, the channels of a pixel one after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.errors import ConfigError
from model.nn.activations import Floats
from model.preprocess import FRAME_SIZE


@dataclass(frozen=True, slots=True)
class Conv2d:
    """The shape of a convolution without padding.

    Attributes:
        in_size: side of the square image that goes in.
        in_channels: numbers at each of its pixels: 1 for the ink, then the channels of the layer before.
        out_channels: kernels, each of which gives a channel.
        kernel_size: side of a kernel, in pixels.
        stride: from one patch to the next, in pixels.
    """

    in_size: int
    in_channels: int
    out_channels: int
    kernel_size: int
    stride: int

    @property
    def out_size(self) -> int:
        """Side of the square image that comes out: patches in a row, and rows of them."""
        return (self.in_size - self.kernel_size) // self.stride + 1

    @property
    def inputs(self) -> int:
        """Numbers that go in."""
        return self.in_size**2 * self.in_channels

    @property
    def units(self) -> int:
        """Numbers that come out."""
        return self.out_size**2 * self.out_channels

    @property
    def blocks(self) -> list[tuple[slice, slice]]:
        """The inputs and units of each row of patches: beyond these blocks all weights (inputs, units) are 0."""
        row_of_inputs, row_of_units = self.in_size * self.in_channels, self.out_size * self.out_channels
        return [
            (
                slice(row * self.stride * row_of_inputs, (row * self.stride + self.kernel_size) * row_of_inputs),
                slice(row * row_of_units, (row + 1) * row_of_units),
            )
            for row in range(self.out_size)
        ]

    def kernels(self, weight: Floats) -> Floats:
        """A view of the kernels within weights (inputs, units), those of each position.

        Its shape is (out_size, out_size, kernel_size, kernel_size, in_channels, out_channels).
        """
        size, kernel_size = self.out_size, self.kernel_size
        grid = weight.reshape(self.in_size, self.in_size, self.in_channels, size, size, self.out_channels)
        row, column, in_channel, out_row, out_column, out_channel = grid.strides
        return np.lib.stride_tricks.as_strided(
            grid,
            (size, size, kernel_size, kernel_size, self.in_channels, self.out_channels),
            (self.stride * row + out_row, self.stride * column + out_column, row, column, in_channel, out_channel),
        )

    def patches(self, images: Floats) -> Floats:
        """A view (batch, out_size, out_size, kernel_size, kernel_size * in_channels) of images (batch, inputs)."""
        grid = images.reshape(len(images), self.in_size, self.in_size * self.in_channels)
        image, row, channel = grid.strides
        return np.lib.stride_tricks.as_strided(
            grid,
            (len(images), self.out_size, self.out_size, self.kernel_size, self.kernel_size * self.in_channels),
            (image, self.stride * row, self.stride * self.in_channels * channel, row, channel),
        )


def convolutions(channels: Sequence[int], kernel_sizes: Sequence[int], strides: Sequence[int]) -> tuple[Conv2d, ...]:
    """The convolutions that a network begins with, from the first on.

    Raises:
        ConfigError: not as many kernel sizes and strides as channels, one below 1, or a kernel larger than the image.
    """
    if not len(channels) == len(kernel_sizes) == len(strides):
        counts = f"{len(channels)}, {len(kernel_sizes)} and {len(strides)}"
        raise ConfigError(f"channels, kernel_size and stride must be as many, one of each a layer, not {counts}")
    if min([*channels, *kernel_sizes, *strides], default=1) < 1:
        raise ConfigError("channels, kernel_size and stride must be at least 1 each")
    layers: list[Conv2d] = []
    size, in_channels = FRAME_SIZE, 1
    for number, (count, kernel_size, stride) in enumerate(zip(channels, kernel_sizes, strides, strict=True), start=1):
        if size < kernel_size:
            raise ConfigError(
                f"convolution {number} looks at an image of {size}x{size}, "
                f"which holds no patch of {kernel_size}x{kernel_size}"
            )
        layers.append(Conv2d(size, in_channels, count, kernel_size, stride))
        size, in_channels = layers[-1].out_size, count
    return tuple(layers)
