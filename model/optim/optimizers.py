"""How the gradient moves the parameters (lecture topics 7 to 10).

A rule says what happens to one stretch of numbers; `Optimizer` keeps the rule's state of earlier steps and walks all
parameters in blocks. To add an optimizer: write a rule and enter it in `OPTIMIZERS`.

Momenta are kept undivided: v = b v + g is (1 - b) times smaller than the averages in the papers, and the factor is
put into the step instead. The numbers are the same, for fewer passes over state.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import ClassVar, Self

import numpy as np

from model.nn import Floats, Parameters
from model.optim.blocks import Blocks
from model.optim.regularization import add_weight_decay, shrink_weights


@dataclass(frozen=True)
class UpdateRule(ABC):
    """What one step does to a stretch of the parameters."""

    learning_rate: ClassVar[float]
    """The usual one."""

    weight_decay: ClassVar[float] = 0.0
    """The usual one."""

    state_size: ClassVar[int] = 1
    """How many numbers it remembers of each parameter, all zero at first."""

    adaptive: ClassVar[bool] = False
    """Whether it divides by the size of earlier gradients, so that steps are about as long as the learning rate."""

    decouples_decay: ClassVar[bool] = False
    """Whether weight decay shrinks the weights themselves, rather than adding to their gradient."""

    @classmethod
    def make(cls, momentum: float, beta2: float | None) -> Self:
        """The rule with these settings, as far as it has a use for them; None for its usual one."""
        given = {"momentum": momentum, "beta2": beta2}
        return cls(**{each.name: given[each.name] for each in fields(cls) if given.get(each.name) is not None})

    @abstractmethod
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


@dataclass(frozen=True)
class SGD(UpdateRule):
    """Plain gradient descent: theta -= rate * g. Full-batch, mini-batch or stochastic is a matter of the batch."""

    learning_rate = 0.1
    state_size = 0

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `UpdateRule`."""
        del state, step
        np.multiply(gradient, rate, out=scratch)
        theta -= scratch


@dataclass(frozen=True)
class Momentum(UpdateRule):
    """A ball rolling downhill: v = momentum v + g, theta -= rate v (Polyak 1964)."""

    learning_rate = 0.02
    momentum: float = 0.9

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


@dataclass(frozen=True)
class Nesterov(UpdateRule):
    """Momentum that looks ahead: v = momentum v + g, theta -= rate (g + momentum v) (Nesterov 1983)."""

    learning_rate = 0.02
    momentum: float = 0.9

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


@dataclass(frozen=True)
class Adagrad(UpdateRule):
    """Smaller steps where gradients have been large: s += g^2, theta -= rate g / (sqrt(s) + 1e-10) (Duchi 2011)."""

    learning_rate = 0.02
    adaptive = True
    epsilon: float = 1e-10

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


@dataclass(frozen=True)
class RMSProp(UpdateRule):
    """Adagrad that forgets: s = beta2 s + (1 - beta2) g^2, theta -= rate g / (sqrt(s) + 1e-8) (Hinton 2012)."""

    learning_rate = 0.001
    adaptive = True
    beta2: float = 0.99
    epsilon: float = 1e-8

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `UpdateRule`; what is kept is s / (1 - beta2)."""
        del step
        (squares,) = state
        root = math.sqrt(1 - self.beta2)
        squares *= self.beta2
        np.multiply(gradient, gradient, out=scratch)
        squares += scratch
        np.sqrt(squares, out=scratch)
        scratch += self.epsilon / root
        np.divide(gradient, scratch, out=scratch)
        scratch *= rate / root
        theta -= scratch


@dataclass(frozen=True)
class Adam(UpdateRule):
    """Adaptive moments with bias correction (Kingma and Ba 2015; lecture topic 10).

    m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; theta -= rate mb / (sqrt(vb) + 1e-7), where mb and vb are
    m / (1 - b1^t) and v / (1 - b2^t). b1 is the momentum, b2 is beta2.
    """

    learning_rate = 0.001
    adaptive = True
    state_size = 2
    momentum: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-7

    def update(
        self, theta: Floats, gradient: Floats, state: Sequence[Floats], scratch: Floats, rate: float, step: int
    ) -> None:
        """See `UpdateRule`; what is kept is m / (1-b1) and v / (1-b2)."""
        first, second = state
        root = math.sqrt((1 - self.beta2) / (1 - self.beta2**step))
        first *= self.momentum
        first += gradient
        second *= self.beta2
        np.multiply(gradient, gradient, out=scratch)
        second += scratch
        np.sqrt(second, out=scratch)
        scratch += self.epsilon / root
        np.divide(first, scratch, out=scratch)
        scratch *= rate * (1 - self.momentum) / (1 - self.momentum**step) / root
        theta -= scratch


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

    weight_decay = 0.01
    decouples_decay = True


OPTIMIZERS: Mapping[str, type[UpdateRule]] = MappingProxyType(
    {
        "sgd": SGD,
        "momentum": Momentum,
        "nesterov": Nesterov,
        "adagrad": Adagrad,
        "rmsprop": RMSProp,
        "adam": Adam,
        "adamw": AdamW,
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
