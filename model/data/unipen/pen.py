"""What the pen did, as a UNIPEN file tells it: components, each of them on the paper or above it.

Source: I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line data exchange and
recognizer benchmarks", ICPR 1994, and its format definition 1.0: `.COORD` names the columns, `.PEN_DOWN` and
`.PEN_UP` begin a component, any other keyword ends one.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

Point = tuple[int, int]

_NUMBERS = re.compile(r"\s*+(?:[-+]?+\d{1,9}+(?:\.\d*+)?+(?:\s++|\Z))*+")


class Component(NamedTuple):
    """What the pen did between two of its ups and downs.

    Attributes:
        down: whether it wrote.
        points: where it was, in the tablet's units; y grows upwards.
    """

    down: bool
    points: list[Point]


def parse_components(texts: Iterable[str]) -> list[Component]:
    """Every component of some files, one after the other.

    Args:
        texts: the files in the order in which they are included: `.COORD` may be in one and the points in another.

    Raises:
        ValueError: a point without x or y.
    """
    components: list[Component] = []
    x, y = 0, 1
    for text in texts:
        lines = text.splitlines()
        keywords = [number for number, line in enumerate(lines) if "." in line and line.lstrip()[0] == "."]
        for begin, end in pairwise([*keywords, len(lines)]):
            keyword, *words = lines[begin].split()
            if keyword == ".COORD":
                x, y = words.index("X"), words.index("Y")
            elif keyword in {".PEN_DOWN", ".PEN_UP", ".DT"}:
                points = _points(lines, range(begin + 1, end), x, y)
                if points or keyword != ".DT":  # after a pause, points without a keyword were written
                    components.append(Component(keyword != ".PEN_UP", points))
    return components


def _points(lines: list[str], numbers: range, x: int, y: int) -> list[Point]:
    """The points in the lines of these numbers, looked at together where that is enough: there are millions."""
    part = lines[numbers.start : numbers.stop]
    text = " ".join(part)
    if not _NUMBERS.fullmatch(text):
        part = [line if _NUMBERS.fullmatch(line) else "" for line in part]  # all else is text
    whole = _rounded if "." in text else int
    try:
        return [(whole(words[x]), whole(words[y])) for words in map(str.split, part) if words]
    except IndexError:
        number, line = next(
            (number, line) for number, line in zip(numbers, part, strict=True) if 0 < len(line.split()) <= max(x, y)
        )
        raise ValueError(f"line {number + 1}: {line.strip()[:40]!r} is no point") from None


def _rounded(number: str) -> int:
    return int(number) if number.isdecimal() else round(float(number))
