"""What training minimises (lecture topics 4 and 5).

A loss takes logits, not probabilities, so that the output activation and the logarithm fuse into one stable
expression. To add one: write a class with this method and enter it in `LOSSES`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.activations import Floats
from model.softmax import log_softmax


class Loss(Protocol):
    """A measure of the difference between what the network says and the truth, averaged over the batch."""

    def value_and_gradient(self, logits: Floats, labels: NDArray[np.integer], gradient: Floats) -> float:
        """Return the mean loss and write its gradient by the logits into `gradient`.

        Args:
            logits: (batch, classes).
            labels: (batch,), the index of the true class.
            gradient: (batch, classes), overwritten.
        """


class CrossEntropy:
    """Softmax with categorical cross-entropy: the mean of -log P(true class).

    The gradient by the logits is softmax(z) - y, divided by the batch's size; it cannot vanish while the
    prediction is wrong, which is why the pair is used.
    """

    def value_and_gradient(self, logits: Floats, labels: NDArray[np.integer], gradient: Floats) -> float:
        """See `Loss`."""
        log_probabilities = log_softmax(logits)
        rows = np.arange(len(labels))
        np.exp(log_probabilities, out=gradient)
        gradient[rows, labels] -= 1
        gradient /= len(labels)
        return -float(log_probabilities[rows, labels].mean())


LOSSES: Mapping[str, Loss] = MappingProxyType({"cross-entropy": CrossEntropy()})
"""Every loss by the name it has on the command line and in the artifact."""
