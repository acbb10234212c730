"""What the page `/model` speaks of."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.weights.card import ModelCard, card_beside
from app.weights.provenance import DataFile, data_files, format_metrics, format_settings
from model.artifact import Artifact, packaged_weights
from model.settings import by_path

_MEASURING = "--mnist --strokes digits-dev.jsonl.gz --strokes not-digits-dev.jsonl.gz"


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
        data=data_files(artifact),
        metrics=format_metrics(artifact),
        settings=format_settings(artifact),
        epoch=None if epoch is None else int(epoch),
        commands=_commands(artifact, weights),
    )


def _commands(artifact: Artifact, weights: Path) -> Commands:
    """For the packaged weights, or for a file. Of a file only the name is told: where it lies is nobody's affair."""
    if weights.resolve() == packaged_weights().resolve():
        return Commands("make weights", "make card", "digits describe")
    file, page = shlex.quote(weights.name), shlex.quote(card_beside(weights).name)
    recipe = shlex.quote(artifact.name)
    return Commands(
        train=f"digits train --recipe {recipe} --seed {artifact.seed}",
        measure=f"digits evaluate --weights {file} {_MEASURING} --page {page}",
        check=f"digits describe {file}",
    )
