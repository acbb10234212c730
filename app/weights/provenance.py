"""Where the training data of a weights file comes from, and what a weights file says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from model.artifact import Artifact
from model.settings import by_path

_MNIST = "MNIST: Y. LeCun, C. Cortes, C. J. C. Burges"
_UNIPEN = "UNIPEN train_r01_v07, categories 1a to 1d (Zenodo record 1195803)"
_PENDIGITS = "UCI Pen-Based Recognition of Handwritten Digits"

_ORIGINS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "train-images-idx3-ubyte": ("handwritten digits, as images", _MNIST, "CC BY-SA 3.0"),
        "train-labels-idx1-ubyte": ("labels of these images", _MNIST, "CC BY-SA 3.0"),
        "digits-train.jsonl.gz": ("digits, as pen strokes", f"{_UNIPEN}; {_PENDIGITS}", "CC BY 4.0, both"),
        "not-digits-train.jsonl.gz": ("letters and signs, as pen strokes", _UNIPEN, "CC BY 4.0"),
    }
)
"""What is in the files that the recipes name, whose they are, and their licence."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that weights were trained on.

    Attributes:
        name: of the file.
        sha256: of its content.
        content: what is in it; empty if the file is not one of those the recipes name.
        origin: whose it is, likewise.
        licence: likewise.
    """

    name: str
    sha256: str
    content: str = ""
    origin: str = ""
    licence: str = ""


def data_files(artifact: Artifact) -> list[DataFile]:
    """What the weights were trained on."""
    return [DataFile(name, str(sum_), *_ORIGINS.get(name, ())) for name, sum_ in artifact.data.items()]


def format_metrics(artifact: Artifact) -> dict[str, str]:
    """What was measured when the weights were trained: name to figure, in words."""
    return {_format_name(name): _format_metric(name, value) for name, value in artifact.metrics.items()}


def format_settings(artifact: Artifact) -> dict[str, str]:
    """Every setting of the training that was used, those of a group each by itself; in words."""
    settings = by_path(artifact.config)
    return {
        _format_name(path).replace(".", ": "): _format_value(value)
        for path, value in settings.items()
        if value is not None
    }


def _format_metric(name: str, value: float) -> str:
    is_share = name.endswith(("accuracy", "calibration_error"))
    return f"{100 * value:.2f} %" if is_share else f"{value:.5g}"


def _format_value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _format_name(name: str) -> str:
    return name.replace("_", " ")
