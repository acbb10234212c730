"""How the gradient moves the parameters (lecture topics 7 to 10).

A rule says what happens to one stretch of numbers; `Optimizer` keeps the rule's memory of earlier steps and walks all
parameters in blocks. To add an optimizer: write a rule and enter it in `OPTIMIZERS`.

Momenta are kept undivided: v = b v + g is (1 - b) times smaller than the averages in the papers, and the factor is
put into the step instead. The numbers are the same, for fewer passes over memory.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from model.activations import Floats
from model.blocks import Blocks
from model.parameters import Parameters
from model.regularization import add_weight_decay, shrink_weights


class Rule(Protocol):
    """What one step does to a stretch of the parameters."""

    @property
    def memories(self) -> int:
        """How many numbers it remembers of each parameter, all zero at first."""

    @property
    def decouples_decay(self) -> bool:
        """Whether weight decay shrinks the weights themselves, rather than adding to their gradient."""

    def update(
        self, theta: Floats, gradient: Floats, memory: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """Move `theta` and its `memory` in place; all arrays of one length.

        Args:
            theta: parameters.
            gradient: of the loss by them; may be overwritten.
            memory: as many arrays as `memories`.
            scratch: to compute in.
            rate: the learning rate of this step.
            step: its number, from 1.
        """


@dataclass(frozen=True, slots=True)
class SGD:
    """Plain gradient descent: theta -= rate * g. Full-batch, mini-batch or stochastic is a matter of the batch."""

    memories = 0
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, memory: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `Rule`."""
        del memory, step
        np.multiply(gradient, rate, out=scratch)
        theta -= scratch


@dataclass(frozen=True, slots=True)
class Momentum:
    """A ball rolling downhill: v = momentum v + g, theta -= rate v (Polyak 1964)."""

    momentum: float
    memories = 1
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, memory: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `Rule`."""
        del step
        (velocity,) = memory
        velocity *= self.momentum
        velocity += gradient
        np.multiply(velocity, rate, out=scratch)
        theta -= scratch


@dataclass(frozen=True, slots=True)
class Nesterov:
    """Momentum that looks ahead: v = momentum v + g, theta -= rate (g + momentum v) (Nesterov 1983)."""

    momentum: float
    memories = 1
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, memory: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `Rule`, in the form of Sutskever et al. 2013."""
        del step
        (velocity,) = memory
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
    memories = 1
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, memory: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `Rule`."""
        del step
        (squares,) = memory
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
    memories = 1
    decouples_decay = False

    def update(
        self, theta: Floats, gradient: Floats, memory: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `Rule`; what is kept is s / (1 - decay)."""
        del step
        (squares,) = memory
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
    memories = 2

    def update(
        self, theta: Floats, gradient: Floats, memory: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `Rule`; what is kept is m / (1-b1) and v / (1-b2)."""
        first, second = memory
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
class OptimizerKind:
    """An optimizer as it is chosen by name.

    Attributes:
        make: its rule, given the settings `momentum` and `squares_decay` (None: the usual one).
        learning_rate: the usual one.
        weight_decay: the usual one.
    """

    make: Callable[[float, float | None], Rule]
    learning_rate: float
    weight_decay: float = 0.0


def _adam(momentum: float, squares_decay: float | None) -> Rule:
    return Adam(momentum, 0.999 if squares_decay is None else squares_decay)


def _adamw(momentum: float, squares_decay: float | None) -> Rule:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""
    return Adam(momentum, 0.999 if squares_decay is None else squares_decay, decouples_decay=True)


def _rmsprop(_momentum: float, squares_decay: float | None) -> Rule:
    return RMSProp(0.99 if squares_decay is None else squares_decay)


OPTIMIZERS: Mapping[str, OptimizerKind] = MappingProxyType(
    {
        "sgd": OptimizerKind(lambda _momentum, _squares_decay: SGD(), 0.1),
        "momentum": OptimizerKind(lambda momentum, _squares_decay: Momentum(momentum), 0.02),
        "nesterov": OptimizerKind(lambda momentum, _squares_decay: Nesterov(momentum), 0.02),
        "adagrad": OptimizerKind(lambda _momentum, _squares_decay: Adagrad(), 0.02),
        "rmsprop": OptimizerKind(_rmsprop, 0.001),
        "adam": OptimizerKind(_adam, 0.001),
        "adamw": OptimizerKind(_adamw, 0.001, weight_decay=0.01),
    }
)
"""Every optimizer by the name it has on the command line."""


class Optimizer:
    """A rule with its memory, at work on one set of parameters.

    Attributes:
        memory: float (memories, parameters), what the rule remembers; with `steps` all there is to save and restore.
        steps: how many were done.
    """

    def __init__(self, rule: Rule, parameters: Parameters, *, weight_decay: float = 0.0, threads: int = 1) -> None:
        self._rule = rule
        self._weight_decay = weight_decay
        self._blocks = Blocks(len(parameters), parameters.flat.dtype, threads=threads)
        self.memory: Floats = np.zeros((rule.memories, len(parameters)), parameters.flat.dtype)
        self.steps = 0

    def step(self, parameters: Parameters, gradient: Parameters, learning_rate: float) -> None:
        """Move `parameters` in place, downhill along `gradient`, which may be overwritten."""
        self.steps += 1
        step, theta, slope, memory = self.steps, parameters.flat, gradient.flat, self.memory
        if self._weight_decay and self._rule.decouples_decay:
            shrink_weights(parameters, 1 - learning_rate * self._weight_decay)
        elif self._weight_decay:
            add_weight_decay(parameters, gradient, self._weight_decay)

        def update(block: slice, scratch: Floats) -> None:
            stretches = [row[block] for row in memory]
            self._rule.update(theta[block], slope[block], stretches, scratch, learning_rate, step)

        self._blocks.apply(update)
