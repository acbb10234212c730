"""Training as one watches it: a moving bar on a terminal, a line an epoch in a log, or nothing."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from model.training import Epoch, Fitted, Progress, RunFolder, TrainerState, TrainingConfig

_BETWEEN_UPDATES = 0.1
"""Seconds: with a batch of one, telling the bar of each step would cost as much as the steps."""


class TrainingView(Protocol):
    """What is told about a training run while it goes on."""

    def on_preprocessed(self, images: int) -> None:
        """So many training images have been preprocessed."""

    def on_pictured(self, pictures: int) -> None:
        """So many pictures have been made of what is learned from."""

    def start_epochs(self, images: int, state: TrainerState | None) -> None:
        """Training starts on so many images, or goes on from a checkpoint."""

    def on_step(self, progress: Progress) -> None:
        """A step is done."""

    def on_epoch(self, epoch: Epoch) -> None:
        """An epoch is done."""


@contextmanager
def open_view(config: TrainingConfig, *, quiet: bool) -> Iterator[TrainingView]:
    """The view that fits where the output goes."""
    console = Console(stderr=True)
    if quiet:
        yield _Nothing()
    elif console.is_terminal:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
        )
        with Bars(*columns, console=console) as bars:
            yield _Bar(config, bars)
    else:
        yield _Lines(config)


def print_end(folder: RunFolder, fitted: Fitted, test_images: int, seconds: float) -> None:
    """The end of a run in a few lines, on stdout."""
    run, metrics = fitted.run, fitted.artifact.metrics
    if run.stopped_by == "interrupt":
        print(f"Interrupted. What it has learnt is kept; `digits train --resume --out {folder.path}` goes on.")
    if "test_accuracy" in metrics:
        summary = f"Test accuracy {metrics['test_accuracy']:.2%}"
    else:
        summary = f"Test reconstruction error {metrics['test_reconstruction_error']:.5f} (mean square)"
    print(
        f"{summary} on {test_images:,} images, kept of {len(run.history.epochs)} epochs: {run.kept_epoch.number} "
        f"(validation {_score(run.kept_epoch)}), stopped by {run.stopped_by}, {seconds:.0f} s in all.\n"
        f"Weights: {folder.weights}"
    )


class _Nothing:
    def on_preprocessed(self, images: int) -> None:
        pass

    def on_pictured(self, pictures: int) -> None:
        pass

    def start_epochs(self, images: int, state: TrainerState | None) -> None:
        pass

    def on_step(self, progress: Progress) -> None:
        pass

    def on_epoch(self, epoch: Epoch) -> None:
        pass


class _Lines(_Nothing):
    def __init__(self, config: TrainingConfig) -> None:
        self._config = config
        print("Preprocessing the images ...", file=sys.stderr)

    def start_epochs(self, images: int, state: TrainerState | None) -> None:
        print(_start(images, state), file=sys.stderr)

    def on_epoch(self, epoch: Epoch) -> None:
        print(_summary(epoch, self._config), file=sys.stderr)


class _Bar:
    def __init__(self, config: TrainingConfig, bars: Bars) -> None:
        self._config = config
        self._bars = bars
        self._task = bars.add_task("Preprocessing", total=config.data.limit or 60_000, speed="")
        self._images = 0
        self._begun_at = (0.0, 0)
        self._shown_at = 0.0
        self._validation = ""

    def on_preprocessed(self, images: int) -> None:
        self._bars.update(self._task, completed=images)

    def on_pictured(self, pictures: int) -> None:
        data = self._config.data
        self._bars.update(
            self._task,
            completed=pictures,
            total=data.pictured_digits + data.pictured_others,
            description="Making pictures",
        )

    def start_epochs(self, images: int, state: TrainerState | None) -> None:
        self._bars.console.print(_start(images, state), highlight=False)
        self._images = images
        done = images * (state.epoch - 1) + state.images if state else 0
        self._begun_at = (time.monotonic(), done)
        self._bars.reset(
            self._task, total=images * self._config.stopping.epochs, completed=done, description="Training", speed=""
        )

    def on_step(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._shown_at < _BETWEEN_UPDATES:
            return
        self._shown_at = now
        done = (progress.epoch - 1) * self._images + progress.images
        began, before = self._begun_at
        speed = f"{(done - before) / (now - began):,.0f} images/s" if now > began else ""
        description = (
            f"Epoch {progress.epoch}/{self._config.stopping.epochs}  loss {progress.loss:.4f}{self._validation}"
        )
        self._bars.update(self._task, completed=done, description=description, speed=speed)

    def on_epoch(self, epoch: Epoch) -> None:
        self._validation = f"  validation {_score(epoch)}"
        self._bars.console.print(_summary(epoch, self._config), highlight=False)


def _start(images: int, state: TrainerState | None) -> str:
    if state:
        return f"Going on in epoch {state.epoch} after {state.images:,} of {images:,} images."
    return f"Training on {images:,} images."


def _summary(epoch: Epoch, config: TrainingConfig) -> str:
    speed = epoch.images / epoch.seconds if epoch.seconds else 0.0
    return (
        f"epoch {epoch.number:>3}/{config.stopping.epochs}  loss {epoch.loss:.4f}  "
        f"validation {_score(epoch)}  {epoch.seconds:.1f} s  {speed:,.0f} images/s"
    )


def _score(epoch: Epoch) -> str:
    if epoch.validation_accuracy is None:
        return f"loss {epoch.validation_loss:.5f}"
    return f"accuracy {epoch.validation_accuracy:.2%}"
