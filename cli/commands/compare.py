"""`digits compare`: several training runs in one report."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.reports import MATPLOTLIB_MISSING, can_draw
from model.errors import ConfigError
from model.training import RunFolder


def compare_runs(
    runs: Annotated[list[Path], Parameter(help="Folders of training runs.")],
    /,
    *,
    out: Annotated[Path, Parameter(help="The report to write.")] = Path("comparison.html"),
) -> None:
    """Lay the learning curves of several runs over each other: by epochs, and by time."""
    if not can_draw():
        raise ConfigError(MATPLOTLIB_MISSING)
    from cli.reports.training import write_comparison  # noqa: PLC0415 - belongs to an optional extra

    write_comparison(out, [RunFolder(run) for run in runs])
    print(f"Report: {out}")
