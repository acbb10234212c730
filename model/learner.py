"""One step of learning: the gradient of a batch, then a move of the parameters (lecture topics 7 to 10)."""

import math

import numpy as np

from model.activations import Floats
from model.averaging import WeightAverage
from model.backpropagation import Workspace, loss_and_gradient
from model.batches import Piece
from model.config import TrainingConfig
from model.losses import loss_for
from model.network import Network
from model.optimizers import OPTIMIZERS, Optimizer
from model.parameters import Parameters
from model.regularization import clip_gradient, gradient_norm
from model.schedules import schedule_for
from model.weight_sharing import SharedParameters


class Learner:
    """A network with all that moves it.

    Args:
        config: the settings.
        network: as it is at first; moved in place.
        largest_piece: images that go through it at once, at most.
        planned_steps: over which the learning rate follows its schedule.
        threads: for the element-wise work.
    """

    def __init__(
        self, config: TrainingConfig, network: Network, *, largest_piece: int, planned_steps: int, threads: int
    ) -> None:
        self._network = network
        self._config = config
        self._parameters = SharedParameters(network.parameters, config.shared_layers)
        self._gradient = SharedParameters(network.parameters.zeros_like(), config.shared_layers)
        self._planned_steps = planned_steps
        rule = OPTIMIZERS[config.optimizer].make(config.momentum, config.squares_decay)
        decay = config.actual_weight_decay
        self._optimizer = Optimizer(rule, self._parameters.once, weight_decay=decay, threads=threads)
        self._schedule = schedule_for(
            config.schedule,
            warm_up=config.warm_up,
            every=config.step_epochs / config.epochs,
            by=config.step_factor,
        )
        self._average = (
            WeightAverage(self._parameters.once, decay=config.average_decay, threads=threads)
            if config.average_decay
            else None
        )
        self._loss = loss_for(config.output, config.loss)
        self._piece_gradient: Parameters | None = None
        self._workspace = Workspace(
            network,
            largest_piece,
            dropout=config.dropout,
            channels=config.channels,
            shared=config.shared_layers,
        )

    @property
    def kept(self) -> Parameters:
        """What was learned, to be measured and kept: the average, if there is one; each shared weight once."""
        return self._average.parameters if self._average else self._parameters.once

    @property
    def learning_rate(self) -> float:
        """Of the step that comes next."""
        return self._config.actual_learning_rate * self._schedule.factor(self.steps / self._planned_steps)

    @property
    def steps(self) -> int:
        """How many were taken."""
        return self._optimizer.steps

    def restore(self, steps: int) -> None:
        """Go on after so many steps, the arrays being as they were then."""
        self._optimizer.steps = steps
        self._parameters.spread()

    def arrays(self) -> dict[str, Floats]:
        """Every number it has to remember from step to step."""
        arrays = {"parameters": self._parameters.once.flat, "memory": self._optimizer.memory}
        return {**arrays, "average": self._average.parameters.flat} if self._average else arrays

    def accumulate(self, piece: Piece) -> float:
        """Add a piece's share to the gradient of its batch; returns its share of the batch's loss."""
        total = target = self._gradient.everywhere
        if not piece.starts_batch:
            self._piece_gradient = self._piece_gradient or total.zeros_like()
            target = self._piece_gradient
        # Overflow shows in the loss and the gradient, which are checked.
        with np.errstate(over="ignore", invalid="ignore"):
            value = loss_and_gradient(
                self._network,
                self._loss,
                piece.inputs,
                piece.targets,
                target,
                self._workspace,
                masks=piece.masks,
                dropout=self._config.dropout,
                weight=piece.share,
            )
        if not piece.starts_batch:
            total.flat += target.flat
        if piece.ends_batch:
            self._gradient.gather()
        return value * piece.share

    def gradient_norm(self) -> float:
        """The length of the gradient of the batch."""
        with np.errstate(over="ignore", invalid="ignore"):
            return gradient_norm(self._gradient.once)

    def step(self, norm: float) -> float:
        """Move the parameters along the gradient, which has this length; returns the learning rate."""
        if self._config.clip_norm is not None and math.isfinite(norm):
            clip_gradient(self._gradient.once, norm, self._config.clip_norm)
        rate = self.learning_rate
        with np.errstate(over="ignore", invalid="ignore"):
            self._optimizer.step(self._parameters.once, self._gradient.once, rate)
            if self._average:
                self._average.update(self._parameters.once, self.steps)
        self._parameters.spread()
        return rate
