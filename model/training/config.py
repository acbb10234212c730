"""Every setting of a training run, each declared once: one frozen object, from a recipe into the artifact."""

from dataclasses import dataclass, field
from typing import Any, Literal

from model.augmentation import ImageAugmentation, StrokeAugmentation
from model.errors import ConfigError
from model.nn import (
    ACTIVATIONS,
    INITIALIZERS,
    INPUTS,
    OUTPUTS,
    SCALINGS,
    TASK_OUTPUTS,
    Architecture,
    ConvolutionShape,
    convolutions,
)
from model.optim import LOSSES, OPTIMIZERS, REJECT_LOSS, SCHEDULES, TASKS, loss_for, path_points
from model.settings import as_json, check, setting, settings_of, unknown_setting, with_settings

_VALIDATION_SHARE = 6
"""At most one image in so many is held out, so that a small `limit` leaves most for training."""

_REPEATS = "until they make a tenth of the images, 20 at most"

_USUAL = "the optimizer's usual one"

BatchSize = int | Literal["full"]

LOOK_ALIKES = "OoDQCcGUuVvYyJjIil|!/\\'`,()[]SsZzbgqB>Lr"
"""Letters and signs that many people write as they write some digit."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """The network; convolutions come first, then the layers of `hidden`. None of either is softmax regression."""

    channels: tuple[int, ...] = setting((), "channels of each convolution, such as 8,64", ge=1)
    kernel_size: tuple[int, ...] = setting((), "side of each convolution's patch, such as 5,5", ge=1)
    stride: tuple[int, ...] = setting(
        (), "how far it is from each convolution's patch to the next, such as 2,2", ge=1
    )
    hidden: tuple[int, ...] = setting((512, 256), "units of each fully connected hidden layer, such as 128,64", ge=1)
    activation: str = setting("relu", "of the hidden layers", choices=ACTIVATIONS)
    output: str = setting("softmax", "the output layer", choices=OUTPUTS)
    scaling: str = setting("unit", "how grey levels become inputs", choices=SCALINGS)
    init: str = setting("he", "how the first weights are drawn", choices=INITIALIZERS)

    @property
    def convolutions(self) -> tuple[ConvolutionShape, ...]:
        """The layers that the network begins with."""
        return convolutions(self.channels, self.kernel_size, self.stride)


@dataclass(frozen=True, slots=True)
class LearningSettings:
    """How the network learns: what it minimises, by which steps, and what keeps it from learning by heart."""

    loss: str = setting("cross-entropy", "what is minimised", choices=LOSSES)
    optimizer: str = setting("adam", "how the gradient moves the parameters", choices=OPTIMIZERS)
    learning_rate: float | None = setting(None, "alpha, at the schedule's highest point", gt=0, unset=_USUAL)
    momentum: float = setting(0.9, "of momentum and nesterov; Adam's beta1", ge=0, lt=1)
    beta2: float | None = setting(
        None, "decay of RMSProp's and Adam's averages of squared gradients", ge=0, lt=1, unset=_USUAL
    )
    schedule: str = setting("cosine", "how the learning rate changes", choices=SCHEDULES)
    warmup: float = setting(0.05, "share of training over which cosine rises first", ge=0, lt=1)
    step_size: int = setting(5, "epochs from one stair of step to the next", ge=1)
    gamma: float = setting(0.1, "factor of the learning rate at each stair of step", gt=0, le=1)
    batch_size: BatchSize = setting(128, "images a step: 1 is stochastic, full the whole set", ge=1)
    weight_decay: float | None = setting(None, "pull of the weights towards zero", ge=0, unset=_USUAL)
    dropout: float = setting(0.0, "share of the units of hidden layers left out at random in each step", ge=0, lt=1)
    label_smoothing: float = setting(0.0, "share of the truth that is spread over all classes", ge=0, lt=1)
    clip_norm: float | None = setting(None, "a longer gradient is shortened to this length", gt=0, unset="never")
    ema_decay: float = setting(
        0.0, "of a moving average of the weights, which is what is kept; 0 for none", ge=0, lt=1
    )
    batch_norm: bool = setting(default=False, about="normalise the sums of hidden layers over each batch")

    @property
    def actual_learning_rate(self) -> float:
        """The one given, or the optimizer's usual one."""
        return OPTIMIZERS[self.optimizer].learning_rate if self.learning_rate is None else self.learning_rate

    @property
    def actual_weight_decay(self) -> float:
        """The one given, or the optimizer's usual one."""
        return OPTIMIZERS[self.optimizer].weight_decay if self.weight_decay is None else self.weight_decay


