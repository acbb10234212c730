"""Marks in rows one above the other: a row is what no empty band, level or a little slanted, parts."""

from collections.abc import Sequence

import numpy as np

from model.numbers.boxes import Box, around
from model.numbers.layout.rules import typical_height

_TALL = 0.4
"""By the tallest: what is less high says nothing about rows."""

_SLOPES = (0.0, 0.06, -0.06, 0.12, -0.12, 0.2, -0.2)
"""Down for one to the right, by which rows may be slanted."""

_CORE = 0.3
"""Half of the middle part of a digit's height: the tail of a 9 reaches farther, and does not join two rows."""

_BAND = 0.25
"""By the height of a digit: what must be empty between the cores of two rows."""

_ABOVE = 0.3
"""By the width of the narrower: how far a digit must lie over another for rows to be told from a staircase."""


_ASIDE = 0.1
"""By the height of the lower: so far beside a digit another is still over it, since a 1 has hardly any width."""

_APART = 0.12
"""By the height of the higher: how much paper lies between a digit and one below it, somewhere in the two rows."""

_HALVES_APART = 0.3
"""The same if there are only two marks."""

_ALTERNATE = 0.5
"""By the width of the shorter: how far a row must lie over another, none of whose digits is over one of its own."""


def find_rows(boxes: Sequence[Box]) -> list[list[int]]:
    """The marks of each row, from the top down; a mark that is not tall goes with the nearest that is."""
    tallest = max((box.height for box in boxes), default=0.0)
    tall = [index for index, box in enumerate(boxes) if box.height >= _TALL * tallest]
    rows = _parted(tall, boxes)
    if len(rows) == 1:
        return [list(range(len(boxes)))]
    home = {index: number for number, row in enumerate(rows) for index in row}
    for index in range(len(boxes)):
        if index not in home:
            rows[home[min(tall, key=lambda other: _distance(boxes[index], boxes[other]))]].append(index)
    return rows


def _parted(tall: Sequence[int], boxes: Sequence[Box]) -> list[list[int]]:
    if len(tall) > 1:
        height = typical_height([boxes[index] for index in tall])
        for slope in _SLOPES:
            for upper, lower in _divisions(tall, boxes, slope, _BAND * height):
                if _lies_over([boxes[index] for index in upper], [boxes[index] for index in lower]):
                    return [*_parted(upper, boxes), *_parted(lower, boxes)]
    return [list(tall)]


def _divisions(
    tall: Sequence[int], boxes: Sequence[Box], slope: float, band: float
) -> list[tuple[list[int], list[int]]]:
    """The ways to divide marks by an empty band of some height at a slope."""
    middles = [(box.top + box.bottom) / 2 - slope * box.centre for box in (boxes[index] for index in tall)]
    order = np.argsort(middles, kind="stable").tolist()
    reach = np.array([_CORE * boxes[index].height for index in tall])
    tops, bottoms = (np.array(middles) - reach)[order], (np.array(middles) + reach)[order]
    free = np.minimum.accumulate(tops[::-1])[::-1][1:] - np.maximum.accumulate(bottoms)[:-1]
    marks = [tall[place] for place in order]
    return [(marks[: at + 1], marks[at + 1 :]) for at in np.flatnonzero(free >= band).tolist()]


def _lies_over(upper: Sequence[Box], lower: Sequence[Box]) -> bool:
    """Whether some of these lie over some of those, with paper between; or all of them do, as rows that alternate."""
    one, other = around(upper), around(lower)
    # Two marks may be the halves of an 8.
    apart = _APART if len(upper) + len(lower) > 2 else _HALVES_APART
    if other.top > one.bottom and one.overlap(other) > _ALTERNATE * min(one.width, other.width) > 0:
        return len(upper) + len(lower) > 2 or _gap(one, other) >= apart
    return any(
        above.overlap(below) + _ASIDE * min(above.height, below.height) > _ABOVE * min(above.width, below.width)
        and _gap(above, below) >= apart
        for above in upper
        for below in lower
    )


def _gap(above: Box, below: Box) -> float:
    """From one down to another, by the height of the higher."""
    return (below.top - above.bottom) / max(above.height, below.height, 1e-12)


def _distance(small: Box, tall: Box) -> float:
    """How far a small mark's middle lies from a tall one, what is beside it counting less than what is over it."""
    middle = (small.top + small.bottom) / 2
    across = max(tall.left - small.centre, small.centre - tall.right, 0.0)
    down = max(tall.top - middle, middle - tall.bottom, 0.0)
    return across + 3 * down
