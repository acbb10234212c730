"""What came of every request, and what must not have."""

import statistics
import time
from collections import Counter
from dataclasses import dataclass, field

_AFTER_A_KILL = 1.0
"""Seconds after a worker is killed in which a caller may still ask on a connection that ended with it."""

_MAX_SHOWN = 20


@dataclass
class Tally:
    """Counts, times, and broken promises.

    Attributes:
        outcomes: (kind, outcome) to how often.
        by_weights: SHA-256 of weights to how many right answers came from them.
        milliseconds: of the right answers.
        looks: seconds that pages, health and metrics took.
        kills: when a worker was killed.
        kills_over_bad_weights: how many of them while no good file lay in place.
        recoveries: seconds until all workers were there again.
        swaps: kinds of files that were put in place of the weights.
        in_place: the kind that lies there now.
        violations: promises that were broken, in words.
    """

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_weights: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    kills_over_bad_weights: int = 0
    recoveries: list[float] = field(default_factory=list)
    swaps: Counter[str] = field(default_factory=Counter)
    in_place: str = "good"
    violations: list[str] = field(default_factory=list)
    _broken: list[tuple[float, float, str, str]] = field(default_factory=list)

    def right(self, kind: str, sha256: str, seconds: float) -> None:
        """An answer that is right by the weights that made it."""
        self.outcomes[kind, "right"] += 1
        self.by_weights[sha256] += 1
        self.milliseconds.append(1000 * seconds)

    def refused(self, kind: str, how: str) -> None:
        """A refusal that is one of those promised."""
        self.outcomes[kind, how] += 1

    def looked(self, seconds: float) -> None:
        """A page, health or the metrics have answered."""
        self.outcomes["looking", "seen"] += 1
        self.looks.append(seconds)

    def swapped(self, kind: str) -> None:
        """Another file, or none, lies in place of the weights."""
        self.swaps[kind] += 1
        self.in_place = kind

    def killed(self) -> None:
        """A worker is killed now."""
        self.kills.append(time.monotonic())
        self.kills_over_bad_weights += self.in_place != "good"

    def broken(self, kind: str, error: Exception, asked: float) -> None:
        """A connection that broke off: in order if a worker was killed since it was asked, or just before.

        Args:
            kind: of what was asked.
            error: how it broke off.
            asked: when that was; it is noticed now, which on a busy machine is long after it happened.
        """
        self._broken.append((asked, time.monotonic(), kind, f"{type(error).__name__}: {error}"))

    def violated(self, kind: str, how: str) -> None:
        """A broken promise."""
        self.outcomes[kind, "WRONG"] += 1
        if len(self.violations) < _MAX_SHOWN:
            self.violations.append(f"{kind}: {how}")

    def settle(self) -> None:
        """Tell the broken connections that a kill explains from those that nothing does."""
        for asked, noticed, kind, error in self._broken:
            if any(asked - _AFTER_A_KILL < kill < noticed for kill in self.kills):
                self.outcomes[kind, "cut off by a kill"] += 1
            else:
                after = noticed - asked
                self.violated(
                    kind, f"a connection broke off after {after:.3f} s though no worker was killed: {error}"
                )
        self._broken.clear()

    @property
    def answered(self) -> int:
        """Right answers so far."""
        return len(self.milliseconds)

    def percentile(self, percent: int) -> float:
        """Milliseconds within which so many of a hundred right answers came; 0 if there are too few to tell."""
        if len(self.milliseconds) < 2:
            return 0.0
        return statistics.quantiles(self.milliseconds, n=100)[percent - 1]
