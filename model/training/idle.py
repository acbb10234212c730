"""Settings that count only beside others: which of those chosen have no effect, and what they need."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from operator import attrgetter

from model.optim import OPTIMIZERS, REJECT_LOSS
from model.settings import Setting
from model.training.config import SETTINGS, TrainingConfig


@dataclass(frozen=True, slots=True)
class _Need:
    """What some settings need.

    Attributes:
        paths: of the settings, or of the table they stand in.
        met: whether a config has it.
        words: what it is.
    """

    paths: tuple[str, ...]
    met: Callable[[TrainingConfig], bool]
    words: str


def _with_field(name: str) -> tuple[str, ...]:
    """The optimizers whose rule has such a number."""
    return tuple(one for one, rule in OPTIMIZERS.items() if name in {each.name for each in fields(rule)})


def _optimizer_with(name: str) -> _Need:
    known = _with_field(name)
    return _Need(
        (f"learning.{name}",), lambda one: one.learning.optimizer in known, f"learning.optimizer {_or(known)}"
    )


def _schedule(name: str, *settings: str) -> _Need:
    paths = tuple(f"learning.{one}" for one in settings)
    return _Need(paths, lambda one: one.learning.schedule == name, f"learning.schedule {name}")


def _or(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _draws(config: TrainingConfig) -> bool:
    return bool(config.data.strokes or config.data.styled_digits)


_NEEDS = (
    _optimizer_with("momentum"),
    _optimizer_with("beta2"),
    _schedule("cosine", "warmup"),
    _schedule("step", "step_size", "gamma"),
    _Need(
        ("learning.step_size", "learning.gamma"),
        lambda one: one.learning.step_size < one.stopping.epochs,
        "learning.step_size below stopping.epochs",
    ),
    _Need(("learning.dropout",), lambda one: bool(one.network.hidden), "units in network.hidden"),
    _Need(
        ("learning.batch_norm", "network.activation"),
        lambda one: len(one.architecture.sizes) > 2,
        "a hidden layer: network.hidden or network.channels",
    ),
    _Need(("learning.label_smoothing", "judgement"), lambda one: one.task == "classifier", "task classifier"),
    _Need(("data.stroke_repeats",), lambda one: bool(one.data.strokes), "data.strokes"),
    _Need(("data.replay",), lambda one: bool(one.start_from), "start_from"),
    _Need(("data.picture_repeats",), lambda one: bool(one.data.images), "data.images"),
    _Need(
        ("data.look_alikes",),
        lambda one: bool(one.data.strokes) and one.learning.loss == REJECT_LOSS,
        f"data.strokes and learning.loss {REJECT_LOSS}",
    ),
    _Need(
        ("augmentation.strokes", "data.scribbles", "data.signs", "data.pictured_digits", "data.pictured_others"),
        _draws,
        "data.strokes or data.styled_digits",
    ),
    _Need(
        ("augmentation.images.bend_width",),
        lambda one: one.augmentation.images.bend > 0,
        "augmentation.images.bend above 0",
    ),
    _Need(
        ("augmentation.images.untouched", "augmentation.images.normalised"),
        lambda one: not one.augmentation.images.is_identity,
        "another distortion in augmentation.images",
    ),
    _Need(
        ("stopping.patience",),
        lambda one: (one.stopping.patience or 0) < one.stopping.epochs,
        "stopping.epochs above it",
    ),
)


def settings_without_effect(config: TrainingConfig, chosen: Iterable[str] = ()) -> list[str]:
    """A line for each setting that was chosen and has no effect beside the others, with what it needs.

    Args:
        config: the settings.
        chosen: paths of those that were named, whatever their values; all that are not the default count as well.
    """
    chosen = set(chosen)
    return [
        f"{each.path} has no effect: it needs {need.words}"
        for each in SETTINGS
        for need in _unmet(each, config)
        if each.path in chosen or attrgetter(each.path)(config) != each.default
    ]


def _unmet(setting: Setting, config: TrainingConfig) -> list[_Need]:
    """The first of a setting's needs that is not met, if any."""
    needs = (need for need in _NEEDS if setting.path in need.paths or setting.table in need.paths)
    return [need for need in needs if not need.met(config)][:1]
