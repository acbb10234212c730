"""Files named on the command line as ink: images, strokes, files of drawings, and what comes through a pipe."""

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digits_client.ink import image_type
from model.data import BadLine, BadPicture, holds_pictures, is_gzip, read_drawings, read_pictures, turned
from model.errors import DataError, InkError
from model.image_file import format_of, why_not_read

STDIN = "-"


@dataclass(frozen=True, slots=True)
class SubmittedInk:
    """One drawing to read, or why there is none.

    Attributes:
        file: as it was named; `-` for standard input.
        image: the bytes of an image.
        strokes: those of a pen.
        pixels: uint8 (28, 28), grey levels of a file of many images.
        at: where in a file of many it is, such as `line 3`; empty for other files.
        label: what was to be drawn, where the file says so.
        problem: why there is no ink; empty if there is.
    """

    file: str
    image: bytes | None = None
    strokes: list[Any] | None = None
    pixels: NDArray[np.uint8] | None = None
    at: str = ""
    label: str | None = None
    problem: str = ""

    @property
    def place(self) -> str:
        """Where it comes from, for people."""
        name = "standard input" if self.file == STDIN else self.file
        return f"{name}: {self.at}" if self.at else name


def submitted_ink(name: str) -> Iterator[SubmittedInk]:
    """The drawings in a file: one in an image or a `.json` of strokes, any number in a `.jsonl` or `.jsonl.gz`.

    Folders, CSV and IDX hold any number of images, with labels or without. What standard input holds is told from
    how it begins.
    """
    try:
        if name == STDIN:
            yield from _from_stdin(sys.stdin.buffer.read())
        elif holds_pictures(Path(name)):
            yield from _pictures(Path(name))
        elif name.lower().endswith((".jsonl", ".jsonl.gz")):
            yield from _drawings(name, Path(name))
        else:
            content = Path(name).read_bytes()
            yield _strokes(name, content) if name.lower().endswith(".json") else _image(name, content)
    except OSError as error:
        yield SubmittedInk(name, problem=f"cannot be read: {error.strerror}")
    except DataError as error:
        yield SubmittedInk(name, problem=str(error).removeprefix(f"{name}: "))


def _from_stdin(content: bytes) -> Iterator[SubmittedInk]:
    start = content.lstrip()[:1]
    if not content:
        yield SubmittedInk(STDIN, problem="is empty")
    elif start == b"[":
        yield _strokes(STDIN, content)
    elif start == b"{" or is_gzip(content):
        with TemporaryDirectory(prefix="digits-predict-") as folder:
            copy = Path(folder) / "drawings"
            copy.write_bytes(content)
            yield from _drawings(STDIN, copy)
    else:
        yield _image(STDIN, content)


def _image(name: str, content: bytes) -> SubmittedInk:
    if image_type(content) is None:
        other = "" if format_of(content) else ", nor does its name end in .json or .jsonl"
        return SubmittedInk(name, problem=why_not_read(content) + other)
    return SubmittedInk(name, image=content)


def _strokes(name: str, content: bytes) -> SubmittedInk:
    """A file with the strokes of one drawing; whether they are strokes is for the reader to say."""
    try:
        strokes = json.loads(content)
    except (ValueError, RecursionError) as error:
        return SubmittedInk(name, problem=f"not JSON: {error}")
    if isinstance(strokes, dict) and strokes.keys() == {"strokes"}:  # as the service takes them
        strokes = strokes["strokes"]
    if not isinstance(strokes, list):
        return SubmittedInk(name, problem="not a list of strokes: [[[x, y], ...], ...]")
    return SubmittedInk(name, strokes=strokes)


def _drawings(name: str, path: Path) -> Iterator[SubmittedInk]:
    found = False
    try:
        # A bad line knows its number, a drawing does not.
        for record, number in zip(read_drawings(path), _numbers_of_lines(path), strict=False):
            found = True
            if isinstance(record, BadLine):
                yield SubmittedInk(name, at=f"line {number}", problem=record.problem)
            else:
                yield SubmittedInk(name, at=f"line {number}", strokes=record.strokes, label=record.label)
    except DataError as error:
        # It begins with the path, which for standard input nobody knows.
        raise DataError(str(error).removeprefix(f"{path}: ")) from error
    if not found:
        yield SubmittedInk(name, problem="holds no drawings")


def _pictures(path: Path) -> Iterator[SubmittedInk]:
    pictures = read_pictures(path)
    if pictures.is_turned:
        print(turned(path), file=sys.stderr)
    for one in pictures.found:
        if isinstance(one, BadPicture):
            yield SubmittedInk(one.name, problem=one.problem)
        elif one.pixels is not None:
            yield SubmittedInk(str(one.path), pixels=one.pixels, at=one.place, label=one.label)
        else:
            try:
                yield replace(_image(one.name, one.content()), label=one.label)
            except InkError as error:
                yield SubmittedInk(one.name, problem=str(error))


def _numbers_of_lines(path: Path) -> Iterator[int]:
    """The number of each line that is not empty, from 1."""
    with path.open("rb") as probe:
        opener = gzip.open if is_gzip(probe.read(2)) else open
    with opener(path, "rb") as lines:
        yield from (number for number, line in enumerate(lines, start=1) if line.strip())
