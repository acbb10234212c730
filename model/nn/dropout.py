"""Dropout: units of a layer left out at random, so that none of them relies on another (Srivastava et al. 2014)."""

from dataclasses import dataclass

import numpy as np

from model.nn.layer import Backward, Context, Floats


@dataclass(frozen=True, slots=True)
class Dropout:
    """Leaves the units that the step's mask says, raised to make up for those that it drops.

    Attributes:
        share: of the units that are dropped.
    """

    share: float

    def forward(self, inputs: Floats, context: Context, /) -> tuple[Floats, Backward]:
        """See `Layer`. The inputs are left as they are: activations look at what they put out."""
        mask, raised = context.next_mask(), 1 / (1 - self.share)
        outputs = context.empty(inputs.shape, inputs.dtype)
        np.multiply(inputs, mask, out=outputs)
        outputs *= raised

        def backward(gradient: Floats, /, *, to_inputs: bool = True) -> Floats:
            del to_inputs
            gradient *= mask
            gradient *= raised
            return gradient

        return outputs, backward
