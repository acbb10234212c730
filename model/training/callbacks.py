"""Who is told how a run goes while it does, and may have a say in it."""

from collections.abc import Callable
from dataclasses import dataclass

from model.nn import Network, Normalization, Parameters
from model.training.checkpoint import Checkpoint
from model.training.progress import History, Progress


@dataclass(frozen=True, slots=True)
class Update:
    """The network after a step, valid only during the call.

    Attributes:
        progress: where training stands.
        step: how many were taken in all.
        loss: of the batch, before the step.
        learning_rate: of the step.
        gradient: of the batch, clipped if it was too long.
        scaling: from grey levels to the network's inputs.
        network: gives the network that computes of images one by one what was learned so far, over parameters that
            the next step changes.
    """

    progress: Progress
    step: int
    loss: float
    learning_rate: float
    gradient: Parameters
    scaling: Normalization
    network: Callable[[], Network]


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What a run calls while it goes on.

    Attributes:
        on_step: after every step.
        on_update: likewise, with the network to be looked at.
        on_epoch: after every whole epoch, the last of the history.
        save: with a checkpoint that is valid only during the call.
        save_seconds: how often, at most, between the first call before the first step and the last at the end.
        stop_requested: asked after every step; True ends the training.
        learning_rate: asked before every step: a rate to take in place of the schedule's, if any.
    """

    on_step: Callable[[Progress], None] = lambda _: None
    on_update: Callable[[Update], None] = lambda _: None
    on_epoch: Callable[[History], None] = lambda _: None
    save: Callable[[Checkpoint], None] = lambda _: None
    save_seconds: float = 15.0
    stop_requested: Callable[[], bool] = lambda: False
    learning_rate: Callable[[], float | None] = lambda: None
