"""Training as one watches it: a moving bar on a terminal, a line an epoch in a log, or nothing."""

import shlex
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from model.training import (
    Epoch,
    FitResult,
    Fitted,
    LearningSettings,
    Progress,
    RunFolder,
    TrainerState,
    TrainingConfig,
    TrainingData,
)

_BETWEEN_UPDATES = 0.1
"""Seconds: with a batch of one, telling the bar of each step would cost as much as the steps."""


_MORE: Mapping[str, str] = MappingProxyType(
    {
        "epochs": "--epochs N",
        "time": "--max-seconds N",
        "patience": "--patience N",
        "loss-tolerance": "--loss-tolerance N",
        "gradient-tolerance": "--gradient-tolerance N",
    }
)
"""By what ended a run: the setting with which it goes on."""


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


def resuming(folder: RunFolder) -> str:
    """What goes on with a run."""
    return f"digits train --resume --out {shlex.quote(str(folder.path))}"


def print_end(folder: RunFolder, fitted: Fitted, data: TrainingData, seconds: float) -> None:
    """The end of a run in a few lines, on stdout."""
    run, metrics = fitted.run, fitted.artifact.metrics
    if run.stopped_by == "interrupt":
        print(f"Interrupted. What it has learnt is kept; `{resuming(folder)}` goes on.")
    if "test_accuracy" in metrics:
        summary = f"Test accuracy {metrics['test_accuracy']:.2%}"
    else:
        summary = f"Test reconstruction error {metrics['test_reconstruction_error']:.5f} (mean square)"
    print(
        f"{summary} on {len(data.test):,} images, kept of {len(run.history.epochs)} whole epochs: {kept(run)} "
        f"(validation {_score(run.kept_epoch)}), stopped by {run.stopped_by}, {seconds:.0f} s in all.\n"
        f"Weights: {folder.weights}"
    )
    if fitted.gains:
        print(f"{'Read right':<24} {'of':>7}  before   after")
        for gain in fitted.gains:
            print(f"{gain.examples:<24} {gain.count:>7,} {gain.before:>7.2%} {gain.after:>7.2%}")
    for name, examples in ({} if fitted.gains else data.held_out).items():
        if name != "MNIST":
            print(
                f"Held out and {name}: {metrics[f'{name}_accuracy']:.2%} of {len(examples):,} digits are read right."
            )
    for name, examples in data.few.items():
        print(f"Learned from and {name}: {len(examples)} digits; of so few none is held out.")
    if fitted.advice:
        print(f"It is no better than chance: {'; and '.join(fitted.advice)}.")
    if more := _MORE.get(run.stopped_by):
        print(f"More:    {resuming(folder)} {more}")


def kept(run: FitResult) -> str:
    """The epoch whose weights a run has kept, in words."""
    epoch = run.kept_epoch
    return (
        f"{epoch.number}, cut after {epoch.images:,} of {run.images:,} images"
        if run.kept_is_cut
        else f"{epoch.number}"
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
        print(_start(images, state, self._config), file=sys.stderr)

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
        self._bars.console.print(_start(images, state, self._config), highlight=False)
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


def _start(images: int, state: TrainerState | None, config: TrainingConfig) -> str:
    how = f"{config.learning.optimizer}, learning rate {_rate(config.learning)}"
    if state:
        return f"Going on in epoch {state.epoch} after {state.images:,} of {images:,} images: {how}."
    return f"Training on {images:,} images: {how}."


def _rate(learning: LearningSettings) -> str:
    """The learning rate and its schedule, in words."""
    rate = f"{learning.actual_learning_rate:g}"
    if learning.schedule == "step":
        return f"{rate}, times {learning.gamma:g} every {learning.step_size} epochs"
    if learning.schedule == "cosine":
        rising = f"rising over the first {learning.warmup:.0%} of the steps, then " if learning.warmup else ""
        return f"{rate}, {rising}falling to 0 along a cosine"
    return f"{rate} throughout"


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
