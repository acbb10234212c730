"""How a soak went, in figures."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.soak.server import Held
from bench.soak.tally import Tally


@dataclass(frozen=True, slots=True)
class Sample:
    """The service at a moment: seconds since the load was full, what it holds, right answers so far."""

    seconds: float
    held: Held
    answered: int


@dataclass(frozen=True)
class Figures:
    """All that was found out.

    Attributes:
        tally: of every request, and the broken promises.
        samples: at even intervals, one at least.
        reloads: `taken` and `refused`, as the workers count them.
        files_before: that were open before anybody asked.
        files_after: and when nobody asked any more.
        exit_code: None if the service did not end when it was told to.
        seconds_to_stop: until it ended.
    """

    tally: Tally
    samples: Sequence[Sample]
    reloads: dict[str, int]
    files_before: int
    files_after: int
    exit_code: int | None
    seconds_to_stop: float

    @property
    def growth(self) -> float:
        """Memory of the worker that lived throughout: of the last quarter of the samples by the first.

        The median of the first, since the very first may come before all has been used once; the least of the last:
        weights that are loaded take more for a moment, and a leak lifts the least.
        """
        held = [one.held.worker for one in self.samples]
        quarter = max(1, len(held) // 4)
        first, last = statistics.median(held[:quarter]), min(held[-quarter:])
        return last / first if first else float("inf")

    @property
    def slope(self) -> float:
        """And the megabytes that it grew in a minute, by a line through the second half of the samples."""
        half = self.samples[len(self.samples) // 2 :]
        if len(half) < 2:
            return 0.0
        minutes = [one.seconds / 60 for one in half]
        return float(np.polyfit(minutes, [one.held.worker for one in half], 1)[0])

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        tally, first, last = self.tally, self.samples[0], self.samples[-1]
        seconds = last.seconds - first.seconds
        return {
            "seconds": round(seconds, 1),
            "right_per_second": round((last.answered - first.answered) / seconds, 1) if seconds else 0.0,
            "milliseconds": {f"p{percent}": round(tally.percentile(percent), 1) for percent in (50, 99)},
            "seconds_to_look": round(max(tally.looks, default=0.0), 2),
            "outcomes": {
                kind: {how: count for (one, how), count in sorted(tally.outcomes.items()) if one == kind}
                for kind in sorted({kind for kind, _ in tally.outcomes})
            },
            "right_by_weights": dict(tally.by_weights),
            "kills": {"all": len(tally.kills), "over_bad_weights": tally.kills_over_bad_weights},
            "seconds_to_recover": _spread(tally.recoveries),
            "swaps": dict(tally.swaps),
            "reloads": self.reloads,
            "megabytes": _course([one.held.megabytes for one in self.samples]),
            "megabytes_of_a_worker": {
                **_course([one.held.worker for one in self.samples]),
                "growth": round(self.growth, 3),
                "per_minute": round(self.slope, 2),
            },
            "files": {
                "before": self.files_before,
                "most": max(one.held.files for one in self.samples),
                "after": self.files_after,
            },
            "stop": {"exit_code": self.exit_code, "seconds": round(self.seconds_to_stop, 2)},
            "violations": list(tally.violations),
        }


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    return {"median": round(statistics.median(values), 2), "longest": round(max(values), 2)}


def _course(values: Sequence[float]) -> dict[str, float]:
    return {"first": round(values[0], 1), "most": round(max(values), 1), "last": round(values[-1], 1)}