@dataclass(frozen=True, slots=True)
class DataSettings:
    """What the network learns from, and what it is measured by while it learns."""

    validation_images: int = setting(5_000, "held out of the images, a sixth of them at most", ge=1)
    limit: int | None = setting(None, "only the first so many images, those held out included", ge=2, unset="all")
    image_repeats: int = setting(
        1, "how often each of MNIST's images comes in an epoch, distorted anew; 0 to do without", ge=0
    )
    strokes: tuple[str, ...] = setting((), "files of drawings to learn from as well")
    dev_strokes: tuple[str, ...] = setting(
        (),
        "files of drawings by other writers, to choose the epoch, calibrate and set thresholds by",
        unset="a tenth of the writers in strokes, a fifth of few",
    )
    stroke_repeats: int | None = setting(
        None, "how often each drawn digit comes in an epoch, drawn anew each time", ge=1, unset=_REPEATS
    )
    images: tuple[str, ...] = setting(
        (), "pictures to learn from as well: folders with a manifest or named by digit (7/a.png), CSV or IDX files"
    )
    picture_repeats: int | None = setting(
        None, "how often each of these comes in an epoch, distorted anew each time", ge=1, unset=_REPEATS
    )
    styled_digits: int = setting(0, "digits in rarer styles that are made for the run", ge=0)
    scribbles: int = setting(0, "drawings of no digit that are made for the run", ge=0)
    signs: int = setting(
        0, "Greek letters, signs, words, touching digits and pieces of digits that are made for the run", ge=0
    )
    pictured_digits: int = setting(
        0, "digits made into photos, screenshots and other pictures, of which the ink is found again", ge=0
    )
    pictured_others: int = setting(0, "letters, signs, type and textures made into such pictures", ge=0)
    replay: float = setting(
        0.9, "of MNIST's images and the new examples, the share of MNIST's, with start_from", ge=0, lt=1
    )
    look_alikes: str = setting(LOOK_ALIKES, "labels that pass for a digit: their drawings teach nothing")

    def held_out(self, images: int) -> int:
        """How many of so many images are held out for validation."""
        return max(1, min(self.validation_images, images // _VALIDATION_SHARE))


@dataclass(frozen=True, slots=True)
class AugmentationSettings:
    """How far the examples are changed, anew in each epoch: images as they are, drawings by drawing them again."""

    images: ImageAugmentation = field(default_factory=ImageAugmentation)
    strokes: StrokeAugmentation = field(default_factory=StrokeAugmentation)


@dataclass(frozen=True, slots=True)
class StoppingSettings:
    """When training ends, and with which weights."""

    epochs: int = setting(15, "passes over the examples, at most", ge=1)
    max_seconds: float | None = setting(None, "seconds of training, validation included", gt=0, unset="no limit")
    patience: int | None = setting(None, "epochs without a new best on the validation images", ge=1, unset="no limit")
    loss_tolerance: float | None = setting(
        None, "least fall of the training loss in an epoch", gt=0, unset="no limit"
    )
    gradient_tolerance: float | None = setting(
        None, "least mean length of the gradient over an epoch", gt=0, unset="no limit"
    )
    keep: str = setting(
        "best", "the epoch whose weights are kept, best by the validation images", choices=("best", "last")
    )


@dataclass(frozen=True, slots=True)
class JudgementSettings:
    """How the verdicts are set once training has ended."""

    uncertain_below: float = setting(
        0.8, "probability of the likeliest digit below which a reading is uncertain", ge=0, le=1
    )
    refused_share: float = setting(0.005, "share of held-out digits that may be called not a digit", ge=0, le=1)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Every setting of a training run, checked; recipe files have tables of these names.

    Raises:
        ConfigError: a value out of range, an unknown name, or settings that make no sense together.
    """

    name: str = setting("small", "of the weights, as the service's replies give it")
    task: str = setting("classifier", "classifier reads the digit, autoencoder draws it again", choices=TASKS)
    seed: int = setting(1, "of every random choice", ge=0)
    start_from: str | None = setting(
        None, "weights to go on from, a file or packaged ones: fine-tuning", unset="random ones"
    )
    keep_path: bool = setting(
        default=False, about="keep the parameters at up to 100 steps, for digits compare --surface"
    )
    network: NetworkSettings = field(default_factory=NetworkSettings)
    learning: LearningSettings = field(default_factory=LearningSettings)
    data: DataSettings = field(default_factory=DataSettings)
    augmentation: AugmentationSettings = field(default_factory=AugmentationSettings)
    stopping: StoppingSettings = field(default_factory=StoppingSettings)
    judgement: JudgementSettings = field(default_factory=JudgementSettings)

    def __post_init__(self) -> None:
        check(self)
        _ = self.architecture  # whose convolutions have to fit into the image
        suitable = TASKS[self.task].output_layers
        if self.network.output not in suitable:
            raise ConfigError(
                f"network.output must be {' or '.join(suitable)} for task {self.task}, not {self.network.output}"
            )
        loss_for(self.network.output, self.learning.loss)
        if self.start_from and self.task != "classifier":
            raise ConfigError(f"start_from needs weights that read digits, not those of task {self.task}")
        if self.start_from and self.learning.batch_norm:
            raise ConfigError("learning.batch_norm is worked into weights, so with start_from it must be false")
        if self.learning.batch_norm and self.learning.batch_size == 1:
            raise ConfigError("learning.batch_size must be at least 2 with learning.batch_norm, not 1")
        if self.keep_path and self.learning.batch_norm:
            raise ConfigError(
                "keep_path keeps parameters without a batch, so learning.batch_norm must be false with it"
            )
        if self.keep_path:
            path_points(self.architecture.parameters)
        self._check_data()

    def _check_data(self) -> None:
        """Find out whether the examples go with each other and with what learns from them."""
        data = self.data
        others = [name for name in ("scribbles", "signs", "pictured_others") if getattr(data, name)]
        if others and self.learning.loss != REJECT_LOSS:
            raise ConfigError(
                f"data.{others[0]} are no digits: only learning.loss {REJECT_LOSS} can learn from them, "
                f"not {self.learning.loss}"
            )
        if others and not (data.strokes or data.styled_digits):
            raise ConfigError(f"data.{others[0]} are made of drawn digits, so data.strokes must name a file of them")
        if (data.strokes or data.dev_strokes or data.styled_digits or data.images) and self.task != "classifier":
            raise ConfigError(f"task {self.task} learns from MNIST alone, not from drawings or other pictures")
        if not (data.image_repeats or data.strokes or data.styled_digits or data.images):
            raise ConfigError("data.image_repeats 0 leaves nothing to learn from without data.images or data.strokes")
        if data.pictured_digits and not (data.strokes or data.styled_digits):
            raise ConfigError(
                "data.pictured_digits are made of drawings too, so data.strokes must name a file of them"
            )

    @property
    def architecture(self) -> Architecture:
        """The network's shape."""
        network = self.network
        convolved = (layer.units for layer in network.convolutions)
        sizes = (INPUTS, *convolved, *network.hidden, TASK_OUTPUTS[self.task])
        return Architecture(sizes, network.activation, network.output, network.convolutions)

    def changed(self, **settings: Any) -> "TrainingConfig":
        """The config with some settings changed, each by its name alone, such as `changed(dropout=0.2, epochs=3)`.

        Those of augmentation go by their path, such as `augmentation.images.rotation`.

        Raises:
            ConfigError: an unknown setting, or a value that makes no sense.
        """
        changes: dict[str, Any] = {}
        for key, value in settings.items():
            if key not in PATHS:
                raise ConfigError(unknown_setting(key, PATHS))
            *tables, name = PATHS[key].split(".")
            place = changes
            for table in tables:
                place = place.setdefault(table, {})
            place[name] = value
        return with_settings(self, changes)

    def as_settings(self) -> dict[str, Any]:
        """What `with_settings` makes this config of, in the types of JSON, with the usual values written out."""
        settings: dict[str, Any] = as_json(self)
        settings["learning"]["learning_rate"] = self.learning.actual_learning_rate
        settings["learning"]["weight_decay"] = self.learning.actual_weight_decay
        return settings


SETTINGS = settings_of(TrainingConfig)
"""Every setting."""

PATHS = {each.key: each.path for each in SETTINGS}
"""The path of each setting by its name alone."""
