"""Training to be watched: the trainer's own runs, side by side, each told of while it goes on."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from model.artifact import Artifact
from model.errors import ConfigError
from model.lab.course import Course
from model.lab.fields import Fields, checked_rate
from model.lab.knobs import command_of
from model.lab.looking import Onlooker, read_drawing
from model.lab.stage import Stage
from model.lab.telling import as_figures
from model.lab.turns import Turns
from model.nn import Network, Normalization
from model.training import (
    Callbacks,
    DivergedError,
    Fitted,
    TrainingConfig,
    TrainingData,
    Update,
    fit,
)

_BETWEEN_FRAMES = 0.1
"""Seconds, at least."""

_SHARE_TO_LOOK = 0.25
"""Of the time at most, which looking takes from learning."""

MAX_SECONDS = 120.0
"""Of the processor's, for all runs together."""


class LiveRun:
    """One run, as it is told of while it goes on.

    Args:
        number: of it, from 0.
        config: its settings.
        data: what it learns from.
        source: `sample` or `all`, where that is from; None for what no command line of the lab names.
        turns: which it takes.
        stage: where it is told of.

    Attributes:
        learning_rate: to take in place of the config's from the next step on; None for that.
        watched: number of the validation image that is watched.
        artifact: the weights, once it has ended.
        has_ended: whether it has, and told of it.
    """

    def __init__(
        self, number: int, config: TrainingConfig, data: TrainingData, source: str | None, turns: Turns, stage: Stage
    ) -> None:
        self.learning_rate: float | None = None
        self.watched = 0
        self.artifact: Artifact | None = None
        self.has_ended = False
        self._number = number
        self._config = config
        self._data = data
        self._source = source
        self._turns = turns
        self._stage = stage
        self._onlooker = Onlooker(data.training, data.validation, config.learning.loss)
        self._course = Course()
        self._seen: tuple[Network, Normalization] | None = None
        self._update: Update | None = None
        self._next_frame = 0.0
        self._resumed = 0.0
        self._has_other_rates = False

    def about(self) -> dict[str, Any]:
        """What it is, before it begins."""
        config, architecture = self._config, self._config.architecture
        size, images = config.learning.batch_size, self._data.examples
        batches = 1 if size == "full" else -(-images // size)
        return {
            "sizes": list(architecture.sizes),
            "activation": architecture.activation,
            "output": architecture.output,
            "loss": config.learning.loss,
            "parameters": architecture.parameters,
            "images": images,
            "batches": batches,
            "epochs": config.stopping.epochs,
            "steps": batches * config.stopping.epochs,
            "learning_rate": config.learning.actual_learning_rate,
            "command": self._command(),
        }

    def callbacks(self) -> Callbacks:
        """By which a run is told of, and told what to do."""
        self._resumed = time.thread_time()
        return Callbacks(
            on_update=self._on_update, stop_requested=self._stop_requested, learning_rate=lambda: self.learning_rate
        )

    def train(self) -> None:
        """Go through to the end, and tell of it."""
        self._turns.wait(self._number, steps=0)
        # By the test images nothing is chosen, and here all is.
        data = replace(self._data, test=self._data.test.take(slice(0)))
        try:
            self.end(fit(self._config, data, callbacks=self.callbacks()))
        except DivergedError as error:
            self.end_diverged(error)
        finally:
            self._turns.leave(self._number)

    def end(self, fitted: Fitted) -> None:
        """Tell of the end."""
        run = fitted.run
        self.artifact = fitted.artifact
        self._seen = run.network, run.scaling
        why = "epochs" if run.stopped_by == "epochs" else "time" if self._turns.is_out_of_time else "stopped"
        epochs = len(run.history.epochs)
        repeats = epochs > 0 and not (run.kept_is_cut or self._has_other_rates)
        self._tell_end(
            why=why,
            detail=_ENDINGS[why],
            advice=fitted.advice,
            epochs=epochs,
            validation_accuracy=run.kept_epoch.validation_accuracy,
            command=self._command(epochs) if repeats else None,
        )

    def end_diverged(self, error: DivergedError) -> None:
        """Tell of an end that is none."""
        history = error.history
        if self._update and history.losses:
            self._course.add_loss(self._update.step + 1, history.losses[-1][1])
        self._tell_end(
            why="diverged",
            detail=str(error),
            advice=[],
            epochs=len(history.epochs),
            validation_accuracy=None,
            command=None,
        )

    def set_rate(self, rate: float) -> None:
        """Learn on at another rate: no command line does that."""
        self.learning_rate, self._has_other_rates = rate, True

    def watch(self, number: int) -> None:
        """From now on look at this validation image: at once, since there may be no more steps."""
        self.watched = number
        if self._seen:
            watched = self._onlooker.watch(*self._seen, number)
            self._stage.tell("watched", {"run": self._number, "watched": watched}, keep=False)

    def read(self, strokes: Any) -> dict[str, Any]:
        """What the network of the last frame makes of a drawing.

        Raises:
            DigitsError: there is no network yet, or these are no strokes.
        """
        if self._seen is None:
            raise ConfigError("run: there is no network yet, not even a first step was taken")
        return read_drawing(*self._seen, strokes)

    def so_far(self) -> dict[str, Any]:
        """How it went, for who comes late."""
        return {"run": self._number, **self._course.whole()}

    def _command(self, epochs: int | None = None) -> str | None:
        return command_of(self._config, self._source, epochs) if self._source else None

    def _stop_requested(self) -> bool:
        """At the end of an epoch, where a command line can end as well; when time is up, at once."""
        if self._turns.is_out_of_time:
            return True
        return self._turns.is_stopping and bool(self._update and self._is_whole(self._update))

    def _on_update(self, update: Update) -> None:
        self._update = update
        self._course.add_loss(update.step, update.loss)
        seconds = time.thread_time() - self._resumed
        now = time.monotonic()
        is_end = self._is_whole(update) and (
            update.progress.epoch == self._config.stopping.epochs or self._turns.is_stopping
        )
        if is_end or self._turns.is_last(self._number) or (now >= self._next_frame and self._stage.is_awaited):
            self._tell_frame(update, self._turns.seconds(self._number) + seconds)
            took = time.monotonic() - now
            self._next_frame = now + max(_BETWEEN_FRAMES, took / _SHARE_TO_LOOK)
        self._turns.wait(self._number, seconds)
        self._resumed = time.thread_time()

    def _is_whole(self, update: Update) -> bool:
        """Whether an epoch has just been gone through."""
        return update.progress.images == self._data.examples

    def _tell_frame(self, update: Update, seconds: float) -> None:
        network = update.network()
        network = replace(network, parameters=network.parameters.copy())
        self._seen = network, update.scaling
        place = {
            "step": update.step,
            "epoch": update.progress.epoch,
            "images": update.progress.images,
            "seconds": as_figures(seconds),
            "learning_rate": update.learning_rate,
        }
        sight = self._onlooker.look(network, update.scaling, update.gradient, self.watched)
        self._course.add_measure({**place, **{name: sight[name] for name in ("training", "validation")}})
        frame = {"run": self._number, **place, "losses": self._course.new_losses(), **sight}
        self._stage.tell("frame", frame, keep=False)

    def _tell_end(self, **content: Any) -> None:
        self.has_ended = True
        ended = {"run": self._number, "losses": self._course.new_losses(), **content}
        self._stage.tell("ended", {**ended, "weights": self.artifact is not None})


_ENDINGS: Mapping[str, str] = {
    "epochs": "all epochs are done",
    "stopped": "stopped after the epoch that was under way",
    "time": f"cut off: the lab's {MAX_SECONDS:g} seconds are used up",
}


_COMMANDS = ("pause", "go", "step", "stop", "pace", "learning_rate", "watch", "draw")

_PACES = (0.1, 10_000)
"""Steps a second."""


class LiveTraining:
    """Runs side by side, under way.

    Args:
        configs: of the runs.
        data: of each run.
        source: `sample` or `all`, where that is from; None for what no command line of the lab names.
        stage: where they are told of.
        seconds: of the processor's that they may take together.
        is_paused: whether they wait before their first step.
        is_interrupted: asked while they wait, whether that is to end.
    """

    def __init__(
        self,
        configs: Sequence[TrainingConfig],
        data: Sequence[TrainingData],
        source: str | None,
        stage: Stage,
        *,
        seconds: float = MAX_SECONDS,
        is_paused: bool = False,
        is_interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self.turns = Turns(len(configs), seconds, is_paused=is_paused, is_interrupted=is_interrupted)
        self._stage = stage
        self._validation = len(data[0].validation)
        self.runs = [
            LiveRun(number, config, own, source, self.turns, stage)
            for number, (config, own) in enumerate(zip(configs, data, strict=True))
        ]

    def tell_begun(self, name: str) -> None:
        """Tell what they are, and the name by which they are known."""
        about = [run.about() for run in self.runs]
        self._stage.tell("begun", {"id": name, "runs": about, "validation": self._validation})

    def begin(self) -> list[threading.Thread]:
        """Start them, each in a thread."""
        threads = [threading.Thread(target=run.train, daemon=True) for run in self.runs]
        for thread in threads:
            thread.start()
        return threads

    def so_far(self) -> list[dict[str, Any]]:
        """How each went, for who comes late."""
        return [run.so_far() for run in self.runs]

    @property
    def has_ended(self) -> bool:
        """Whether all have come to an end."""
        return all(run.has_ended for run in self.runs)

    def command(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Do what is asked; gives the reply.

        Raises:
            DigitsError: it is not understood, or cannot be done.
        """
        fields = Fields(asked, ("do", "run", "steps_per_second", "value", "number", "strokes"))
        do = fields.choice("do", "", _COMMANDS)
        if do in {"pause", "go", "step"}:
            self.turns.go({"pause": 0, "go": float("inf"), "step": 1}[do])
            self._stage.tell("state", {"state": "training" if do == "go" else "paused"})
        elif do == "stop":
            self.turns.stop()
        elif do == "pace":
            is_full = asked.get("steps_per_second") is None
            self.turns.pace(None if is_full else fields.number("steps_per_second", 1, *_PACES))
        elif do == "learning_rate":
            rate = checked_rate("value", asked.get("value"))
            for run in self.runs if asked.get("run") is None else [self._run(fields)]:
                run.set_rate(rate)
        elif do == "watch":
            for run in self.runs:
                run.watch(fields.whole("number", 0, 0, 1_000_000))
        else:
            return self._run(fields).read(asked.get("strokes"))
        return {}

    def weights(self, run: Any) -> Artifact:
        """The weights that a run has ended with.

        Raises:
            DigitsError: there is no such run, or it has not.
        """
        artifact = self._run(Fields({"run": run}, ("run",))).artifact
        if artifact is None:
            raise ConfigError("run: it has no weights, or not yet: they come when it has ended")
        return artifact

    def _run(self, fields: Fields) -> LiveRun:
        return self.runs[fields.whole("run", 0, 0, len(self.runs) - 1)]
