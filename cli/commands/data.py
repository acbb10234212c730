"""`digits data`: get the MNIST files and the drawings, and see whether they are there and whole."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TransferSpeedColumn
from rich.progress import Progress as RichProgress

from cli.inputs.drawings import print_some
from cli.inputs.options import Switch
from model.data import (
    ARCHIVES,
    DRAWING_FILES,
    MNIST_FILES,
    Finding,
    KnownFile,
    State,
    data_folder,
    fetch_command,
    inspect,
    make_drawing_files,
    take_from,
)
from model.download import MIRRORS, Progress, fetch
from model.errors import ConfigError

data_cli = App(name="data", help="Get the MNIST files and the drawings, and check them.")

_Folder = Annotated[
    Path | None,
    Parameter(name="--dir", help="The folder of the files; else $DIGITS_DATA_DIR, else the user's cache."),
]

_Drawings = Annotated[
    bool, Switch, Parameter(name="--drawings", help="The files of drawings that `--recipe release` learns from.")
]


@data_cli.command(name="fetch")
def fetch_files(
    *,
    drawings: _Drawings = False,
    folder: _Folder = None,
    source: Annotated[
        Path | None,
        Parameter(
            name="--from",
            help="Copy the files from this folder instead of downloading; with --drawings, make them from the "
            "archives, packed or not, that are in it.",
        ),
    ] = None,
    mirrors: Annotated[
        list[str] | None,
        Parameter(name="--mirror", help="Download from this address instead; may be repeated."),
    ] = None,
    quiet: Annotated[bool, Switch, Parameter(name=("--quiet", "-q"), help="Say nothing unless it fails.")] = False,
) -> int:
    """Download the MNIST files (11 MB), or what the drawings are made of (160 MB); go on where that broke off.

    All files are verified by SHA-256.
    """
    target = data_folder(folder)
    if source is not None and mirrors:
        raise ConfigError("use either --from or --mirror")
    try:
        if drawings:
            return _fetch_drawings(target, source, mirrors, quiet=quiet)
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
def show_status(*, drawings: _Drawings = False, folder: _Folder = None) -> int:
    """Say of each file whether it is present and whole; exit with 1 if any is not."""
    target = data_folder(folder)
    findings = inspect(target, files=DRAWING_FILES if drawings else None)
    for finding in findings:
        print(_line(finding))
    if any(finding.state is not State.PRESENT for finding in findings):
        print(f"Get what is missing or damaged with: {fetch_command(target, drawings=drawings)}", file=sys.stderr)
        return 1
    return 0


def _fetch_drawings(folder: Path, source: Path | None, mirrors: list[str] | None, *, quiet: bool) -> int:
    """Make the files of drawings in `folder`, from the archives in `source` or else from those on the web."""
    if source is None:
        if all(finding.state is State.PRESENT for finding in inspect(folder, files=DRAWING_FILES)):
            return _say_whole(folder, quiet=quiet)
        source = folder / "archives"
        with _progress(quiet=quiet) as progress:
            for archive in ARCHIVES:
                fetch(source, files=[archive], mirrors=mirrors or [archive.address], progress=progress)
    with print_some() as print_problem:
        differences = make_drawing_files(source, folder, print_problem)
    for difference in differences:
        print(difference, file=sys.stderr)
    return 1 if differences else _say_whole(folder, quiet=quiet)


def _say_whole(folder: Path, *, quiet: bool) -> int:
    if not quiet:
        print(f"All {len(DRAWING_FILES)} files of drawings are in {folder}, verified.")
    return 0


def _line(finding: Finding) -> str:
    file = finding.file
    items = f"{file.items:>6,}" if isinstance(file, KnownFile) else ""
    numbers = f"{items} items  {finding.size:>10,} bytes"
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
