"""What the collections give, as this project writes it down."""

import json
from collections.abc import Sequence
from hashlib import sha1
from itertools import groupby
from typing import NamedTuple


class Collected(NamedTuple):
    """A drawing as it goes into a file.

    Attributes:
        writer: their code.
        line: JSON, without the end of the line.
    """

    writer: str
    line: bytes


def collected(label: str, source: str, writer: str, strokes: Sequence[Sequence[tuple[int, int]]]) -> Collected:
    """The drawing of `strokes`, y up, by the writer of that name within all collections."""
    code = _writer_code(writer)
    drawing = {"label": label, "source": source, "writer": code, "strokes": _at_origin(strokes)}
    return Collected(code, json.dumps(drawing, separators=(",", ":")).encode())


def is_held_out(writer: str) -> bool:
    """Whether a writer, by code, is one of the fifth that nothing is learned from."""
    return int(sha1(f"dev{writer}".encode(), usedforsecurity=False).hexdigest(), 16) % 5 == 0


def _at_origin(strokes: Sequence[Sequence[tuple[int, int]]]) -> list[list[list[int]]]:
    """Turn y, which grows upwards, downwards; put the box's top left at (0, 0); leave out repeated points."""
    left = min(x for stroke in strokes for x, _ in stroke)
    top = max(y for stroke in strokes for _, y in stroke)
    return [[[x - left, top - y] for (x, y), _ in groupby(stroke)] for stroke in strokes]


def _writer_code(name: str) -> str:
    """Eight hexadecimal digits in place of a writer's name."""
    return sha1(name.encode(), usedforsecurity=False).hexdigest()[:8]
