"""What the page `/model` shows: the weights, what was measured of them, and where their training data comes from."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.weights.card import ModelCard, card_beside
from model.artifact import Artifact, packaged_weights
from model.settings import by_path

_MEASURING = "--mnist --strokes digits-dev.jsonl.gz --strokes not-digits-dev.jsonl.gz"

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


@dataclass(frozen=True, slots=True)
class Commands:
    """What to type to get the same, or the figures that are missing.

    Attributes:
        train: makes weights by the same recipe.
        measure: measures the weights, for this page.
        check: prints what a weights file is, with its SHA-256.
    """

    train: str
    measure: str
    check: str


@dataclass(frozen=True, slots=True)
class ModelPage:
    """All that the page shows.

    Attributes:
        artifact: the weights that are served.
        card: what was measured of them; None if nothing was.
        data: the files they were trained on.
        metrics: what was measured in training: name to figure, in words.
        settings: of the training: name to value, in words.
        epoch: the one whose weights were kept; None if the file does not say.
        commands: to make it all again.
    """

    artifact: Artifact
    card: ModelCard | None
    data: list[DataFile]
    metrics: dict[str, str]
    settings: dict[str, str]
    epoch: int | None
    commands: Commands

    def setting(self, path: str) -> Any:
        """A setting of the training as it is in the file, such as `network.hidden`; None if it is not."""
        return by_path(self.artifact.config).get(path)


def build_model_page(artifact: Artifact, card: ModelCard | None, weights: Path) -> ModelPage:
    """The page about some weights.

    Args:
        artifact: the weights.
        card: what was measured of them, if anything was.
        weights: the file they were loaded from.
    """
    # Weights made before the last epoch could be kept say which was the best.
    epoch = artifact.metrics.get("kept_epoch", artifact.metrics.get("best_epoch"))
    return ModelPage(
        artifact=artifact,
        card=card,
        data=[DataFile(name, str(sha256), *_ORIGINS.get(name, ())) for name, sha256 in artifact.data.items()],
        metrics={_format_name(name): _format_metric(name, value) for name, value in artifact.metrics.items()},
        settings=_format_settings(artifact),
        epoch=None if epoch is None else int(epoch),
        commands=_commands(artifact, weights),
    )


def _commands(artifact: Artifact, weights: Path) -> Commands:
    """For the packaged weights, or for a file. Of a file only the name is shown, not its folder."""
    if weights.resolve() == packaged_weights().resolve():
        return Commands("make weights", "make card", "digits describe")
    file, page = shlex.quote(weights.name), shlex.quote(card_beside(weights).name)
    recipe = shlex.quote(artifact.name)
    return Commands(
        train=f"digits train --recipe {recipe} --seed {artifact.seed}",
        measure=f"digits evaluate --weights {file} {_MEASURING} --page {page}",
        check=f"digits describe {file}",
    )


def _format_settings(artifact: Artifact) -> dict[str, str]:
    """Every setting of the training that was used, those of a group each by itself; in words."""
    settings = by_path(artifact.config).items()
    return {
        _format_name(path).replace(".", ": "): _format_value(value) for path, value in settings if value is not None
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
