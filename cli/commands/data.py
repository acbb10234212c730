"""`digits data`: get the MNIST files, and see whether they are there and whole."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TransferSpeedColumn
from rich.progress import Progress as RichProgress

from cli.inputs.options import Switch
from model.data import MNIST_FILES, Finding, State, data_folder, fetch_command, inspect, take_from
from model.download import MIRRORS, Progress, fetch
from model.errors import ConfigError

data_cli = App(name="data", help="Get the MNIST files, and check them.")

_Folder = Annotated[
    Path | None,
    Parameter(name="--dir", help="The folder of the files; else $DIGITS_DATA_DIR, else the user's cache."),
]


@data_cli.command(name="fetch")
def fetch_files(
    *,
    folder: _Folder = None,
    source: Annotated[
        Path | None,
        Parameter(name="--from", help="Copy the files from this folder instead of downloading."),
    ] = None,
    mirrors: Annotated[
        list[str] | None,
        Parameter(name="--mirror", help="Download from this address instead; may be repeated."),
    ] = None,
    quiet: Annotated[bool, Switch, Parameter(name=("--quiet", "-q"), help="Say nothing unless it fails.")] = False,
) -> int:
    """Download the MNIST files (11 MB), verified by SHA-256; go on where a broken download stopped."""
    target = data_folder(folder)
    if source is not None and mirrors:
        raise ConfigError("use either --from or --mirror")
    try:
        if source is not None:
            take_from(source, target)
        else:
            with _progress(quiet=quiet) as progress:
                fetch(target, mirrors=mirrors or MIRRORS, progress=progress)
    except KeyboardInterrupt:
        print("Interrupted. The same command goes on from here.", file=sys.stderr)
        return 130
    if not quiet:
        print(f"All {len(MNIST_FILES)} files are in {target}, verified.")
    return 0


@data_cli.command(name="status")
def show_status(*, folder: _Folder = None) -> int:
    """Say of each file whether it is present and whole; exit with 1 if any is not."""
    target = data_folder(folder)
    findings = inspect(target)
    for finding in findings:
        print(_line(finding))
    if any(finding.state is not State.PRESENT for finding in findings):
        print(f"Get what is missing or damaged with: {fetch_command(target)}", file=sys.stderr)
        return 1
    return 0


def _line(finding: Finding) -> str:
    file = finding.file
    numbers = f"{file.items:>6,} items  {finding.size:>10,} bytes"
    line = f"{finding.state:<8} {file.name:<24} {numbers}  {finding.path}"
    return f"{line}\n         {finding.problem}" if finding.problem else line


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress]:
    """Show progress as moving bars to a person, as plain lines to a log, or not at all."""
    console = Console()
    if quiet:
        yield Progress()
    elif console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with RichProgress(*columns, console=console) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


class _Lines(Progress):
    def note(self, name: str, message: str) -> None:
        print(f"{name}: {message}")


class _Bars(Progress):
    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def advance(self, name: str, done: int, total: int | None) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total)
        self._bars.update(self._tasks[name], completed=done, total=total)

    def note(self, name: str, message: str) -> None:
        self._bars.console.print(f"{name}: {message}", markup=False, highlight=False, soft_wrap=True)
