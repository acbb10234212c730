"""One step of learning: the gradient of a batch, then a move of the parameters (lecture topics 7 to 10)."""

import math

import numpy as np

from model.nn import Context, Floats, Network, Parameters, sequential
from model.optim import (
    EMA,
    OPTIMIZERS,
    Optimizer,
    ParameterPath,
    clip_gradient,
    gradient_norm,
    loss_and_gradient,
    loss_for,
    schedule_for,
)
from model.training.config import TrainingConfig
from model.training.examples import MicroBatch


class Trainer:
    """A network with all that moves it.

    Args:
        config: the settings.
        network: as it is at first; moved in place.
        planned_steps: over which the learning rate follows its schedule.
        threads: to compute with.

    Attributes:
        gradient: of the last batch.
    """

    def __init__(self, config: TrainingConfig, network: Network, *, planned_steps: int, threads: int) -> None:
        self._config = config
        self._parameters = network.parameters
        self.gradient = network.parameters.zeros_like()
        self._layers = sequential(
            network.architecture,
            self._parameters,
            self.gradient,
            batch_norm=config.learning.batch_norm,
            dropout=config.learning.dropout,
        )
        self._context = Context(threads)
        self._planned_steps = planned_steps
        learning = config.learning
        rule = OPTIMIZERS[learning.optimizer].make(learning.momentum, learning.beta2)
        decay = learning.actual_weight_decay
        self._optimizer = Optimizer(rule, self._parameters, weight_decay=decay, threads=threads)
        self._schedule = schedule_for(
            learning.schedule,
            warm_up=learning.warmup,
            every=learning.step_size / config.stopping.epochs,
            by=learning.gamma,
        )
        decay = learning.ema_decay
        self._average = EMA(self._parameters, decay=decay, threads=threads) if decay else None
        self._path = ParameterPath(self._parameters.flat) if config.keep_path else None
        self._loss = loss_for(config.network.output, learning.loss)
        self._total: Parameters | None = None

    @property
    def kept(self) -> Parameters:
        """What was learned, to be measured and kept: the average, if there is one."""
        return self._average.parameters if self._average else self._parameters

    @property
    def learning_rate(self) -> float:
        """Of the step that comes next: that of the schedule in its middle.

        At its beginning the first step of a warm-up would have a rate of 0, at its end the last of all.
        """
        progress = (self.steps + 0.5) / self._planned_steps
        return self._config.learning.actual_learning_rate * self._schedule.factor(min(progress, 1.0))

    @property
    def steps(self) -> int:
        """How many were taken."""
        return self._optimizer.steps

    def restore(self, steps: int) -> None:
        """Go on after so many steps, the arrays being as they were then."""
        self._optimizer.steps = steps

    def arrays(self) -> dict[str, Floats]:
        """Every number it has to remember from step to step."""
        arrays = {"parameters": self._parameters.flat, "memory": self._optimizer.state}
        if self._average:
            arrays["average"] = self._average.parameters.flat
        if self._path:
            arrays["path"] = self._path.points
        return arrays

    def accumulate(self, micro_batch: MicroBatch) -> float:
        """Add a micro_batch's share to the gradient of its batch; returns its share of the batch's loss."""
        # Overflow shows in the loss and the gradient, which are checked.
        with np.errstate(over="ignore", invalid="ignore"):
            value = loss_and_gradient(
                self._layers,
                self._loss,
                micro_batch.inputs,
                micro_batch.targets,
                self._context,
                masks=micro_batch.masks,
                weight=micro_batch.share,
            )
        if not (micro_batch.starts_batch and micro_batch.ends_batch):
            self._add_to_total(micro_batch)
        return value * micro_batch.share

    def _add_to_total(self, micro_batch: MicroBatch) -> None:
        """Sum the gradients of a batch in pieces; at its end the sum is the gradient."""
        gradient = self.gradient.flat
        if micro_batch.starts_batch or not self._total:
            self._total = self.gradient.copy()
        else:
            self._total.flat += gradient
        if micro_batch.ends_batch:
            gradient[:] = self._total.flat

    def gradient_norm(self) -> float:
        """The length of the gradient of the batch."""
        with np.errstate(over="ignore", invalid="ignore"):
            return gradient_norm(self.gradient)

    def step(self, norm: float, rate: float | None = None) -> float:
        """Move the parameters along the gradient, which has this length; returns the learning rate.

        Args:
            norm: the length.
            rate: to take in place of the schedule's.
        """
        limit = self._config.learning.clip_norm
        if limit is not None and math.isfinite(norm):
            clip_gradient(self.gradient, norm, limit)
        rate = self.learning_rate if rate is None else rate
        with np.errstate(over="ignore", invalid="ignore"):
            self._optimizer.step(self._parameters, self.gradient, rate)
            if self._average:
                self._average.update(self._parameters, self.steps)
        if self._path:
            self._path.record(self._parameters.flat, self.steps)
        return rate
