"""What is known of a training run while it goes on and afterwards: plain records, as the log keeps them."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

StoppedBy = Literal["epochs", "time", "patience", "loss-tolerance", "gradient-tolerance", "interrupt"]
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
        best: number of the epoch with the highest score, the later of equals; 0 before the first.
    """

    epochs: list[Epoch] = field(default_factory=list)
    losses: list[tuple[float, float]] = field(default_factory=list)
    best: int = 0

    def add(self, epoch: Epoch) -> bool:
        """Take in an epoch; returns whether it is the best so far."""
        is_best = not self.best or epoch.score >= self.epochs[self.best - 1].score
        self.epochs.append(epoch)
        if is_best:
            self.best = epoch.number
        return is_best

    def epochs_without_improvement(self) -> int:
        """How many epochs have passed since the first that reached the highest score."""
        scores = [epoch.score for epoch in self.epochs]
        return len(scores) - 1 - scores.index(max(scores)) if scores else 0

    def as_json(self) -> dict[str, Any]:
        """In the types of JSON; floats come back bit for bit."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "History":
        """The history that `as_json` gave."""
        epochs = [Epoch(**epoch) for epoch in content["epochs"]]
        return cls(epochs, [(done, loss) for done, loss in content["losses"]], content["best"])
