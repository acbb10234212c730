"""The non-linear functions between the layers. Without one, any depth would collapse into a single linear map.

To add one: write a class with these members and enter it in `ACTIVATIONS`; the gradient checks and the command
line find it there.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from model.nn.layer import Backward, Context, Floats


class Activation(Protocol):
    """An element-wise function and its derivative.

    Attributes:
        needs_pre_activations: whether `backward` looks at them. If not, a layer's outputs may overwrite them.
    """

    needs_pre_activations: bool

    def forward(self, pre_activations: Floats, out: Floats) -> None:
        """Write the function of `pre_activations` into `out`, which may be the same array; (batch, units)."""

    def backward(self, pre_activations: Floats, outputs: Floats, gradient: Floats) -> None:
        """Turn the gradient by the outputs into that by the pre-activations, in place; all (batch, units)."""


class Sigmoid:
    """1 / (1 + exp(-x)): between 0 and 1; its slope is at most 1/4, so that gradients fade through many layers."""

    needs_pre_activations = False

    def forward(self, pre_activations: Floats, out: Floats) -> None:
        """See `Activation`. Half a tanh of half the sum is the same function, and cannot overflow."""
        np.multiply(pre_activations, 0.5, out=out)
        np.tanh(out, out=out)
        out += 1
        out *= 0.5

    def backward(self, pre_activations: Floats, outputs: Floats, gradient: Floats) -> None:
        """See `Activation`. The slope is y (1 - y)."""
        del pre_activations
        gradient *= outputs
        gradient *= 1 - outputs


class Tanh:
    """The hyperbolic tangent: between -1 and 1, centred on zero (LeCun et al. 1998, "Efficient BackProp")."""

    needs_pre_activations = False

    def forward(self, pre_activations: Floats, out: Floats) -> None:
        """See `Activation`."""
        np.tanh(pre_activations, out=out)

    def backward(self, pre_activations: Floats, outputs: Floats, gradient: Floats) -> None:
        """See `Activation`. The slope is 1 - y^2."""
        del pre_activations
        gradient *= 1 - outputs * outputs


class ReLU:
    """max(0, x): cheap, and its gradient does not fade for large inputs (Nair and Hinton 2010)."""

    needs_pre_activations = False

    def forward(self, pre_activations: Floats, out: Floats) -> None:
        """See `Activation`."""
        np.maximum(pre_activations, 0, out=out)

    def backward(self, pre_activations: Floats, outputs: Floats, gradient: Floats) -> None:
        """See `Activation`. The kink itself counts as flat."""
        del pre_activations
        np.multiply(gradient, outputs > 0, out=gradient)


class LeakyReLU:
    """max(x, x / 100): like ReLU, but a unit that is always below zero still learns (Maas et al. 2013)."""

    needs_pre_activations = False
    SLOPE = 0.01

    def forward(self, pre_activations: Floats, out: Floats) -> None:
        """See `Activation`."""
        np.maximum(pre_activations, pre_activations * self.SLOPE, out=out)

    def backward(self, pre_activations: Floats, outputs: Floats, gradient: Floats) -> None:
        """See `Activation`. The kink itself counts as part of the gentle slope."""
        del pre_activations
        np.multiply(gradient, self.SLOPE, out=gradient, where=outputs <= 0)


class GELU:
    """x times the normal distribution's share below x: a ReLU without a kink (Hendrycks and Gimpel 2016).

    In the paper's own approximation, x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), within 0.0005 of the exact one.
    """

    needs_pre_activations = True
    _FACTOR = math.sqrt(2 / math.pi)
    _CUBIC = 0.044715

    def forward(self, pre_activations: Floats, out: Floats) -> None:
        """See `Activation`."""
        np.multiply(0.5 * pre_activations, 1 + self._tanh(pre_activations), out=out)

    def backward(self, pre_activations: Floats, outputs: Floats, gradient: Floats) -> None:
        """See `Activation`."""
        del outputs
        tanh = self._tanh(pre_activations)
        inner_slope = self._FACTOR * (1 + 3 * self._CUBIC * pre_activations * pre_activations)
        gradient *= 0.5 * (1 + tanh) + 0.5 * pre_activations * (1 - tanh * tanh) * inner_slope

    def _tanh(self, pre_activations: Floats) -> Floats:
        tanh: Floats = np.tanh(self._FACTOR * pre_activations * (1 + self._CUBIC * pre_activations * pre_activations))
        return tanh


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {"sigmoid": Sigmoid(), "tanh": Tanh(), "relu": ReLU(), "leaky-relu": LeakyReLU(), "gelu": GELU()}
)
"""Every activation by the name it has on the command line and in the artifact."""


@dataclass(frozen=True, slots=True)
class Activate:
    """An activation as a layer."""

    activation: Activation

    def forward(self, inputs: Floats, context: Context, /) -> tuple[Floats, Backward]:
        """See `Layer`."""
        outputs = context.empty(inputs.shape, inputs.dtype) if self.activation.needs_pre_activations else inputs
        self.activation.forward(inputs, out=outputs)

        def backward(gradient: Floats, /, *, to_inputs: bool = True) -> Floats:
            del to_inputs
            self.activation.backward(inputs, outputs, gradient)
            return gradient

        return outputs, backward
