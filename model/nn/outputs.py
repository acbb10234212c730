"""The output layer: what turns the network's logits into its outputs (lecture topics 5, 6 and 12).

The network ends in logits. Softmax outputs are the probabilities of classes that exclude each other; sigmoid outputs
are ten separate yes-or-no answers, or grey values; linear outputs are the logits themselves, for regression.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from model.nn.activations import Sigmoid as SigmoidFunction
from model.nn.layer import Floats
from model.nn.softmax import softmax


class Output(Protocol):
    """An output activation and its derivative."""

    def forward(self, logits: Floats) -> Floats:
        """The outputs for logits; both (batch, outputs)."""

    def backward(self, outputs: Floats, gradient: Floats) -> None:
        """Turn the gradient by the outputs into that by the logits, in place; both (batch, outputs)."""


class Softmax:
    """Probabilities that sum to one: each output depends on every logit."""

    def forward(self, logits: Floats) -> Floats:
        """See `Output`."""
        return softmax(logits)

    def backward(self, outputs: Floats, gradient: Floats) -> None:
        """See `Output`. The Jacobian is diag(y) - y y^T."""
        gradient -= (gradient * outputs).sum(axis=1, keepdims=True)
        gradient *= outputs


class Sigmoid:
    """Each output between 0 and 1, on its own."""

    _function = SigmoidFunction()

    def forward(self, logits: Floats) -> Floats:
        """See `Output`."""
        outputs = np.empty_like(logits)
        self._function.forward(logits, out=outputs)
        return outputs

    def backward(self, outputs: Floats, gradient: Floats) -> None:
        """See `Output`."""
        self._function.backward(outputs, outputs, gradient)


class Linear:
    """The logits as they are."""

    def forward(self, logits: Floats) -> Floats:
        """See `Output`."""
        return logits

    def backward(self, outputs: Floats, gradient: Floats) -> None:
        """See `Output`: the gradient stays as it is."""


OUTPUTS: Mapping[str, Output] = MappingProxyType({"softmax": Softmax(), "sigmoid": Sigmoid(), "linear": Linear()})
"""Every output layer by the name it has on the command line and in the artifact."""
