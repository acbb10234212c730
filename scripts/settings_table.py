"""Writes the table of training's settings in docs/training.md anew, from their declaration."""

import re
from pathlib import Path

from model.training import SETTINGS

DOCUMENT = Path(__file__).parents[1] / "docs" / "training.md"

_BETWEEN_MARKERS = re.compile(r"(?<=<!-- settings -->\n).*(?=<!-- /settings -->)", re.DOTALL)


def with_table(document: str) -> str:
    """A document with the table of today between its markers."""
    head = [("setting", "flag", "default", "allowed", "what it is"), ("---",) * 5]
    rows = [(f"`{each.path}`", f"`{each.flag}`", _escaped(each.usual), each.allowed, each.about) for each in SETTINGS]
    table = "".join(f"| {' | '.join(row)} |\n" for row in [*head, *rows])
    return _BETWEEN_MARKERS.sub(lambda _: table, document)


def _escaped(text: str) -> str:
    """Text in which no character means anything to Markdown."""
    return re.sub(r"([\\`|<>*_\[\]])", r"\\\1", text)


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
