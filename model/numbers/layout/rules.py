"""What is printed or drawn around digits: a form's boxes, lines to write on, a picture's edge. None of it is read."""

from collections.abc import Callable, Sequence

import numpy as np

from model.numbers.boxes import Box
from model.numbers.layout.shapes import Points, as_bar, is_frame

_LONG = 1.6
"""A level line at least this long, by the height of the digits, is a rule if it goes over or under one of them."""

_THIN = 0.2
"""By its length: how far a rule may reach from top to bottom; a hand's lines are not quite level."""

_CONTENT = 0.3
"""By the height of a frame: what is at least so high and lies in it is what it frames."""

_MEETS = 0.08
"""By the distance of two rules: how near to both an upright line must end to part cells between them."""


def find_rules(boxes: Sequence[Box], points_of: Callable[[int], Points], pen: float) -> set[int]:
    """The marks that are rules or frames.

    Args:
        boxes: of the marks, such as strokes.
        points_of: points along the ink of a mark, by its index.
        pen: the width of the ink, in the same unit.
    """
    found = {
        index
        for index, box in enumerate(boxes)
        if any(_frames(box, other) for other in boxes) and is_frame(points_of(index), box)
    }
    rest = [index for index in range(len(boxes)) if index not in found]
    levels = [index for index in rest if boxes[index].height <= _THIN * boxes[index].width]
    others = [index for index in rest if index not in levels]
    if not others:
        return found
    height = typical_height([boxes[index] for index in others])
    rules = [index for index in levels if _is_rule(boxes[index], [boxes[other] for other in others], height)]
    if len(rules) > 1:
        found |= {index for index in others if _parts_cells(index, boxes, rules, points_of, pen)}
    return found | set(rules)


def typical_height(boxes: Sequence[Box]) -> float:
    """The median height of those that are at least half as high as the tallest; above 0."""
    tallest = max((box.height for box in boxes), default=0.0)
    return max(float(np.median([box.height for box in boxes if box.height >= tallest / 2] or [0.0])), 1e-12)


def _frames(box: Box, other: Box) -> bool:
    return (
        other.height >= _CONTENT * box.height
        and box.left < other.left
        and other.right < box.right
        and box.top < other.top
        and other.bottom < box.bottom
    )


def _is_rule(box: Box, others: Sequence[Box], height: float) -> bool:
    return box.width >= _LONG * height and any(
        box.left <= other.centre <= box.right for other in others if other.height >= height / 2
    )


def _parts_cells(
    index: int, boxes: Sequence[Box], rules: Sequence[int], points_of: Callable[[int], Points], pen: float
) -> bool:
    """Whether an upright line goes from one rule to another."""
    box = boxes[index]
    if box.width > _THIN * box.height:
        return False
    middles = sorted((boxes[rule].top + boxes[rule].bottom) / 2 for rule in rules)
    near = _MEETS * box.height
    above = any(abs(box.top - middle) <= near for middle in middles)
    below = any(abs(box.bottom - middle) <= near for middle in middles)
    return above and below and as_bar(points_of(index), pen) is not None
