"""Whose turn it is: runs side by side that take steps for the same time, and stop where they are told to."""

import math
import time
from collections.abc import Callable
from threading import Condition

_AHEAD = 0.02
"""Seconds of the processor's that a run may be ahead of another."""


_LOOK_SECONDS = 0.2
"""How often one who waits asks whether that is still wanted."""


class Turns:
    """Lets runs, each in a thread of its own, take steps or wait.

    Args:
        runs: how many there are.
        seconds: of the processor's that they may take together.
        is_paused: whether they are to wait before their first step.
        is_interrupted: asked now and then while one waits; nobody waits any longer if so.

    Attributes:
        is_stopping: whether they are to end with the epoch that they are in.
    """

    def __init__(
        self,
        runs: int,
        seconds: float,
        *,
        is_paused: bool = False,
        is_interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self._condition = Condition()
        self._seconds = [0.0] * runs
        self._granted = [0.0 if is_paused else math.inf] * runs
        self._is_going = [True] * runs
        self._due = [0.0] * runs
        self._gap = 0.0
        self._most_seconds = seconds
        self._is_interrupted = is_interrupted
        self.is_stopping = False

    @property
    def is_out_of_time(self) -> bool:
        """Whether they have taken all the time they may."""
        return sum(self._seconds) >= self._most_seconds

    def seconds(self, run: int) -> float:
        """That a run has taken."""
        return self._seconds[run]

    def is_last(self, run: int) -> bool:
        """Whether a run waits after the step that it is in."""
        return self._granted[run] <= 1

    def wait(self, run: int, seconds: float = 0.0, *, steps: int = 1) -> None:
        """Return when it is a run's turn to take its next step.

        Args:
            run: its number.
            seconds: that it took for what it did since it last had its turn.
            steps: that this was; 0 before the first.
        """
        with self._condition:
            self._seconds[run] += seconds
            self._granted[run] = max(0.0, self._granted[run] - steps)
            self._due[run] = time.monotonic() + steps * self._gap
            self._condition.notify_all()
            while not self._may_go(run):
                late = self._due[run] - time.monotonic()
                self._condition.wait(min(late, _LOOK_SECONDS) if late > 0 else _LOOK_SECONDS)

    def leave(self, run: int) -> None:
        """A run has ended."""
        with self._condition:
            self._is_going[run] = False
            self._condition.notify_all()

    def go(self, steps: float = math.inf) -> None:
        """Have each run take so many steps."""
        with self._condition:
            self._granted = [steps] * len(self._granted)
            self._condition.notify_all()

    def stop(self) -> None:
        """Have each run end with its epoch."""
        with self._condition:
            self.is_stopping = True
            self._condition.notify_all()

    def pace(self, steps_per_second: float | None) -> None:
        """Have each run take no more than so many steps in a second; None for as many as it can."""
        with self._condition:
            self._gap = 1 / steps_per_second if steps_per_second else 0.0
            self._due = [min(due, time.monotonic() + self._gap) for due in self._due]
            self._condition.notify_all()

    def _may_go(self, run: int) -> bool:
        if self.is_stopping or self.is_out_of_time or self._is_interrupted():
            return True
        if not self._granted[run] or time.monotonic() < self._due[run]:
            return False
        if self._gap:
            return True
        others = zip(self._seconds, self._is_going, self._granted, strict=True)
        return self._seconds[run] <= _AHEAD + min(taken for taken, going, granted in others if going and granted)
