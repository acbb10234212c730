"""The digits of UCI's Pen-Based Recognition of Handwritten Digits, original and not normalised: its training part.

    .SEGMENT DIGIT 0 ? "8"
    .COMMENT 8 6 138            digit, writer, and which of that writer's
    .PEN_DOWN, points, .PEN_UP, .DT and again

Source: E. Alpaydin, F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI Machine Learning Repository.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from model.data.archives import members
from model.data.collected import Collected, collected
from model.data.unipen import parse_components

PENDIGITS = "pendigits"
"""The source of these drawings."""

_NAME = re.compile(r"(?:.*/)?pendigits-orig\.tra(?:\.Z|\.gz)?", re.IGNORECASE)
_SEGMENT = re.compile(r'\.SEGMENT\s+DIGIT\s.*"([0-9])"\s*')


def pendigits_drawings(place: Path, on_problem: Callable[[str], None]) -> list[Collected]:
    """The drawings of `pendigits-orig.tra` in `place`, a folder or an archive, in the order of the file.

    Args:
        place: has the file somewhere in it, plain, `.Z` or `.gz`; without it there are no drawings.
        on_problem: told of each digit that makes no sense and is passed over.

    Raises:
        DataError: an archive is damaged.
    """
    for name, raw in members(place, lambda name: _NAME.fullmatch(name) is not None):
        return list(_drawings(raw.decode("latin-1"), name, on_problem))
    return []


def _drawings(text: str, name: str, on_problem: Callable[[str], None]) -> Iterator[Collected]:
    for number, lines in _segments(text):
        try:
            yield _drawing(lines)
        except ValueError as error:
            on_problem(f"{name}: the segment of line {number}: {error}")


def _drawing(lines: list[str]) -> Collected:
    strokes = [points for down, points in parse_components(["\n".join(lines)]) if down and points]
    if not strokes:
        raise ValueError("nothing was written")
    return collected(_label(lines[0]), PENDIGITS, f"pd{_writer(lines)}", strokes)


def _segments(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of each segment, with the number of the first."""
    lines: list[str] = []
    begin = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(".SEGMENT"):
            if lines:
                yield begin, lines
            lines, begin = [line], number
        elif lines:
            lines.append(line)
    if lines:
        yield begin, lines


def _label(line: str) -> str:
    match = _SEGMENT.fullmatch(line)
    if not match:
        raise ValueError(f"{line[:40]!r} names no digit")
    return match[1]


def _writer(lines: list[str]) -> str:
    for line in lines:
        words = line.split()
        if words[:1] == [".COMMENT"] and len(words) > 2:
            return words[2]
    raise ValueError("no .COMMENT names the writer")
