"""What came of every request, and what must not have."""

import statistics
import time
from collections import Counter
from dataclasses import dataclass, field

_AROUND_A_KILL = 3.0
"""Seconds before and after a worker is killed in which connections may break off."""

_MOST_TOLD = 20


@dataclass
class Tally:
    """Counts, times, and broken promises.

    Attributes:
        outcomes: (kind, outcome) to how often.
        milliseconds: of the right answers.
        kills: when a worker was killed.
        recoveries: seconds until all workers were there again.
        swaps: kinds of files that were put in place of the weights.
        violations: promises that were broken, in words.
    """

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    swaps: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    _broken: list[tuple[float, str, str]] = field(default_factory=list)

    def right(self, kind: str, seconds: float) -> None:
        """An answer that is right."""
        self.outcomes[kind, "right"] += 1
        self.milliseconds.append(1000 * seconds)

    def refused(self, kind: str, how: str) -> None:
        """A refusal that is one of those promised."""
        self.outcomes[kind, how] += 1

    def broken(self, kind: str, error: Exception) -> None:
        """A connection that broke off: in order near a kill, and only there."""
        self._broken.append((time.monotonic(), kind, f"{type(error).__name__}: {error}"))

    def violated(self, kind: str, how: str) -> None:
        """A broken promise."""
        self.outcomes[kind, "WRONG"] += 1
        if len(self.violations) < _MOST_TOLD:
            self.violations.append(f"{kind}: {how}")

    def settle(self) -> None:
        """Tell the broken connections that a kill explains from those that nothing does."""
        for when, kind, error in self._broken:
            if any(abs(when - kill) < _AROUND_A_KILL for kill in self.kills):
                self.outcomes[kind, "cut off by a kill"] += 1
            else:
                self.violated(kind, f"a connection broke off though no worker was killed: {error}")
        self._broken.clear()

    @property
    def answered(self) -> int:
        """Right answers so far."""
        return len(self.milliseconds)

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the right answers came."""
        if len(self.milliseconds) < 2:
            return float("nan")
        return statistics.quantiles(self.milliseconds, n=100)[round(100 * share) - 1]
