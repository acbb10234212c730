"""Settings of training as they were written before they stood in tables: in weights files, runs and recipes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_TABLES: Mapping[str, str] = MappingProxyType(
    {
        "network": "maps kernels strides hidden activation output scaling init",
        "learning": "loss optimizer learning_rate momentum squares_decay schedule warm_up step_epochs step_factor "
        "batch_size weight_decay dropout label_smoothing clip_norm average_decay batch_normalisation",
        "data": "validation_images limit image_repeats strokes dev_strokes stroke_repeats styled_digits scribbles "
        "look_alikes",
        "stopping": "epochs max_seconds patience loss_tolerance gradient_tolerance keep",
        "judgement": "uncertain_below refused_share",
    }
)

RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "maps": "channels",
        "kernels": "kernel_size",
        "strides": "stride",
        "average_decay": "ema_decay",
        "squares_decay": "beta2",
        "step_epochs": "step_size",
        "step_factor": "gamma",
        "warm_up": "warmup",
        "batch_normalisation": "batch_norm",
    }
)
"""The settings that had other names."""

PATHS: Mapping[str, str] = MappingProxyType(
    {
        **{old: f"{table}.{RENAMED.get(old, old)}" for table, names in _TABLES.items() for old in names.split()},
        "augmentation": "augmentation.images",
        "redrawing": "augmentation.strokes",
    }
)
"""Where each setting stands now."""


def is_flat(settings: Mapping[str, Any]) -> bool:
    """Whether settings are in the form without tables. `augmentation` always was one, with other settings in it."""
    augmentation = settings.get("augmentation")
    is_old = isinstance(augmentation, Mapping) and bool(augmentation.keys() - {"images", "strokes"})
    return is_old or any(name in settings for name in PATHS if name != "augmentation")


def in_tables(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings in the form of today, from either form."""
    if not is_flat(settings):
        return dict(settings)
    tables: dict[str, Any] = {}
    for name, value in settings.items():
        table, _, setting = PATHS.get(name, name).partition(".")
        if setting:
            tables.setdefault(table, {})[setting] = value
        else:
            tables[name] = value
    return tables
