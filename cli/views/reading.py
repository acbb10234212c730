"""Readings on stdout: a table for people, lines for pipes, JSON lines for programs."""

import json
import sys
from typing import Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.inputs.readers import Reply
from cli.inputs.submitted_ink import SubmittedInk

_STYLES = {"digit": "green", "uncertain": "yellow", "not_a_digit": "red", "blank": "dim"}


class ReadingView(Protocol):
    """Shows what was read."""

    def show(self, ink: SubmittedInk, reply: Reply) -> None:
        """One drawing."""

    def close(self) -> None:
        """There are no more."""


def reading_view(*, as_json: bool, quiet: bool = False) -> ReadingView:
    """What suits the stdout there is, unless JSON is asked for, or nothing."""
    if as_json:
        return JsonLines()
    if quiet:
        return Nothing()
    return ReadingTable() if sys.stdout.isatty() else PlainLines()


class JsonLines:
    """One JSON object a line: where the ink comes from, and the reply of `/predict`."""

    def show(self, ink: SubmittedInk, reply: Reply) -> None:
        """Write its line."""
        unit, _, number = ink.at.partition(" ")
        place = {unit: int(number)} if number else {}
        label = {} if ink.label is None else {"label": ink.label}
        print(json.dumps({"file": ink.file, **place, **label, **reply}))

    def close(self) -> None:
        """Nothing is held back."""


class Nothing:
    """What was read goes elsewhere."""

    def show(self, ink: SubmittedInk, reply: Reply) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class PlainLines:
    """Digit, confidence, verdict and name in columns, as they come."""

    def show(self, ink: SubmittedInk, reply: Reply) -> None:
        """Write its line."""
        print(f"{_digit(reply)}  {reply['confidence']:>6.1%}  {reply['verdict']:<11}  {_described(ink)}")

    def close(self) -> None:
        """Nothing is held back."""


class ReadingTable:
    """A table, shown once all is read: its columns are as wide as what is in them."""

    def __init__(self) -> None:
        self._table = Table(box=None, header_style="bold", pad_edge=False)
        self._table.add_column("digit", justify="center")
        self._table.add_column("confidence", justify="right")
        self._table.add_column("verdict")
        self._table.add_column("drawing", overflow="fold")

    def show(self, ink: SubmittedInk, reply: Reply) -> None:
        """Add its row."""
        self._table.add_row(
            Text(_digit(reply), style="bold"),
            f"{reply['confidence']:.1%}",
            Text(reply["verdict"], style=_STYLES[reply["verdict"]]),
            Text.assemble(_described(ink), (f"\n{hint['text']}" if (hint := reply.get("hint")) else "", "dim")),
        )

    def close(self) -> None:
        """Print the table, if there is anything in it."""
        if self._table.row_count:
            Console().print(self._table)


def _digit(reply: Reply) -> str:
    return "?" if reply["digit"] is None else str(reply["digit"])


def _described(ink: SubmittedInk) -> str:
    return ink.place if ink.label is None else f"{ink.place} ({ink.label})"
