"""Reading files of drawings on the command line: bad lines are told, but not a thousand of them."""

from pathlib import Path

import typer

from model.data import Drawing, load_drawings

_MAX_SHOWN = 10
"""A file with more bad lines is probably of another kind."""


def load_and_report(paths: list[Path]) -> list[Drawing]:
    """Every drawing of some files; the first few bad lines are told on stderr, and how many more there were.

    Raises:
        DataError: a file cannot be read or holds no drawing at all.
    """
    problems = 0

    def tell(problem: str) -> None:
        nonlocal problems
        problems += 1
        if problems <= _MAX_SHOWN:
            typer.echo(problem, err=True)

    try:
        return load_drawings(paths, tell)
    finally:
        if problems > _MAX_SHOWN:
            typer.echo(f"and {problems - _MAX_SHOWN:,} more that are no drawings", err=True)
