"""The fully connected layer: each unit has a weight for each input (lecture topic 2)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.nn.layer import Backward, Context, Floats

_WORTH_GATHERING = 4
"""Gathering the weights of what is not 0 pays where it is at most one in so many."""

_COLUMNS = 256
"""Of a product, computed at once by a thread: fewer, and reading the other matrix again costs more than is gained."""

_WORTH_CUTTING = 2**23
"""Multiplications: with fewer, waking another thread costs more than it saves."""


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """x W + b.

    Attributes:
        weight: (inputs, units).
        bias: (units,); None if the layer after it has one.
        weight_gradient: where `forward`'s way back writes the gradient; None if nobody wants it.
        bias_gradient: likewise.
    """

    weight: Floats
    bias: Floats | None
    weight_gradient: Floats | None = None
    bias_gradient: Floats | None = None

    def weights_of(self, units: Sequence[int]) -> Floats:
        """What each input is multiplied by for some units, (inputs, units)."""
        return self.weight[:, units]

    def predict(self, inputs: Floats, *, at_once: bool = False) -> Floats:
        """The outputs (batch, units), bit for bit those of each image alone, unless `at_once`: then in less time.

        Each row is a product of its own: what one product of all says of a row depends on how many there are, in the
        last digits. A row takes as long as reading the weights from memory. Many of its values are 0, paper or units
        that ReLU keeps silent, and what these are multiplied by needs no reading.
        """
        weight = self.weight
        if at_once:
            outputs = inputs @ weight
        else:
            outputs = np.empty((len(inputs), weight.shape[1]), np.result_type(inputs, weight))
            for row, out in zip(inputs, outputs, strict=True):
                used = row.nonzero()[0]
                if _WORTH_GATHERING * len(used) < len(row):
                    np.dot(row[used], weight.take(used, axis=0), out=out)
                else:
                    np.dot(row, weight, out=out)
        if self.bias is not None:
            outputs += self.bias
        return outputs

    def forward(self, inputs: Floats, context: Context, /) -> tuple[Floats, Backward]:
        """See `Layer`."""
        weight = self.weight
        outputs = context.empty((len(inputs), weight.shape[1]), weight.dtype)
        columns = _COLUMNS if len(inputs) * weight.size >= _WORTH_CUTTING else max(weight.shape)

        def multiply(units: slice) -> None:
            np.matmul(inputs, weight[:, units], out=outputs[:, units])
            if self.bias is not None:
                outputs[:, units] += self.bias[units]

        context.each(multiply, weight.shape[1], columns)

        def backward(gradient: Floats, /, *, to_inputs: bool = True) -> Floats:
            by_inputs = context.empty(inputs.shape, weight.dtype)

            def multiply(rows: slice) -> None:
                if self.weight_gradient is not None:
                    np.matmul(inputs[:, rows].T, gradient, out=self.weight_gradient[rows])
                if to_inputs:
                    np.matmul(gradient, weight[rows].T, out=by_inputs[:, rows])

            context.each(multiply, weight.shape[0], columns)
            if self.bias_gradient is not None:
                np.sum(gradient, axis=0, out=self.bias_gradient)
            return by_inputs

        return outputs, backward
