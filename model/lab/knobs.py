"""What can be turned in the lab: settings of training within bounds, each with the lecture's formula."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from model.errors import ConfigError
from model.lab.fields import MAX_RATE
from model.optim import OPTIMIZERS
from model.settings import Setting, unknown_setting
from model.training import SETTINGS, TrainingConfig, load_recipe

RECIPE = "lab"
"""The packaged recipe that the lab's defaults are."""

MAX_LAYERS = 4
MAX_UNITS = 256

_NOT_OFFERED = frozenset({"reject-cross-entropy"})
"""What learns from drawings of no digit, of which the lab has none."""


@dataclass(frozen=True, slots=True)
class Knob:
    """A setting of training as the lab offers it.

    Attributes:
        key: the setting's name.
        group: under which heading it stands.
        label: what it is called there.
        formula: of the lecture, in one line of text; empty where there is none.
        low: the least number, or number of units; None for the setting's own bound.
        high: likewise the most.
    """

    key: str
    group: str
    label: str
    formula: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def setting(self) -> Setting:
        """The setting that it is."""
        return _SETTINGS[self.key]

    @property
    def choices(self) -> list[str]:
        """The names that it may be; none for numbers."""
        return [one for one in self.setting.choices if one not in _NOT_OFFERED]

    @property
    def kind(self) -> str:
        """How it is given: units, choice, number, whole, batch (a whole number or full) or switch."""
        kinds = self.setting.kinds
        if self.choices:
            return "choice"
        if tuple[int, ...] in kinds:
            return "units"
        if bool in kinds:
            return "switch"
        if float in kinds:
            return "number"
        return "batch" if self.key == "batch_size" else "whole"

    def check(self, value: Any) -> None:
        """Find out whether the lab takes a value; whether it is one for the setting at all is found out later.

        Raises:
            ConfigError: it does not; the message says what it takes.
        """
        values = value if isinstance(value, list) else [value]
        numbers = [one for one in values if isinstance(one, int | float)]
        low, high = self.low if self.low is not None else -float("inf"), self.high or float("inf")
        if not all(low <= one <= high for one in numbers):
            each = " each" if self.kind == "units" else ""
            raise ConfigError(f"{self.key}: the lab takes {low:g} to {high:g}{each}, not {value}")
        if self.kind == "units" and len(values) > MAX_LAYERS:
            raise ConfigError(f"{self.key}: the lab takes at most {MAX_LAYERS} layers, not {len(values)}")
        if self.choices and value not in self.choices:
            raise ConfigError(f"{self.key}: must be one of {', '.join(self.choices)}, not {value!r}")

    def as_json(self, default: TrainingConfig) -> dict[str, Any]:
        """All that a page needs to offer it."""
        value = attrgetter(self.setting.path)(default)
        usual = _USUAL.get(self.key)
        return {
            "key": self.key,
            "group": self.group,
            "label": self.label,
            "about": _PLAINER.get(self.key, self.setting.about),
            "formula": self.formula,
            "kind": self.kind,
            "choices": self.choices,
            "low": self.low,
            "high": self.high,
            "default": list(value) if isinstance(value, tuple) else value,
            **({"usual": dict(usual)} if usual else {}),
        }


_SETTINGS = {each.key: each for each in SETTINGS}

_PLAINER: Mapping[str, str] = MappingProxyType({"learning_rate": "how far each step goes down the gradient"})
"""What is said of settings that are less here than elsewhere: in the lab the rate follows no schedule."""

_USUAL: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        name: {one: getattr(rule, name) for one, rule in OPTIMIZERS.items()}
        for name in ("learning_rate", "weight_decay")
    }
)
"""Of settings without a default, the optimizers' usual values."""

