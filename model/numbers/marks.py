"""Which marks belong together whatever they are read as, and in which order the pieces of a number come."""

from collections.abc import Sequence
from itertools import pairwise

from model.numbers.boxes import Box, around, height_of_line

MAX_PIECES = 64
"""Pieces that are looked at; of more, those that are nearest to each other are taken as one."""

_MAX_MARKS = 256
"""Marks that are looked at, the largest: in a picture of nothing but noise there are thousands."""

_SPECK = 0.12
"""A mark outside the others, smaller than this share of the tallest, is no part of a digit: a dot, a comma, dust."""

_FLAT = 0.35
"""A mark less tall than this share of the tallest is no digit of its own if it lies over or under another."""

_OVERLAP = 0.5
"""Share of a flat mark's width that must lie over or under another mark to be joined with it."""


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
    by_size = sorted(range(len(boxes)), key=lambda index: -max(boxes[index].width, boxes[index].height))
    by_height = sorted(by_size[:_MAX_MARKS], key=lambda index: -boxes[index].height)
    pieces: list[list[int]] = []
    outlines: list[Box] = []
    for index in by_height:
        box = boxes[index]
        if box.height <= _FLAT * line and (home := _most_overlapping(box, outlines)) is not None:
            pieces[home].append(index)
            outlines[home] = around([outlines[home], box])
        elif max(box.width, box.height) >= _SPECK * line or not pieces:
            pieces.append([index])
            outlines.append(box)
    return _in_order(_joined_down_to(MAX_PIECES, pieces, outlines), boxes)


def _most_overlapping(box: Box, outlines: Sequence[Box]) -> int | None:
    """The piece over or under which most of a flat mark lies; None if less than half of it does over any."""
    if not outlines:
        return None
    home = max(range(len(outlines)), key=lambda index: box.overlap(outlines[index]))
    return home if box.overlap(outlines[home]) >= _OVERLAP * box.width else None


def _joined_down_to(most: int, pieces: list[list[int]], outlines: list[Box]) -> list[list[int]]:
    """The pieces, with neighbours joined where the gaps are the smallest if there are more than `most`."""
    if len(pieces) <= most:
        return pieces
    order = sorted(range(len(pieces)), key=lambda index: outlines[index].centre)
    overlaps = [outlines[left].overlap(outlines[right]) for left, right in pairwise(order)]
    by_overlap = sorted(range(len(overlaps)), key=lambda boundary: overlaps[boundary])
    kept = set(by_overlap[: most - 1])  # the widest gaps
    joined: list[list[int]] = [[]]
    for place, index in enumerate(order):
        joined[-1].extend(pieces[index])
        if place in kept:
            joined.append([])
    return joined


def _in_order(pieces: list[list[int]], boxes: Sequence[Box]) -> list[list[int]]:
    return sorted(pieces, key=lambda piece: around(boxes[index] for index in piece).centre)
