"""What the pen did, as a UNIPEN file tells it: components, each of them on the paper or above it.

Source: I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line data exchange and
recognizer benchmarks", ICPR 1994, and its format definition 1.0: `.COORD` names the columns, `.PEN_DOWN` and
`.PEN_UP` begin a component, any other keyword ends one.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

Point = tuple[int, int]

_NUMBER = re.compile(r"[-+]?\d{1,9}(\.\d*)?")


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
        current: Component | None = None
        for number, line in enumerate(text.splitlines(), start=1):
            words = line.split()
            if not words:
                continue
            keyword = words[0]
            if keyword[0] == ".":
                if keyword == ".COORD":
                    x, y = words.index("X") - 1, words.index("Y") - 1
                current = _begun(keyword)
                if current and keyword != ".DT":
                    components.append(current)
            elif current and all(map(_NUMBER.fullmatch, words)):  # all else is text
                if max(x, y) >= len(words):
                    raise ValueError(f"line {number}: {line.strip()[:40]!r} is no point")
                if not current.points and (not components or components[-1] is not current):
                    components.append(current)
                current.points.append((_whole(words[x]), _whole(words[y])))
    return components


def _begun(keyword: str) -> Component | None:
    """The component that begins with a keyword, if one does: after a pause, points without a keyword were written."""
    return Component(keyword != ".PEN_UP", []) if keyword in {".PEN_DOWN", ".PEN_UP", ".DT"} else None


def _whole(number: str) -> int:
    return int(number) if number.isdecimal() else round(float(number))
