"""How the gradient moves the parameters (lecture topics 7 to 10).

A rule says what happens to one stretch of numbers; `Optimizer` keeps the rule's state of earlier steps and walks all
parameters in blocks. To add an optimizer: write a rule and enter it in `OPTIMIZERS`.

Momenta are kept undivided: v = b v + g is (1 - b) times smaller than the averages in the papers, and the factor is
put into the step instead. The numbers are the same, for fewer passes over state.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from model.nn import Floats, Parameters
from model.optim.blocks import Blocks
from model.optim.regularization import add_weight_decay, shrink_weights


class UpdateRule(Protocol):
    """What one step does to a stretch of the parameters."""

    @property
    def state_size(self) -> int:
        """How many numbers it remembers of each parameter, all zero at first."""

    @property
    def decouples_decay(self) -> bool:
        """Whether weight decay shrinks the weights themselves, rather than adding to their gradient."""

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """Move `theta` and its `state` in place; all arrays of one length.

        Args:
            theta: parameters.
            gradient: of the loss by them; may be overwritten.
            state: as many arrays as `state_size`.
            scratch: to compute in.
            rate: the learning rate of this step.
            step: its number, from 1.
        """


@dataclass(frozen=True, slots=True)
class SGD:
    """Plain gradient descent: theta -= rate * g. Full-batch, mini-batch or stochastic is a matter of the batch."""

    state_size = 0
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `UpdateRule`."""
        del state, step
        np.multiply(gradient, rate, out=scratch)
        theta -= scratch


@dataclass(frozen=True, slots=True)
class Momentum:
    """A ball rolling downhill: v = momentum v + g, theta -= rate v (Polyak 1964)."""

    momentum: float
    state_size = 1
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `UpdateRule`."""
        del step
        (velocity,) = state
        velocity *= self.momentum
        velocity += gradient
        np.multiply(velocity, rate, out=scratch)
        theta -= scratch


@dataclass(frozen=True, slots=True)
class Nesterov:
    """Momentum that looks ahead: v = momentum v + g, theta -= rate (g + momentum v) (Nesterov 1983)."""

    momentum: float
    state_size = 1
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `UpdateRule`, in the form of Sutskever et al. 2013."""
        del step
        (velocity,) = state
        velocity *= self.momentum
        velocity += gradient
        np.multiply(velocity, self.momentum, out=scratch)
        scratch += gradient
        scratch *= rate
        theta -= scratch


@dataclass(frozen=True, slots=True)
class Adagrad:
    """Smaller steps where gradients have been large: s += g^2, theta -= rate g / (sqrt(s) + 1e-10) (Duchi 2011)."""

    epsilon: float = 1e-10
    state_size = 1
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `UpdateRule`."""
        del step
        (squares,) = state
        np.multiply(gradient, gradient, out=scratch)
        squares += scratch
        np.sqrt(squares, out=scratch)
        scratch += self.epsilon
        np.divide(gradient, scratch, out=scratch)
        scratch *= rate
        theta -= scratch


@dataclass(frozen=True, slots=True)
class RMSProp:
    """Adagrad that forgets: s = decay s + (1 - decay) g^2, theta -= rate g / (sqrt(s) + 1e-8) (Hinton 2012)."""

    decay: float
    epsilon: float = 1e-8
    state_size = 1
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `UpdateRule`; what is kept is s / (1 - decay)."""
        del step
        (squares,) = state
        root = math.sqrt(1 - self.decay)
        squares *= self.decay
        np.multiply(gradient, gradient, out=scratch)
        squares += scratch
        np.sqrt(squares, out=scratch)
        scratch += self.epsilon / root
        np.divide(gradient, scratch, out=scratch)
        scratch *= rate / root
        theta -= scratch


