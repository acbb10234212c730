"""Reading drawings and pictures on the command line: bad ones are printed, but not a thousand of them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from model.data import Drawing, load_drawings

_MAX_SHOWN = 10
"""A file with more bad lines is probably of another kind."""


@contextmanager
def print_some() -> Iterator[Callable[[str], None]]:
    """Yield what prints the first few problems on stderr; how many more there were is printed at the end."""
    problems = 0

    def print_problem(problem: str) -> None:
        nonlocal problems
        problems += 1
        if problems <= _MAX_SHOWN:
            print(problem, file=sys.stderr)

    try:
        yield print_problem
    finally:
        if problems > _MAX_SHOWN:
            print(f"and {problems - _MAX_SHOWN:,} more that cannot be used", file=sys.stderr)


def load_and_report(paths: list[Path]) -> list[Drawing]:
    """Every drawing of some files; the first few bad lines are printed on stderr.

    Raises:
        DataError: a file cannot be read or holds no drawing at all.
    """
    with print_some() as on_problem:
        return load_drawings(paths, on_problem)
