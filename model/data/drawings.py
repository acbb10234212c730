"""Drawn ink as people's pens gave it: JSON lines, plain or gzipped, one drawing a line.

{"label": "7", "source": "unipen/ibm", "writer": "1f0c22ab", "strokes": [[[x, y], ...], ...]}
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from model.data.catalogue import DRAWING_FILES
from model.data.content import is_gzip
from model.data.folder import fetch_command
from model.errors import DataError

DIGITS = "0123456789"

CLEARLY_NO_DIGIT = "AFHKMNRWXfhkmnwx#%@?+=*"
"""Letters and signs that nobody writes as a digit: what must be refused."""

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


class Written(Protocol):
    """What somebody wrote."""

    @property
    def source(self) -> str:
        """The collection it comes from, in which `writer` is a name; empty if unknown."""

    @property
    def writer(self) -> str:
        """Who it was; empty if unknown."""


T = TypeVar("T", bound=Written)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no drawing.

    Attributes:
        number: in the file, from 1.
        problem: what is wrong with it.
    """

    number: int
    problem: str


def find_drawings(name: str, folder: Path) -> Path:
    """A file of drawings by its path, or by its name in the data folder or in a folder `strokes` in or beside it.

    Raises:
        DataError: it is in none of them.
    """
    places = [Path(name), *(place / name for place in (folder, folder / "strokes", folder.parent / "strokes"))]
    for place in places:
        if place.is_file():
            return place
    where = ", ".join(str(place.parent) for place in places[1:])
    known = {file.packed_name for file in DRAWING_FILES}
    how = (
        f"get it with: {fetch_command(folder, drawings=True)}" if name in known else "docs/data.md says what it holds"
    )
    raise DataError(f"{name}: there is no such file of drawings, nor is it in {where}; {how}")


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


def load_drawings(paths: Iterable[Path], on_problem: Callable[[str], None]) -> list[Drawing]:
    """Every drawing of some files; a bad line goes to `on_problem` by file and number and is passed over.

    Raises:
        DataError: a file cannot be read, or holds no drawing at all.
    """
    drawings: list[Drawing] = []
    for path in paths:
        before = len(drawings)
        for record in read_drawings(path):
            if isinstance(record, BadLine):
                on_problem(f"{path}: line {record.number}: {record.problem}")
            else:
                drawings.append(record)
        if len(drawings) == before:
            raise DataError(f"{path}: holds no drawings")
    return drawings


def is_digit(drawing: Drawing) -> bool:
    """Whether it was meant as one digit."""
    return len(drawing.label) == 1 and drawing.label in DIGITS


def split_by_writer(drawings: Sequence[T], *, share: float, rng: np.random.Generator) -> tuple[list[T], list[T]]:
    """Hold out all drawings of some writers, so that what is learned of a hand says nothing of those held out.

    Args:
        drawings: or pictures, to be split; one without a writer counts as by a writer of its own, and so does each
            if all are by the same one.
        share: of the writers to hold out, 0 to 1; at least one.
        rng: who it is.

    Returns:
        The drawings to learn from and those held out.

    Raises:
        DataError: there are not two drawings.
    """
    if len(drawings) < 2:
        raise DataError(f"{len(drawings)} drawing cannot be split; two are needed at least")
    writers = [f"{one.source}/{one.writer}" if one.writer else f"/{index}" for index, one in enumerate(drawings)]
    if len(set(writers)) < 2:
        writers = [f"/{index}" for index in range(len(drawings))]
    names = sorted(set(writers))
    held = set(rng.permutation(names)[: max(1, min(len(names) - 1, round(share * len(names))))].tolist())
    kept = [one for one, writer in zip(drawings, writers, strict=True) if writer not in held]
    return kept, [one for one, writer in zip(drawings, writers, strict=True) if writer in held]


def file_checksums(paths: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of each file as it lies there, by its name."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}


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
