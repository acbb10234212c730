"""Drawn ink as people's pens gave it: JSON lines, plain or gzipped, one drawing a line.

{"label": "7", "source": "unipen/ibm", "writer": "1f0c22ab", "strokes": [[[x, y], ...], ...]}
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.data.content import is_gzip
from model.errors import DataError

_FARTHEST = 1e12
"""No device counts so far; distances up to here can be squared, and thinned out, without a second thought."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing.

    Attributes:
        label: what was to be drawn: a digit, letter or sign.
        strokes: each a list of [x, y] points, y down, in any unit.
        source: the collection it comes from; empty if unknown.
        writer: who drew it, by a code; empty if unknown.
    """

    label: str
    strokes: list[list[list[float]]]
    source: str = ""
    writer: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no drawing.

    Attributes:
        number: in the file, from 1.
        problem: what is wrong with it.
    """

    number: int
    problem: str


def read_drawings(path: Path) -> Iterator[Drawing | BadLine]:
    """Read a file drawing by drawing; a line that is none is given by its number, and reading goes on.

    Raises:
        DataError: the file cannot be read, or ends in the middle of its compressed content.
    """
    try:
        with path.open("rb") as probe:
            opener = gzip.open if is_gzip(probe.read(2)) else open
        with opener(path, "rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _drawing(number, line)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error


def _drawing(number: int, line: bytes) -> Drawing | BadLine:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return BadLine(number, f"not JSON: {error}")
    if not isinstance(record, dict):
        return BadLine(number, "not an object with label and strokes")
    texts = {name: record.get(name, "") for name in ("label", "source", "writer")}
    for name, text in texts.items():
        if not isinstance(text, str):
            return BadLine(number, f"{name} is {text!r}, expected a text")
    if not texts["label"]:
        return BadLine(number, "label is missing")
    if not _are_strokes(record.get("strokes")):
        return BadLine(number, f"strokes are not lists of [x, y] points within {_FARTHEST:g} of 0")
    return Drawing(strokes=record["strokes"], **texts)


def _are_strokes(strokes: Any) -> bool:
    return isinstance(strokes, list) and any(strokes) and all(map(_is_stroke, strokes))


def _is_stroke(stroke: Any) -> bool:
    return isinstance(stroke, list) and all(
        isinstance(point, list) and len(point) == 2 and all(map(_is_coordinate, point)) for point in stroke
    )


def _is_coordinate(value: Any) -> bool:
    # Python's JSON has NaN and infinity, and whole numbers of any length; no comparison with NaN holds.
    return type(value) in {int, float} and -_FARTHEST <= value <= _FARTHEST
