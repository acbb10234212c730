"""Convolutions: layers whose units each look at a small patch, with the same kernel at every position.

What one position teaches, all positions know then, which few images of each can't teach them one by one (LeCun et al.
1989, "Backpropagation applied to handwritten zip code recognition"; with a stride of two, Simard et al. 2003).

Images are flat, (batch, size * size * channels): row by row, the channels of a pixel one after the other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.errors import ConfigError
from model.nn.layer import Backward, Context, Floats
from model.preprocess import FRAME_SIZE

_IMAGES = 32
"""Of a batch, taken at once by a thread: their patches fit into its cache."""


@dataclass(frozen=True, slots=True)
class ConvolutionShape:
    """The shape of a convolution without padding.

    Attributes:
        in_size: side of the square image that goes in.
        in_channels: numbers at each of its pixels: 1 for the ink, then the channels of the layer before.
        out_channels: kernels, each of which gives a channel.
        kernel_size: side of a kernel, in pixels.
        stride: from one patch to the next, in pixels.

    Raises:
        ConfigError: one of them is below 1, or the kernel larger than the image.
    """

    in_size: int
    in_channels: int
    out_channels: int
    kernel_size: int
    stride: int

    def __post_init__(self) -> None:
        if min(self.in_channels, self.out_channels, self.kernel_size, self.stride) < 1:
            raise ConfigError("channels, kernel_size and stride must be at least 1 each")
        if self.in_size < self.kernel_size:
            image, patch = (f"{side}x{side}" for side in (self.in_size, self.kernel_size))
            raise ConfigError(f"an image of {image} holds no patch of {patch}")

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
    def kernel(self) -> tuple[int, int, int, int]:
        """The shape of its weights: (kernel_size, kernel_size, in_channels, out_channels)."""
        return (self.kernel_size, self.kernel_size, self.in_channels, self.out_channels)

    def patches(self, images: Floats) -> Floats:
        """A view (batch, out_size, out_size, kernel_size, kernel_size * in_channels) of images (batch, inputs)."""
        grid = images.reshape(len(images), self.in_size, self.in_size * self.in_channels)
        image, row, number = grid.strides
        return np.lib.stride_tricks.as_strided(
            grid,
            (len(images), self.out_size, self.out_size, self.kernel_size, self.kernel_size * self.in_channels),
            (image, self.stride * row, self.stride * self.in_channels * number, row, number),
        )

    def add_patches(self, patches: Floats, images: Floats) -> None:
        """Write into images (batch, inputs) the sum of what patches, shaped as that view, have of each number."""
        images[:] = 0
        grid = images.reshape(len(images), self.in_size, self.in_size * self.in_channels)
        image, line, number = grid.strides
        step = self.stride * self.in_channels
        places = (len(images), self.out_size, self.out_size)
        strides = (image, self.stride * line, step * number, number)
        # As many columns of the kernel at once as no other patch has.
        for row in range(self.kernel_size):
            for start in range(0, patches.shape[-1], step):
                part = patches[:, :, :, row, start : start + step]
                sums = np.lib.stride_tricks.as_strided(grid[:, row:, start:], (*places, part.shape[-1]), strides)
                sums += part


@dataclass(frozen=True, slots=True, eq=False)
class Conv2d:
    """The same kernel on each patch: patches are the rows of one product (Chellapilla et al. 2006).

    Attributes:
        shape: where the patches lie.
        weight: (kernel_size, kernel_size, in_channels, out_channels).
        bias: (out_channels,); None if the layer after it has one.
        weight_gradient: where `forward`'s way back writes the gradient; None if nobody wants it.
        bias_gradient: likewise.
    """

    shape: ConvolutionShape
    weight: Floats
    bias: Floats | None
    weight_gradient: Floats | None = None
    bias_gradient: Floats | None = None

    def weights_of(self, units: Sequence[int]) -> Floats:
        """What each input is multiplied by for some units, (inputs, units): 0 beyond a unit's patch."""
        shape = self.shape
        weights = np.zeros((len(units), shape.in_size, shape.in_size, shape.in_channels), self.weight.dtype)
        for image, unit in zip(weights, units, strict=True):
            position, channel = divmod(int(unit), shape.out_channels)
            top, left = (shape.stride * place for place in divmod(position, shape.out_size))
            image[top : top + shape.kernel_size, left : left + shape.kernel_size] = self.weight[..., channel]
        return weights.reshape(len(units), -1).T

    def predict(self, inputs: Floats, *, at_once: bool = False) -> Floats:
        """The outputs (batch, units), bit for bit those of each image alone: each is a product of its own.

        Its patches stay in the cache, so that one product `at_once` would take longer.
        """
        del at_once
        kernel = self.weight.reshape(-1, self.shape.out_channels)
        outputs = self.shape.patches(inputs).reshape(len(inputs), -1, len(kernel)) @ kernel
        if self.bias is not None:
            outputs += self.bias
        return outputs.reshape(len(inputs), self.shape.units)

    def forward(self, inputs: Floats, context: Context, /) -> tuple[Floats, Backward]:
        """See `Layer`."""
        shape, batch, dtype = self.shape, len(inputs), self.weight.dtype
        kernel = self.weight.reshape(-1, shape.out_channels)
        view = shape.patches(inputs)
        patches = context.empty(view.shape, dtype)
        outputs = context.empty((batch, shape.out_size**2, shape.out_channels), dtype)

        def multiply(images: slice) -> None:
            patches[images] = view[images]
            np.matmul(
                patches[images].reshape(-1, len(kernel)), kernel, out=outputs[images].reshape(-1, shape.out_channels)
            )
            if self.bias is not None:
                outputs[images] += self.bias

        context.each(multiply, batch, _IMAGES)

        def backward(gradient: Floats, /, *, to_inputs: bool = True) -> Floats:
            by_inputs = context.empty(inputs.shape, dtype)
            by_kernel = context.empty((math.ceil(batch / _IMAGES), *kernel.shape), dtype)
            by_outputs = gradient.reshape(batch, -1, shape.out_channels)

            def multiply(images: slice) -> None:
                # The patches are needed no more once the kernel has its gradient, and have the shape of their own.
                rows, sums = (
                    patches[images].reshape(-1, len(kernel)),
                    by_outputs[images].reshape(-1, shape.out_channels),
                )
                if self.weight_gradient is not None:
                    np.matmul(rows.T, sums, out=by_kernel[images.start // _IMAGES])
                if to_inputs:
                    np.matmul(sums, kernel.T, out=rows)
                    shape.add_patches(patches[images], by_inputs[images])

            context.each(multiply, batch, _IMAGES)
            if self.weight_gradient is not None:
                np.sum(by_kernel, axis=0, out=self.weight_gradient.reshape(kernel.shape))
            if self.bias_gradient is not None:
                np.sum(gradient.sum(axis=0).reshape(-1, shape.out_channels), axis=0, out=self.bias_gradient)
            return by_inputs

        return outputs.reshape(batch, -1), backward


def convolutions(
    channels: Sequence[int], kernel_sizes: Sequence[int], strides: Sequence[int]
) -> tuple[ConvolutionShape, ...]:
    """The convolutions that a network begins with, from the first on.

    Raises:
        ConfigError: not as many kernel sizes and strides as channels, one below 1, or a kernel larger than the image.
    """
    if not len(channels) == len(kernel_sizes) == len(strides):
        counts = f"{len(channels)}, {len(kernel_sizes)} and {len(strides)}"
        raise ConfigError(f"channels, kernel_size and stride must be as many, one of each a layer, not {counts}")
    layers: list[ConvolutionShape] = []
    size, in_channels = FRAME_SIZE, 1
    for number, (count, kernel_size, stride) in enumerate(zip(channels, kernel_sizes, strides, strict=True), start=1):
        try:
            layers.append(ConvolutionShape(size, in_channels, count, kernel_size, stride))
        except ConfigError as error:
            raise ConfigError(f"convolution {number}: {error}") from error
        size, in_channels = layers[-1].out_size, count
    return tuple(layers)
