"""How a training run goes, in plain records as the log keeps them, and what ends it."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from model.training.config import StoppingSettings

StoppedBy = Literal["epochs", "time", "patience", "loss-tolerance", "gradient-tolerance", "interrupt", "divergence"]
"""What ended a training: see the settings of the same names, and `max_seconds` for time."""


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
        images: used in it; fewer than there are if training was stopped within it.
        loss: mean over its training images, each as distorted.
        validation_loss: mean over the held-out images, measured right after it.
        validation_accuracy: share 0 to 1 of the held-out images read right; None for an autoencoder.
        learning_rate: of its last step.
        gradient_norm: mean length of the gradient over its steps, before clipping.
        seconds: what its steps took; validation not included.
    """

    number: int
    images: int
    loss: float
    validation_loss: float
    validation_accuracy: float | None
    learning_rate: float
    gradient_norm: float
    seconds: float

    @property
    def score(self) -> float:
        """By which epochs are compared; higher is better."""
        return -self.validation_loss if self.validation_accuracy is None else self.validation_accuracy


@dataclass(slots=True)
class History:
    """The course of a training run so far.

    Attributes:
        epochs: every whole epoch.
        losses: the training loss as it fell: means over a fortieth of an epoch each, by epochs done, in fractions.
        best: number of the epoch with the highest score, the first of equals; 0 before the first.
    """

    epochs: list[Epoch] = field(default_factory=list)
    losses: list[tuple[float, float]] = field(default_factory=list)
    best: int = 0

    def add(self, epoch: Epoch) -> bool:
        """Take in an epoch; returns whether it is the best so far."""
        is_best = not self.best or epoch.score > self.epochs[self.best - 1].score
        self.epochs.append(epoch)
        if is_best:
            self.best = epoch.number
        return is_best

    def epochs_without_improvement(self) -> int:
        """How many epochs have passed since the best."""
        return len(self.epochs) - self.best

    def as_json(self) -> dict[str, Any]:
        """In the types of JSON; floats come back bit for bit."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "History":
        """The history that `as_json` gave."""
        epochs = [Epoch(**epoch) for epoch in content["epochs"]]
        return cls(epochs, [(done, loss) for done, loss in content["losses"]], content["best"])


def stopping_reason(settings: StoppingSettings, history: History, seconds: float) -> StoppedBy | None:
    """What ends the training after its last epoch, if anything does.

    Args:
        settings: the criteria.
        history: at least one epoch.
        seconds: wall time of the training so far, over all its resumptions.
    """
    last = history.epochs[-1]
    if last.number >= settings.epochs:
        return "epochs"
    if settings.gradient_tolerance is not None and last.gradient_norm < settings.gradient_tolerance:
        return "gradient-tolerance"
    if settings.loss_tolerance is not None and len(history.epochs) > 1:
        gained = history.epochs[-2].loss - last.loss
        if gained < settings.loss_tolerance:
            return "loss-tolerance"
    if settings.patience is not None and history.epochs_without_improvement() >= settings.patience:
        return "patience"
    if is_out_of_time(settings, seconds):
        return "time"
    return None


def is_out_of_time(settings: StoppingSettings, seconds: float) -> bool:
    """Whether the training has taken as long as it may."""
    return settings.max_seconds is not None and seconds >= settings.max_seconds