@dataclass(frozen=True, slots=True)
class Adam:
    """Adaptive moments with bias correction (Kingma and Ba 2015; lecture topic 10).

    m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; theta -= rate mb / (sqrt(vb) + 1e-7), where mb and vb are
    m / (1 - b1^t) and v / (1 - b2^t). b1 is the momentum, b2 the decay.
    """

    momentum: float
    decay: float
    decouples_decay: bool = False
    epsilon: float = 1e-7
    state_size = 2

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `UpdateRule`; what is kept is m / (1-b1) and v / (1-b2)."""
        first, second = state
        root = math.sqrt((1 - self.decay) / (1 - self.decay**step))
        first *= self.momentum
        first += gradient
        second *= self.decay
        np.multiply(gradient, gradient, out=scratch)
        second += scratch
        np.sqrt(second, out=scratch)
        scratch += self.epsilon / root
        np.divide(first, scratch, out=scratch)
        scratch *= rate * (1 - self.momentum) / (1 - self.momentum**step) / root
        theta -= scratch


@dataclass(frozen=True, slots=True)
class OptimizerSpec:
    """An optimizer as it is chosen by name.

    Attributes:
        make: its rule, given the settings `momentum` and `squares_decay` (None: the usual one).
        learning_rate: the usual one.
        weight_decay: the usual one.
    """

    make: Callable[[float, float | None], UpdateRule]
    learning_rate: float
    weight_decay: float = 0.0


def _adam(momentum: float, squares_decay: float | None) -> UpdateRule:
    return Adam(momentum, 0.999 if squares_decay is None else squares_decay)


def _adamw(momentum: float, squares_decay: float | None) -> UpdateRule:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""
    return Adam(momentum, 0.999 if squares_decay is None else squares_decay, decouples_decay=True)


def _rmsprop(_momentum: float, squares_decay: float | None) -> UpdateRule:
    return RMSProp(0.99 if squares_decay is None else squares_decay)


OPTIMIZERS: Mapping[str, OptimizerSpec] = MappingProxyType(
    {
        "sgd": OptimizerSpec(lambda _momentum, _squares_decay: SGD(), 0.1),
        "momentum": OptimizerSpec(lambda momentum, _squares_decay: Momentum(momentum), 0.02),
        "nesterov": OptimizerSpec(lambda momentum, _squares_decay: Nesterov(momentum), 0.02),
        "adagrad": OptimizerSpec(lambda _momentum, _squares_decay: Adagrad(), 0.02),
        "rmsprop": OptimizerSpec(_rmsprop, 0.001),
        "adam": OptimizerSpec(_adam, 0.001),
        "adamw": OptimizerSpec(_adamw, 0.001, weight_decay=0.01),
    }
)
"""Every optimizer by the name it has on the command line."""


class Optimizer:
    """A rule with its state, at work on one set of parameters.

    Attributes:
        state: float (state_size, parameters), what the rule remembers; with `steps` all there is to save and restore.
        steps: how many were done.
    """

    def __init__(
        self, rule: UpdateRule, parameters: Parameters, *, weight_decay: float = 0.0, threads: int = 1
    ) -> None:
        self._rule = rule
        self._weight_decay = weight_decay
        self._blocks = Blocks(len(parameters), parameters.flat.dtype, threads=threads)
        self.state: Floats = np.zeros((rule.state_size, len(parameters)), parameters.flat.dtype)
        self.steps = 0

    def step(self, parameters: Parameters, gradient: Parameters, learning_rate: float) -> None:
        """Move `parameters` in place, downhill along `gradient`, which may be overwritten."""
        self.steps += 1
        step, theta, slope, state = self.steps, parameters.flat, gradient.flat, self.state
        if self._weight_decay and self._rule.decouples_decay:
            shrink_weights(parameters, 1 - learning_rate * self._weight_decay)
        elif self._weight_decay:
            add_weight_decay(parameters, gradient, self._weight_decay)

        def update(block: slice, scratch: Floats) -> None:
            stretches = [row[block] for row in state]
            self._rule.update(theta[block], slope[block], stretches, scratch, learning_rate, step)

        self._blocks.apply(update)
