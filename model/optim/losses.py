"""What training minimises (lecture topics 4, 5 and 6): the difference between the network's outputs and the truth.

A loss takes logits, so that the output activation and a logarithm fuse into one stable expression. The squared and
the absolute error need no logarithm: they are taken on the outputs of any output layer. To add a loss: write a class
with this method and enter it in one of the tables at the end; the gradient checks and the command line find it there.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from model.errors import ConfigError
from model.nn import OUTPUTS, Floats, Output, log_softmax, log_sum_exp, softmax


class Loss(Protocol):
    """A measure of the difference between what the network says and the truth, averaged over the batch."""

    def value_and_gradient(self, logits: Floats, targets: Floats, gradient: Floats) -> float:
        """Return the mean loss and write its gradient by the logits into `gradient`.

        Args:
            logits: (batch, outputs).
            targets: (batch, outputs), what the outputs should be: one-hot classes, perhaps smoothed, or pixels.
            gradient: (batch, outputs), overwritten.
        """


class SoftmaxCrossEntropy:
    """Softmax with categorical cross-entropy: the mean over the batch of -sum_k y_k log yhat_k.

    The gradient by the logits is yhat - y, divided by the batch's size; it cannot vanish while the prediction is
    wrong, which is why the pair is used.
    """

    def value_and_gradient(self, logits: Floats, targets: Floats, gradient: Floats) -> float:
        """See `Loss`; each row of `targets` sums to 1."""
        log_probabilities = log_softmax(logits)
        np.exp(log_probabilities, out=gradient)
        gradient -= targets
        gradient /= len(logits)
        return -float(np.vdot(log_probabilities, targets)) / len(logits)


class RejectCrossEntropy:
    """Softmax cross-entropy with one class more, "none of these", whose logit is always 0.

    The network keeps its outputs, and their log-sum-exp becomes the log-odds that the input is one of the classes at
    all: what softmax alone cannot say, since only differences of logits count there. An input of no class has a row
    of zeros as its target. (A reject or background class: Dhamija et al. 2018, "Reducing network agnostophobia".)
    """

    def value_and_gradient(self, logits: Floats, targets: Floats, gradient: Floats) -> float:
        """See `Loss`; each row of `targets` sums to 1, or to 0 for none of the classes."""
        log_total = np.logaddexp(0, log_sum_exp(logits))
        np.exp(logits - log_total[:, None], out=gradient)
        gradient -= targets
        gradient /= len(logits)
        return float(log_total.sum() - np.vdot(logits, targets)) / len(logits)


class SoftmaxBinaryCrossEntropy:
    """Softmax with the lecture's own formula: the mean of -sum_k [y_k log yhat_k + (1 - y_k) log(1 - yhat_k)].

    log(1 - yhat_k) is the logarithm of the other classes' share, so it is taken from a softmax over the others.
    """

    def value_and_gradient(self, logits: Floats, targets: Floats, gradient: Floats) -> float:
        """See `Loss`; each row of `targets` sums to 1. Takes memory for batch x outputs x outputs numbers."""
        log_probabilities = log_softmax(logits)
        # One row for each class, in which that class is left out: (batch, class left out, outputs).
        others = np.repeat(logits[:, None, :], logits.shape[1], axis=1)
        classes = np.arange(logits.shape[1])
        others[:, classes, classes] = -np.inf
        log_complements = log_sum_exp(others) - log_sum_exp(logits)[:, None]
        shares = softmax(others)

        value = np.vdot(targets, log_probabilities) + np.vdot(1 - targets, log_complements)
        probabilities = np.exp(log_probabilities)
        wrong = (1 - targets) * probabilities
        gradient[...] = probabilities - targets + wrong
        gradient -= np.einsum("bk,bkj->bj", wrong, shares)
        gradient /= len(logits)
        return -float(value) / len(logits)


class SigmoidBinaryCrossEntropy:
    """Sigmoids with the lecture's formula: each output is a yes-or-no answer of its own, summed over the outputs.

    -y log s(z) - (1-y) log(1 - s(z)) is max(z, 0) - y z + log(1 + exp(-|z|)), stable for any z; its gradient by z is
    s(z) - y.
    """

    def value_and_gradient(self, logits: Floats, targets: Floats, gradient: Floats) -> float:
        """See `Loss`."""
        value = np.maximum(logits, 0).sum() - np.vdot(targets, logits) + np.log1p(np.exp(-np.abs(logits))).sum()
        gradient[...] = OUTPUTS["sigmoid"].forward(logits)
        gradient -= targets
        gradient /= len(logits)
        return float(value) / len(logits)


class OutputError(Protocol):
    """An error taken on outputs, whatever the layer they come from."""

    def value_and_gradient(self, outputs: Floats, targets: Floats, gradient: Floats) -> float:
        """Return the mean error and write its gradient by the outputs into `gradient`; all (batch, outputs)."""


class MeanSquaredError:
    """(1/n) sum (y - yhat)^2 over every output of every example."""

    def value_and_gradient(self, outputs: Floats, targets: Floats, gradient: Floats) -> float:
        """See `OutputError`."""
        np.subtract(outputs, targets, out=gradient)
        value = float(np.vdot(gradient, gradient)) / gradient.size
        gradient *= 2 / gradient.size
        return value


class MeanAbsoluteError:
    """(1/n) sum |y - yhat| over every output of every example: outliers count less than squared."""

    def value_and_gradient(self, outputs: Floats, targets: Floats, gradient: Floats) -> float:
        """See `OutputError`. At zero error the slope counts as zero."""
        np.subtract(outputs, targets, out=gradient)
        value = float(np.abs(gradient).sum()) / gradient.size
        np.sign(gradient, out=gradient)
        gradient /= gradient.size
        return value


class OnOutputs:
    """An error on the outputs as a loss on the logits, by the chain rule through the output layer."""

    def __init__(self, output: Output, error: OutputError) -> None:
        self._output = output
        self._error = error

    def value_and_gradient(self, logits: Floats, targets: Floats, gradient: Floats) -> float:
        """See `Loss`."""
        outputs = self._output.forward(logits)
        value = self._error.value_and_gradient(outputs, targets, gradient)
        self._output.backward(outputs, gradient)
        return value


REJECT_LOSS = "reject-cross-entropy"
"""The one loss that can learn from what belongs to no class."""

_FUSED: Mapping[tuple[str, str], Loss] = MappingProxyType(
    {
        ("softmax", "cross-entropy"): SoftmaxCrossEntropy(),
        ("softmax", REJECT_LOSS): RejectCrossEntropy(),
        ("softmax", "binary-cross-entropy"): SoftmaxBinaryCrossEntropy(),
        ("sigmoid", "binary-cross-entropy"): SigmoidBinaryCrossEntropy(),
    }
)
_ERRORS: Mapping[str, OutputError] = MappingProxyType({"mse": MeanSquaredError(), "mae": MeanAbsoluteError()})

LOSSES = tuple(dict.fromkeys([*(loss for _, loss in _FUSED), *_ERRORS]))
"""Every loss by the name it has on the command line and in the artifact."""


def loss_for(output: str, loss: str) -> Loss:
    """The loss of this name on an output layer of that name.

    Raises:
        ConfigError: there is no such loss, or it makes no sense on such outputs; the message says what does.
    """
    if loss not in LOSSES:
        raise ConfigError(f"unknown loss '{loss}'; known: {', '.join(LOSSES)}")
    if loss in _ERRORS:
        return OnOutputs(OUTPUTS[output], _ERRORS[loss])
    if (output, loss) not in _FUSED:
        suitable = " or ".join(fused_output for fused_output, fused_loss in _FUSED if fused_loss == loss)
        raise ConfigError(f"loss {loss} needs probabilities: output {suitable}, not {output}")
    return _FUSED[output, loss]
