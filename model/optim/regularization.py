"""What keeps a network from learning its training images by heart."""

import numpy as np
from numpy.typing import DTypeLike, NDArray

from model.nn import Floats, Parameters

_DROPOUT_STEPS = 2**16
"""Dropout is drawn from 16-bit numbers: the share is kept to within 1/65,536, at a quarter of the cost of floats."""


def one_hot(
    labels: NDArray[np.integer], classes: int, *, smoothing: float = 0.0, dtype: DTypeLike = np.float32
) -> Floats:
    """Targets (batch, classes) for labels (batch,): 1 for the true class, 0 for the others.

    The label -1 is none of the classes: a row of zeros. With label smoothing, that share of the one is spread evenly
    over all classes (Szegedy et al. 2016).
    """
    known = np.flatnonzero(labels >= 0)
    targets = np.zeros((len(labels), classes), dtype)
    targets[known] = smoothing / classes
    targets[known, labels[known]] += 1 - smoothing
    return targets


def dropout_mask(shape: tuple[int, int], share: float, *, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which units (batch, units) stay when each is dropped with this probability (Srivastava et al. 2014)."""
    drawn = np.frombuffer(rng.bytes(2 * shape[0] * shape[1]), np.uint16).reshape(shape)
    return drawn >= min(round(share * _DROPOUT_STEPS), _DROPOUT_STEPS - 1)


def weight_penalty(parameters: Parameters, strength: float) -> float:
    """L2 regularization: strength / 2 times the sum of all squared weights; biases are free."""
    return strength / 2 * sum(float(np.vdot(weight, weight)) for weight in _weights(parameters))


def add_weight_decay(parameters: Parameters, gradient: Parameters, strength: float) -> None:
    """Add the gradient of `weight_penalty`, strength times each weight, to `gradient` in place."""
    for weight, slope in zip(_weights(parameters), _weights(gradient), strict=True):
        slope += strength * weight


def shrink_weights(parameters: Parameters, factor: float) -> None:
    """Multiply every weight, but no bias, by `factor`: decoupled weight decay (Loshchilov and Hutter 2019)."""
    for weight in _weights(parameters):
        weight *= factor


def gradient_norm(gradient: Parameters) -> float:
    """The length of the gradient as one vector; infinite or NaN if any part of it is."""
    return float(np.sqrt(np.dot(gradient.flat, gradient.flat)))


def clip_gradient(gradient: Parameters, norm: float, limit: float) -> None:
    """Shorten a gradient of length `norm` to `limit` if it is longer, in place (Pascanu et al. 2013)."""
    if norm > limit:
        gradient.flat *= limit / norm


def _weights(parameters: Parameters) -> list[Floats]:
    return [view for name, view in parameters.views.items() if name.endswith(".weight")]
