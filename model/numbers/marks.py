"""Which marks belong together whatever they are read as, and in which order the pieces of a number come."""

from collections.abc import Sequence

from model.numbers.boxes import Box, around, height_of_line

_SPECK = 0.12
"""A mark outside the others, smaller than this share of the tallest, is no part of a digit: a dot, a comma, dust."""

_FLAT = 0.35
"""A mark less tall than this share of the tallest is no digit of its own if it lies over or under another."""

_OVERLAP = 0.5
"""Share of a flat mark's width that must lie over or under another mark to be joined with it."""

_HALF = 0.75
"""By the tallest: two marks, one over the other, that are each less tall than this are one digit."""

_NEAR = 0.3
"""By the tallest: how far over or under a digit a speck lies that is part of it."""

_SIDE_BY_SIDE = 0.25
"""By the lower one's height: how far two such marks may lie beside each other."""


def gather(boxes: Sequence[Box]) -> list[list[int]]:
    """Put marks, such as strokes, together to pieces, which no digit shares with another.

    Only what is plain is joined here, a bar over a body or dust on a line; whether the two strokes of a 4 are one
    digit or two is for the network to say.

    Args:
        boxes: of the marks, at least one.

    Returns:
        The pieces from left to right, each as the indices of its marks. Specks beside everything else are in none.
    """
    line = height_of_line(boxes)
    by_height = sorted(range(len(boxes)), key=lambda index: -boxes[index].height)
    pieces: list[list[int]] = []
    outlines: list[Box] = []
    for index in by_height:
        box = boxes[index]
        home = _most_overlapping(box, outlines)
        if home is not None and is_speck(box, line) and _apart(box, outlines[home]) > _NEAR * line:
            continue
        if home is not None and (box.height <= _FLAT * line or _continues(box, outlines[home], line)):
            pieces[home].append(index)
            outlines[home] = around([outlines[home], box])
        elif not is_speck(box, line) or not pieces:
            pieces.append([index])
            outlines.append(box)
    return _in_order(pieces, boxes)


def is_speck(box: Box, line: float) -> bool:
    """Whether a mark is too small, for the height of the line, to be part of a digit that it does not touch."""
    return max(box.width, box.height) < _SPECK * line


def _most_overlapping(box: Box, outlines: Sequence[Box]) -> int | None:
    """The piece over or under which most of a flat mark lies; None if less than half of it does over any."""
    if not outlines:
        return None
    home = max(range(len(outlines)), key=lambda index: box.overlap(outlines[index]))
    return home if box.overlap(outlines[home]) >= _OVERLAP * box.width else None


def _apart(one: Box, other: Box) -> float:
    """How high the empty band between two marks is, one over the other."""
    return max(one.top, other.top) - min(one.bottom, other.bottom)


def _continues(lower: Box, upper: Box, line: float) -> bool:
    """Whether two marks are halves of a digit whose line is broken: one over the other, and neither is tall."""
    beside = min(lower.bottom, upper.bottom) - max(lower.top, upper.top)
    return (
        max(lower.height, upper.height) < _HALF * line
        and beside <= _SIDE_BY_SIDE * min(lower.height, upper.height)
        and lower.overlap(upper) >= _OVERLAP * max(lower.width, upper.width)
    )


def _in_order(pieces: list[list[int]], boxes: Sequence[Box]) -> list[list[int]]:
    return sorted(pieces, key=lambda piece: around(boxes[index] for index in piece).centre)
