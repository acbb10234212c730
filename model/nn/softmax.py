"""The softmax layer (lecture topic 12): logits become probabilities that are positive and sum to one."""

import numpy as np

from model.nn.layer import Floats


def log_softmax(logits: Floats) -> Floats:
    """The logarithm of `softmax`, stable for logits of any finite size; (batch, classes)."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    logarithms: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return logarithms


def softmax(logits: Floats) -> Floats:
    """y_i = exp(z_i) / sum_j exp(z_j) over the last axis; (batch, classes).

    Taking the largest logit off first changes nothing in the result and keeps exp from overflowing.
    """
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: Floats = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def log_sum_exp(logits: Floats) -> Floats:
    """The logarithm of sum_j exp(z_j) over the last axis, stable; (batch,)."""
    highest = logits.max(axis=-1)
    energies: Floats = highest + np.log(np.exp(logits - highest[..., None]).sum(axis=-1))
    return energies
