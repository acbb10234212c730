"""What a training run is told: one frozen object, from a recipe file and the command line into the artifact."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from model.augmentation import ImageAugmentation, StrokeAugmentation
from model.errors import ConfigError
from model.nn import INITIALIZERS, INPUTS, SCALINGS, TASK_OUTPUTS, Architecture, Conv2d, convolutions
from model.optim import OPTIMIZERS, REJECT_LOSS, SCHEDULES, TASKS, loss_for

_MIN_LIMIT = 2
"""Images: one to learn from and one to validate on."""

_VALIDATION_SHARE = 6
"""At most one image in so many is held out, so that a small `limit` leaves most for training."""

BatchSize = int | Literal["full"]

LOOK_ALIKES = "OoDQCcGUuVvYyJjIil|!/\\'`,()[]SsZzbgqB>Lr"
"""Letters and signs that many people write as they write some digit."""

KEEPS = ("best", "last")
"""Epochs whose weights a run may end with."""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Every setting of a training run. Recipe files and the command line use these very names.

    Attributes:
        name: of the weights it makes, as the service's replies give it.
        task: `classifier` reads the digit, `autoencoder` draws it again.
        maps: of each hidden layer that shares its weights, how many units look at one patch; empty for no such layer.
        kernels: of each of them, the side of a patch.
        strides: of each of them, how far it is from a patch to the next.
        hidden: units of each hidden layer after these; empty for none (without maps too: softmax regression).
        activation: of the hidden layers.
        output: the output layer.
        loss: what is minimised.
        scaling: how grey levels become inputs.
        init: how the first weights are drawn.
        optimizer: how the gradient moves the parameters.
        learning_rate: alpha, at the schedule's highest point; None for the optimizer's usual one.
        momentum: 0 to below 1, of momentum and Nesterov; Adam's first decay rate.
        squares_decay: 0 to below 1, of RMSProp's and Adam's averages of squared gradients; None for the usual one.
        schedule: how the learning rate changes.
        warm_up: share of training over which the `cosine` schedule rises first.
        step_epochs: epochs between the stairs of the `step` schedule.
        step_factor: the factor of each stair.
        batch_size: images a step, or "full" for all of them.
        weight_decay: strength of the pull of the weights towards zero; None for the optimizer's usual one.
        dropout: share of the units of `hidden` layers left out at random in each step, 0 to below 1.
        label_smoothing: share of the true class's one that is spread over all classes, 0 to below 1.
        clip_norm: a longer gradient is shortened to this length; None for never.
        keep: which weights a run ends with: those of the `best` epoch on the validation images, or the `last` ones.
        average_decay: how slowly the moving average of the weights forgets, 0 to below 1; 0 for no averaging.
        batch_normalisation: whether the sums of hidden layers are normalised over each batch while training.
        epochs: passes over the training images, at most.
        max_seconds: wall time after which training stops; None for no limit.
        patience: epochs without a new best on the validation images after which training stops; None for no limit.
        loss_tolerance: training stops when an epoch lowers the training loss by less; None for never.
        gradient_tolerance: training stops when the gradient's mean length over an epoch is less; None for never.
        validation_images: held out of the training images to choose the best epoch and to calibrate; at most a sixth
            of them.
        limit: only the first so many training images, those held out included; None for all.
        augmentation: how far each image is distorted anew in each epoch.
        image_repeats: how often each training image comes in an epoch, distorted differently each time.
        strokes: files of drawings to learn from as well; those of no digit need the loss `reject-cross-entropy`.
        dev_strokes: files of drawings by other writers, to choose the best epoch, to calibrate and to set the
            thresholds by; without any, a tenth of the writers in `strokes` is held out.
        stroke_repeats: how often each drawn digit comes in an epoch, drawn differently each time.
        styled_digits: digits in other styles that are made for the run, beside those in `strokes`.
        scribbles: drawings of no digit that are made for the run.
        look_alikes: labels that pass for a digit: their drawings teach neither digits nor what is none.
        redrawing: how far each drawing is changed when it is drawn anew in each epoch.
        uncertain_below: probability of the likeliest digit below which a reading is uncertain.
        refused_share: share of held-out digits that the not-a-digit threshold may refuse.
        seed: of every random choice.

    Raises:
        ConfigError: a value out of range, an unknown name, or names that make no sense together.
    """

    name: str = "small"
    task: str = "classifier"
    maps: tuple[int, ...] = ()
    kernels: tuple[int, ...] = ()
    strides: tuple[int, ...] = ()
    hidden: tuple[int, ...] = (512, 256)
    activation: str = "relu"
    output: str = "softmax"
    loss: str = "cross-entropy"
    scaling: str = "unit"
    init: str = "he"
    optimizer: str = "adam"
    learning_rate: float | None = None
    momentum: float = 0.9
    squares_decay: float | None = None
    schedule: str = "cosine"
    warm_up: float = 0.05
    step_epochs: int = 5
    step_factor: float = 0.1
    batch_size: BatchSize = 128
    weight_decay: float | None = None
    dropout: float = 0.0
    label_smoothing: float = 0.0
    clip_norm: float | None = None
    keep: str = "best"
    average_decay: float = 0.0
    batch_normalisation: bool = False
    epochs: int = 15
    max_seconds: float | None = None
    patience: int | None = None
    loss_tolerance: float | None = None
    gradient_tolerance: float | None = None
    validation_images: int = 5_000
    limit: int | None = None
    augmentation: ImageAugmentation = field(default_factory=ImageAugmentation)
    image_repeats: int = 1
    strokes: tuple[str, ...] = ()
    dev_strokes: tuple[str, ...] = ()
    stroke_repeats: int = 1
    styled_digits: int = 0
    scribbles: int = 0
    look_alikes: str = LOOK_ALIKES
    redrawing: StrokeAugmentation = field(default_factory=StrokeAugmentation)
    uncertain_below: float = 0.8
    refused_share: float = 0.005
    seed: int = 1

    def __post_init__(self) -> None:
        self._require_names()
        self._require_positive(
            "learning_rate", "clip_norm", "max_seconds", "loss_tolerance", "gradient_tolerance", "step_factor"
        )
        self._require_counts("epochs", "step_epochs", "patience", "validation_images")
        self._require_counts("image_repeats", "stroke_repeats")
        for setting in ("styled_digits", "scribbles"):
            _require(getattr(self, setting) >= 0, f"{setting} must be 0 or more", getattr(self, setting))
        _require(self.step_factor <= 1, "step_factor must be at most 1", self.step_factor)
        self._require_below_one("momentum", "squares_decay", "warm_up", "dropout", "label_smoothing", "average_decay")
        for setting in ("uncertain_below", "refused_share"):
            _require(0 <= getattr(self, setting) <= 1, f"{setting} must lie in 0 to 1", getattr(self, setting))
        full_or_count = self.batch_size == "full" or self.batch_size >= 1
        _require(full_or_count, "batch_size must be at least 1, or full", self.batch_size)
        _require(
            not self.batch_normalisation or self.batch_size != 1,
            "batch_size must be at least 2 with batch_normalisation",
            self.batch_size,
        )
        _require(
            self.weight_decay is None or 0 <= self.weight_decay < float("inf"),
            "weight_decay must be 0 or more",
            self.weight_decay,
        )
        enough = self.limit is None or self.limit >= _MIN_LIMIT
        _require(enough, f"limit must be at least {_MIN_LIMIT}, one to train on and one to validate on", self.limit)
        _require(self.seed >= 0, "seed must be 0 or more", self.seed)

    @property
    def architecture(self) -> Architecture:
        """The network's shape."""
        convolved = (layer.units for layer in self.convolutions)
        return Architecture((INPUTS, *convolved, *self.hidden, TASK_OUTPUTS[self.task]), self.activation, self.output)

    @property
    def convolutions(self) -> tuple[Conv2d, ...]:
        """The first hidden layers, those that share their weights."""
        return convolutions(self.maps, self.kernels, self.strides)

    @property
    def channels(self) -> tuple[int, ...]:
        """Of each hidden layer, how many means and deviations batch normalisation takes; empty without it."""
        return (*self.maps, *self.hidden) if self.batch_normalisation else ()

    @property
    def actual_learning_rate(self) -> float:
        """The one given, or the optimizer's usual one."""
        return OPTIMIZERS[self.optimizer].learning_rate if self.learning_rate is None else self.learning_rate

    @property
    def actual_weight_decay(self) -> float:
        """The one given, or the optimizer's usual one."""
        return OPTIMIZERS[self.optimizer].weight_decay if self.weight_decay is None else self.weight_decay

    def held_out(self, images: int) -> int:
        """How many of so many images are held out for validation."""
        return max(1, min(self.validation_images, images // _VALIDATION_SHARE))

    def as_settings(self) -> dict[str, Any]:
        """What `with_settings` makes this config of, in the types of JSON, with the usual values written out."""
        return {
            **{name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()},
            "learning_rate": self.actual_learning_rate,
            "weight_decay": self.actual_weight_decay,
        }

    def _require_names(self) -> None:
        _require(all(units >= 1 for units in self.hidden), "hidden layers must have at least 1 unit", self.hidden)
        _require_known("task", self.task, TASK_OUTPUTS)
        _ = self.architecture  # it knows the activations and outputs
        _require_known("scaling", self.scaling, SCALINGS)
        _require_known("init", self.init, INITIALIZERS)
        _require_known("optimizer", self.optimizer, OPTIMIZERS)
        _require_known("schedule", self.schedule, SCHEDULES)
        _require_known("keep", self.keep, KEEPS)
        suitable = TASKS[self.task].output_layers
        if self.output not in suitable:
            raise ConfigError(f"task {self.task} needs output {' or '.join(suitable)}, not {self.output}")
        loss_for(self.output, self.loss)
        if self.scribbles and self.loss != REJECT_LOSS:
            raise ConfigError(
                f"scribbles are no digits: only loss {REJECT_LOSS} can learn from them, not {self.loss}"
            )
        draws = self.strokes or self.dev_strokes or self.styled_digits
        if self.scribbles and not self.strokes:
            raise ConfigError("scribbles are made of drawn digits, so strokes must name a file of them")
        if draws and self.task != "classifier":
            raise ConfigError(f"task {self.task} learns from MNIST alone, not from drawings")

    def _require_positive(self, *settings: str) -> None:
        for setting in settings:
            value = getattr(self, setting)
            _require(value is None or 0 < value < float("inf"), f"{setting} must be above 0", value)

    def _require_counts(self, *settings: str) -> None:
        for setting in settings:
            value = getattr(self, setting)
            _require(value is None or value >= 1, f"{setting} must be at least 1", value)

    def _require_below_one(self, *settings: str) -> None:
        for setting in settings:
            value = getattr(self, setting)
            _require(value is None or 0 <= value < 1, f"{setting} must be at least 0 and below 1", value)


def _require(holds: bool, rule: str, value: object) -> None:
    if not holds:
        raise ConfigError(f"{rule}, not {value}")


def _require_known(setting: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise ConfigError(f"unknown {setting} '{name}'; known: {', '.join(known)}")
