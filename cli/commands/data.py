"""`digits data`: get the MNIST files, and see whether they are there and whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TransferSpeedColumn
from rich.progress import Progress as RichProgress

from model.data import MNIST_FILES, Finding, State, data_folder, fetch_command, inspect, take_from
from model.download import MIRRORS, Progress, fetch

data_cli = typer.Typer(help="Get the MNIST files, and check them.", no_args_is_help=True)

_Folder = Annotated[
    Path | None,
    typer.Option(
        "--dir",
        metavar="DIR",
        help="The folder of the files; else $DIGITS_DATA_DIR, else the user's cache.",
        show_default=False,
    ),
]


@data_cli.command("fetch")
def fetch_files(
    *,
    folder: _Folder = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Copy the files from this folder instead of downloading."),
    ] = None,
    mirrors: Annotated[
        list[str] | None,
        typer.Option("--mirror", metavar="URL", help="Download from this address instead; may be repeated."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing unless it fails.")] = False,
) -> None:
    """Download the MNIST files (11 MB), verified by SHA-256; go on where a broken download stopped."""
    target = data_folder(folder)
    if source is not None and mirrors:
        raise typer.BadParameter("use either --from or --mirror")
    try:
        if source is not None:
            take_from(source, target)
        else:
            with _progress(quiet=quiet) as progress:
                fetch(target, mirrors=mirrors or MIRRORS, progress=progress)
    except KeyboardInterrupt:
        typer.echo("Interrupted. The same command goes on from here.", err=True)
        raise typer.Exit(130) from None
    if not quiet:
        typer.echo(f"All {len(MNIST_FILES)} files are in {target}, verified.")


@data_cli.command("status")
def show_status(*, folder: _Folder = None) -> None:
    """Say of each file whether it is present and whole; exit with 1 if any is not."""
    target = data_folder(folder)
    findings = inspect(target)
    for finding in findings:
        typer.echo(_line(finding))
    if any(finding.state is not State.PRESENT for finding in findings):
        typer.echo(f"Get what is missing or damaged with: {fetch_command(target)}", err=True)
        raise typer.Exit(1)


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
        typer.echo(f"{name}: {message}")


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
