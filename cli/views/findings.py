"""What `digits evaluate` found out, for its reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from model.artifact import Artifact
from model.data import LabelledImages
from model.evaluation import DrawnEvaluation, PictureEvaluation, PictureGroup, Step


@dataclass(frozen=True, eq=False)
class Findings:
    """All that `digits evaluate` found out.

    Attributes:
        artifact: the weights.
        mnist: MNIST's test images; None if they were not looked at.
        drawings: file name to what became of its drawings.
        pictures: folder name to what became of its pictures.
        sweeps: how far ink may stray; empty if that was not asked for.
        swept_digits: how many digits each step of the sweeps read.
        figures: all of it as JSON.
    """

    artifact: Artifact
    mnist: LabelledImages | None = None
    drawings: Mapping[str, DrawnEvaluation] = field(default_factory=dict)
    pictures: Mapping[str, PictureEvaluation] = field(default_factory=dict)
    sweeps: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    swept_digits: int = 0
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def picture_kinds(self) -> list[PictureGroup]:
        """The pictures of all folders together, by kind."""
        return PictureEvaluation([one for seen in self.pictures.values() for one in seen.readings]).by_kind
