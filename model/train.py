"""Training: batch after batch until all images are used is one epoch; shuffle and repeat (lecture topic 8)."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.augment import distort
from model.backpropagation import Workspace, loss_and_gradient
from model.config import TrainingConfig
from model.data.mnist import LabelledImages
from model.errors import TrainingError
from model.evaluate import accuracy
from model.losses import LOSSES
from model.network import CLASSES, INPUTS, Network, initialise, scale_pixels
from model.optimizers import OPTIMIZERS
from model.parameters import Parameters
from model.schedules import SCHEDULES

_DIVERGED = 1_000.0
"""A mean loss that no training comes back from: a network that knows nothing has log(10) = 2.3."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands after a step.

    Attributes:
        epoch: the current one, from 1.
        images: how many of its images have been used.
        loss: mean over them.
    """

    epoch: int
    images: int
    loss: float


@dataclass(frozen=True, slots=True)
class Epoch:
    """What an epoch came to.

    Attributes:
        number: from 1.
        loss: mean over its training images, each as distorted.
        validation_accuracy: share 0 to 1 of the held-out images read right after it.
        seconds: what it took, its validation included.
    """

    number: int
    loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Trained:
    """The outcome of training.

    Attributes:
        network: as it was after the best epoch.
        best_epoch: the one with the highest validation accuracy, the later of equals.
        history: every epoch.
        stopped_by: what ended the training.
    """

    network: Network
    best_epoch: Epoch
    history: list[Epoch]
    stopped_by: Literal["epochs", "interrupt"]


def train(
    config: TrainingConfig,
    training: LabelledImages,
    validation: LabelledImages,
    *,
    rng: np.random.Generator,
    on_step: Callable[[Progress], None] = lambda _: None,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
) -> Trained:
    """Train a network and keep it as it was after the epoch that did best on the validation images.

    The same config, images and generator give the same network, bit for bit, on the same machine. Ctrl-C ends the
    training early and cleanly, once one epoch is done.

    Args:
        config: the settings.
        training: preprocessed images to learn from.
        validation: preprocessed images to choose the epoch by; never learned from.
        rng: the source of the first weights, the shuffling and the distortions.
        on_step: called after every step.
        on_epoch: called after every epoch.

    Raises:
        TrainingError: the loss is no number any more, or far beyond any that training comes back from.
        KeyboardInterrupt: Ctrl-C before the first epoch was done.
    """
    network_rng, epochs_rng = rng.spawn(2)
    network = initialise(config.architecture(inputs=INPUTS, outputs=CLASSES), rng=network_rng)
    run = _Run(config, network, training, epochs_rng)
    history: list[Epoch] = []
    best_epoch, best = Epoch(0, math.inf, -1.0, 0.0), network.parameters.copy()
    stopped_by: Literal["epochs", "interrupt"] = "epochs"
    try:
        for number in range(1, config.epochs + 1):
            started = time.monotonic()
            loss = run.epoch(number, on_step)
            score = accuracy(network, validation)
            epoch = Epoch(number, loss, score, time.monotonic() - started)
            history.append(epoch)
            if score >= best_epoch.validation_accuracy:
                best_epoch, best = epoch, network.parameters.copy()
            on_epoch(epoch)
    except KeyboardInterrupt:
        if not history:
            raise
        stopped_by = "interrupt"
    return Trained(Network(network.architecture, best), best_epoch, history, stopped_by)


class _Run:
    """The state that lives from step to step of one training run."""

    def __init__(
        self, config: TrainingConfig, network: Network, training: LabelledImages, rng: np.random.Generator
    ) -> None:
        self._config = config
        self._network = network
        self._inputs = scale_pixels(training.images)
        self._labels = training.labels.astype(np.intp)
        self._rng = rng
        self._loss = LOSSES[config.loss]
        self._schedule = SCHEDULES[config.schedule]
        self._optimizer = OPTIMIZERS[config.optimizer](network.parameters, momentum=config.momentum)
        self._gradient: Parameters = network.parameters.zeros_like()
        self._workspace = Workspace(network, min(config.batch_size, len(training)))
        self._step = 0
        self._steps = config.epochs * math.ceil(len(training) / config.batch_size)

    def epoch(self, number: int, on_step: Callable[[Progress], None]) -> float:
        """Use every image once, in a new order, and return the mean loss."""
        order = self._rng.permutation(len(self._labels))
        total, used = 0.0, 0
        for start in range(0, len(order), self._config.batch_size):
            batch = order[start : start + self._config.batch_size]
            total += self._train_on(batch) * len(batch)
            used += len(batch)
            if not total < _DIVERGED * used:  # NaN is not below anything
                raise TrainingError(
                    f"training diverges: the loss is {total / used:.3g} in epoch {number} after {used:,} images; "
                    f"try a lower learning rate than {self._config.learning_rate:g}"
                )
            on_step(Progress(number, used, total / used))
        return total / used

    def _train_on(self, batch: NDArray[np.int64]) -> float:
        """One step on the images at these indices; returns their mean loss."""
        inputs = self._inputs[batch]
        if not self._config.augmentation.is_identity:
            inputs = distort(inputs, self._config.augmentation, rng=self._rng)
        # Overflow shows in the loss, which is checked.
        with np.errstate(over="ignore", invalid="ignore"):
            loss = loss_and_gradient(
                self._network, self._loss, inputs, self._labels[batch], self._gradient, self._workspace
            )
            rate = self._config.learning_rate * self._schedule(self._step / self._steps)
            self._optimizer.step(self._network.parameters, self._gradient, rate)
        self._step += 1
        return loss
