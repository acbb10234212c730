"""Training as one watches it: a moving bar on a terminal, a line an epoch in a log, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from model.config import TrainingConfig
from model.train import Epoch, Progress


class TrainingView(Protocol):
    """What is told about a training run while it goes on."""

    def on_preprocessed(self, images: int) -> None:
        """So many training images have been preprocessed."""

    def start_epochs(self, images: int) -> None:
        """Training starts on so many images."""

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
            MofNCompleteColumn(),
            TextColumn("images"),
            TimeRemainingColumn(),
        )
        with Bars(*columns, console=console) as bars:
            yield _Bar(config, bars)
    else:
        yield _Lines(config)


class _Nothing:
    def on_preprocessed(self, images: int) -> None:
        pass

    def start_epochs(self, images: int) -> None:
        pass

    def on_step(self, progress: Progress) -> None:
        pass

    def on_epoch(self, epoch: Epoch) -> None:
        pass


class _Lines(_Nothing):
    def __init__(self, config: TrainingConfig) -> None:
        self._config = config
        typer.echo("Preprocessing the images ...", err=True)

    def on_epoch(self, epoch: Epoch) -> None:
        typer.echo(_summary(epoch, self._config), err=True)


class _Bar:
    def __init__(self, config: TrainingConfig, bars: Bars) -> None:
        self._config = config
        self._bars = bars
        self._task = bars.add_task("Preprocessing", total=config.limit or 60_000)
        self._images = 0
        self._validation = ""

    def on_preprocessed(self, images: int) -> None:
        self._bars.update(self._task, completed=images)

    def start_epochs(self, images: int) -> None:
        self._images = images
        self._bars.reset(self._task, total=images * self._config.epochs, description="Training")

    def on_step(self, progress: Progress) -> None:
        done = (progress.epoch - 1) * self._images + progress.images
        description = f"Epoch {progress.epoch}/{self._config.epochs}  loss {progress.loss:.4f}{self._validation}"
        self._bars.update(self._task, completed=done, description=description)

    def on_epoch(self, epoch: Epoch) -> None:
        self._validation = f"  validation {epoch.validation_accuracy:.2%}"
        self._bars.console.print(_summary(epoch, self._config), highlight=False)


def _summary(epoch: Epoch, config: TrainingConfig) -> str:
    return (
        f"epoch {epoch.number:>3}/{config.epochs}  loss {epoch.loss:.4f}  "
        f"validation accuracy {epoch.validation_accuracy:.2%}  {epoch.seconds:.1f} s"
    )