KNOBS = tuple(
    Knob(*each)
    for each in (
        ("hidden", "network", "Hidden layers", "a = f(W x + b), layer after layer", 1, MAX_UNITS),
        (
            "activation",
            "network",
            "Activation",
            "ReLU: max(0, z) · sigmoid: 1 / (1 + e^−z) · tanh: (e^z − e^−z) / (e^z + e^−z)",
        ),
        ("output", "network", "Output layer", "softmax: yᵢ = e^zᵢ / Σⱼ e^zⱼ · sigmoid: yᵢ = 1 / (1 + e^−zᵢ)"),
        (
            "loss",
            "network",
            "Loss",
            "cross-entropy: −Σₖ yₖ log ŷₖ (binary: − (1 − yₖ) log(1 − ŷₖ), too) · "
            " MSE: 1/n Σ (y − ŷ)² · MAE: 1/n Σ |y − ŷ|",
        ),
        (
            "scaling",
            "network",
            "Preprocessing",
            "unit: x / 255 · symmetric: 2 x / 255 − 1 · center: x − mean · standardize: (x − mean) / deviation",
        ),
        (
            "init",
            "network",
            "First weights",
            "he: deviation √(2 / inputs) · glorot: √(2 / (inputs + outputs)) · normal: 0.05 · zeros: 0",
        ),
        (
            "optimizer",
            "learning",
            "Optimizer",
            "SGD: θ ← θ − α ∇L · momentum: v ← μ v + ∇L, θ ← θ − α v · "
            "Adam: m ← β₁ m + (1 − β₁) ∇L, v ← β₂ v + (1 − β₂) ∇L², θ ← θ − α m̂ / (√v̂ + ε)",
        ),
        ("learning_rate", "learning", "Learning rate α", "θ ← θ − α ∇L(θ)", 1e-7, MAX_RATE),
        ("momentum", "learning", "Momentum μ, β₁", "v ← μ v + ∇L; θ ← θ − α v", 0, 0.999),
        (
            "batch_size",
            "learning",
            "Batch size",
            "∇L ≈ 1/B Σ ∇Lₙ over B images",
            1,
            60_000,
        ),
        ("weight_decay", "learning", "Weight decay λ", "L(θ) + λ/2 ‖W‖²", 0, 10),
        ("dropout", "learning", "Dropout p", "each hidden unit is left out of a step with probability p", 0, 0.9),
        ("batch_norm", "learning", "Batch normalisation", "ẑ = (z − mean of the batch) / deviation of the batch"),
        ("epochs", "data", "Epochs", "one epoch: every image once, in a new order", 1, 100),
        ("limit", "data", "Images", "the total loss is the sum of L_n(θ) over N images", 100, 60_000),
    )
)
"""All of them, in the order of the page."""

_BY_KEY = {knob.key: knob for knob in KNOBS}


def lab_config(values: Mapping[str, Any], seed: int) -> TrainingConfig:
    """The settings of a run in the lab.

    Args:
        values: of knobs by their keys; the others have their defaults.
        seed: of every random choice.

    Raises:
        ConfigError: an unknown knob, or a value that the lab or the setting does not take.
    """
    for key, value in values.items():
        if key not in _BY_KEY:
            raise ConfigError(unknown_setting(key, _BY_KEY))
        _BY_KEY[key].check(value)
    return load_recipe(RECIPE).changed(seed=seed, **values)


def command_of(config: TrainingConfig, data: str, epochs: int | None = None) -> str:
    """The command line that trains the same network, bit for bit on the same machine.

    Args:
        config: settings of the lab.
        data: `sample` or `all`.
        epochs: after which it was ended, if not after all.
    """
    base = load_recipe(RECIPE)
    config = replace(config, stopping=replace(config.stopping, epochs=epochs or config.stopping.epochs))
    words = ["digits", "train", "--recipe", RECIPE, *(["--data", "sample"] if data == "sample" else [])]
    for each in SETTINGS:
        value = attrgetter(each.path)(config)
        if value != attrgetter(each.path)(base) and each.key != "name":
            words += [each.flag] if value is True else [each.flag, _as_word(value)]
    return shlex.join(words)


def _as_word(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
