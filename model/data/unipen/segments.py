"""Which components make a character: the `.SEGMENT` lines of UNIPEN.

.SEGMENT CHARACTER 73 ? "1"           component 73
.SEGMENT CHARACTER 169-170 OK "k"     components 169 and 170
.SEGMENT CHARACTER 3:5-4:9,7 ? "t"    point 5 of component 3 to point 9 of component 4, and component 7
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from model.data.unipen.pen import Component, Point

_SEGMENT = re.compile(r'\.SEGMENT\s+CHARACTER\s+(\S+)\s+\S+\s+"(.*)"\s*')
_RANGE = re.compile(r"(\d+)(?::(\d+))?(?:-(\d+)(?::(\d+))?)?")
_SKIP_EMPTY = {"tos", "val"}
"""Sources whose numbers count only components with points, whatever it looks like."""


class Range(NamedTuple):
    """From one component to another, both counted; `from_point` and `to_point` are None where all of it is meant."""

    first: int
    from_point: int | None
    last: int
    to_point: int | None


class Segment(NamedTuple):
    """A character: its label as the file has it, and where its ink is."""

    label: str
    ranges: tuple[Range, ...]


def parse_segment(line: str) -> Segment | None:
    """What a line says; None if it is no `.SEGMENT CHARACTER` with a label.

    Raises:
        ValueError: it is one, and its numbers make no sense.
    """
    match = _SEGMENT.fullmatch(line.strip())
    return Segment(match[2], tuple(map(_range, match[1].split(",")))) if match else None


def counted(components: Sequence[Component], segments: Sequence[Segment], source: str) -> list[Component]:
    """The components that the numbers of `segments` count.

    Some makers counted all of them, others only those that are not empty, and no file says which: all are counted
    if every segment then has ink.
    """
    if source not in _SKIP_EMPTY and all(_has_ink(components, segment) for segment in segments):
        return list(components)
    return [component for component in components if component.points]


def strokes_of(components: Sequence[Component], segment: Segment) -> list[list[Point]]:
    """What was written within a segment, stroke by stroke; components that are not there are passed over."""
    strokes = []
    for part in segment.ranges:
        for number in range(part.first, min(part.last + 1, len(components))):
            down, points = components[number]
            begin = part.from_point if number == part.first else None
            end = part.to_point if number == part.last else None
            points = points[begin : None if end is None else end + 1]
            if down and points:
                strokes.append(points)
    return strokes


def _has_ink(components: Sequence[Component], segment: Segment) -> bool:
    named = (components[part.first : part.last + 1] for part in segment.ranges)
    return any(component.down and component.points for part in named for component in part)


def _range(text: str) -> Range:
    match = _RANGE.fullmatch(text)
    if not match:
        raise ValueError(f"{text[:40]!r} names no components")
    first, from_point, last, to_point = match.groups()
    return Range(int(first), _point(from_point), int(last or first), _point(to_point))


def _point(number: str | None) -> int | None:
    return None if number is None else int(number)
