"""Weight sharing: the kernel of a convolution (`model.nn.convolution`) is learned once.

The network holds it unrolled, at every position; its gradient is the sum over the positions, and after each step
every position gets its copy. So what comes of training is a multi-layer perceptron like any other.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from model.nn import Conv2d, Floats, Parameters


class SharedParameters:
    """Parameters of a network that begins with convolutions, or the gradient by them.

    Attributes:
        unrolled: as the network has them, with the kernel at each position.
        learned: each kernel once, (kernel_size, kernel_size, in_channels, out_channels), and each channel's bias;
            the same object as `unrolled` where there is no convolution.
    """

    def __init__(self, unrolled: Parameters, layers: Sequence[Conv2d]) -> None:
        self.unrolled = unrolled
        self._positions = _positions(unrolled, layers)
        self.learned = unrolled
        if layers:
            self.learned = Parameters(learned_shapes(unrolled.shapes, layers), unrolled.flat.dtype)
            for name, positions in self._positions.items():
                self.learned[name][...] = positions[(0,) * self._axes(name)]

    def unroll(self) -> None:
        """Give every position the kernel as it is learned."""
        if self.learned is not self.unrolled:
            for name, positions in self._positions.items():
                positions[...] = self.learned[name]

    def sum_positions(self) -> None:
        """Of a gradient: a kernel has the sum of what its positions ask for."""
        if self.learned is not self.unrolled:
            for name, positions in self._positions.items():
                np.sum(positions, axis=tuple(range(self._axes(name))), out=self.learned[name])

    def _axes(self, name: str) -> int:
        """How many axes of positions come before those of the parameter itself."""
        return self._positions[name].ndim - self.learned[name].ndim


def learned_shapes(shapes: Mapping[str, tuple[int, ...]], layers: Sequence[Conv2d]) -> dict[str, tuple[int, ...]]:
    """The shapes of what is learned of parameters with these names and shapes: each kernel once."""
    learned = dict(shapes)
    for number, layer in enumerate(layers):
        learned[f"{number}.weight"] = (layer.kernel_size, layer.kernel_size, layer.in_channels, layer.out_channels)
        learned[f"{number}.bias"] = (layer.out_channels,)
    return learned


def unrolled(learned: Parameters, shapes: Mapping[str, tuple[int, ...]], layers: Sequence[Conv2d]) -> Parameters:
    """The parameters of these names and shapes for `learned`; `learned` itself if there is no convolution."""
    if not layers:
        return learned
    shared = SharedParameters(Parameters(shapes, learned.flat.dtype), layers)
    shared.learned.flat[:] = learned.flat
    shared.unroll()
    return shared.unrolled


def _positions(parameters: Parameters, layers: Sequence[Conv2d]) -> dict[str, Floats]:
    """A view of each parameter with the positions that share it in front."""
    positions = dict(parameters.views)
    for number, layer in enumerate(layers):
        weight, bias = f"{number}.weight", f"{number}.bias"
        positions[weight] = layer.kernels(parameters[weight])
        positions[bias] = parameters[bias].reshape(-1, layer.out_channels)
    return positions
