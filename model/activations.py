"""The non-linear functions between the layers. Without one, any depth would collapse into a single linear map.

To add one: write a class with these two methods and enter it in `ACTIVATIONS`; the gradient checks and the command
line find it there.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


class Activation(Protocol):
    """An element-wise function and its derivative."""

    def forward(self, inputs: Floats, out: Floats) -> None:
        """Write the function of `inputs` into `out`; both (batch, units)."""

    def backward(self, outputs: Floats, gradient: Floats) -> None:
        """Turn the gradient by the outputs into that by the inputs, in place; both (batch, units)."""


class ReLU:
    """max(0, x): cheap, and its gradient does not fade for large inputs (Nair and Hinton 2010)."""

    def forward(self, inputs: Floats, out: Floats) -> None:
        """Write max(0, inputs) into `out`."""
        np.maximum(inputs, 0, out=out)

    def backward(self, outputs: Floats, gradient: Floats) -> None:
        """Zero the gradient where the output is zero; the kink itself counts as flat."""
        np.multiply(gradient, outputs > 0, out=gradient)


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({"relu": ReLU()})
"""Every activation by the name it has on the command line and in the artifact."""
