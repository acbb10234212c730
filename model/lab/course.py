"""The course of a run, in as many points as can be seen."""

from typing import Any

from model.lab.telling import as_figures

_MAX_NEW = 400
"""Points of the loss from one frame to the next."""

_MAX_LOSSES = 2_000
_MAX_MEASURES = 400
"""Of the whole course: of more every second one goes."""


class Course:
    """Losses and measures as they come."""

    def __init__(self) -> None:
        self._new: list[tuple[int, float]] = []
        self._losses: list[tuple[int, float]] = []
        self._measures: list[dict[str, Any]] = []

    def add_loss(self, step: int, loss: float) -> None:
        """Take in the loss of a step's batch."""
        self._new.append((step, loss))
        if len(self._new) > _MAX_NEW:
            self._new = _halved(self._new)

    def new_losses(self) -> list[tuple[int, float | None]]:
        """The losses since they were last asked for, by steps; of many, the means of neighbours."""
        new, self._new = self._new, []
        self._losses += new
        if len(self._losses) > _MAX_LOSSES:
            self._losses = _halved(self._losses)
        return [(step, as_figures(loss)) for step, loss in new]

    def add_measure(self, measure: dict[str, Any]) -> None:
        """Take in how good the network was."""
        self._measures.append(measure)
        if len(self._measures) > _MAX_MEASURES:
            self._measures = self._measures[1::2]

    def whole(self) -> dict[str, Any]:
        """All so far, as JSON."""
        return {"losses": [(step, as_figures(loss)) for step, loss in self._losses], "measures": list(self._measures)}


def _halved(losses: list[tuple[int, float]]) -> list[tuple[int, float]]:
    pairs = zip(losses[::2], losses[1::2], strict=False)
    return [(step, (before + loss) / 2) for (_, before), (step, loss) in pairs]
