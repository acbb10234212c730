"""Signs beside the digits of a row: told by their shape, their size, and where they lie between the row's lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from model.numbers.boxes import Box, around
from model.numbers.ink import UNKNOWN, SignCharacter
from model.numbers.layout.rules import typical_height
from model.numbers.layout.shapes import Points, as_bar, is_cross

_ALIKE = 12.0
"""Degrees by which marks lean alike."""


@dataclass(frozen=True, slots=True)
class FoundSign:
    """A sign of a row.

    Attributes:
        sign: which it is.
        marks: the indices of its marks.
    """

    sign: SignCharacter
    marks: tuple[int, ...]


def find_signs(
    boxes: Sequence[Box], row: Sequence[int], points_of: Callable[[int], Points], pen: float
) -> tuple[list[FoundSign], list[tuple[int, ...]]]:
    """The signs among the marks of a row, and marks, one or two together, that are plus signs if they are no digits.

    Args:
        boxes: of all marks.
        row: the indices of those in the row.
        points_of: points along the ink of a mark, by its index.
        pen: the width of the ink; 0 for strokes.
    """
    if len(row) == 1:
        return [], []
    marks = _Row(boxes, row, points_of, pen)
    like_crosses = marks.like_crosses()
    return marks.signs(), like_crosses


class _Row:
    """The marks of a row, from which signs are taken one kind after the other."""

    def __init__(
        self, boxes: Sequence[Box], row: Sequence[int], points_of: Callable[[int], Points], pen: float
    ) -> None:
        self._boxes, self._row, self._points_of, self._pen = boxes, row, points_of, pen
        self._height = typical_height([boxes[index] for index in row])
        self._tall = [index for index in row if boxes[index].height >= 0.5 * self._height]
        self._taken: set[int] = set()

    def signs(self) -> list[FoundSign]:
        """All of them, in no order."""
        kinds = (self._levels, self._dots, self._slashes)
        return [sign for find in kinds for sign in self._take(find())]

    def _take(self, found: Sequence[FoundSign]) -> Sequence[FoundSign]:
        self._taken.update(index for sign in found for index in sign.marks)
        return found

    def _left(self) -> list[int]:
        return [index for index in self._row if index not in self._taken]

    def _is_clear(self, marks: Sequence[int]) -> bool:
        """Whether no other mark lies over, under or across these, but for a little at their ends."""
        box = around(self._boxes[index] for index in marks)
        others = [self._boxes[index] for index in self._left() if index not in marks]
        return all(box.overlap(other) <= 0.2 * min(box.width, max(other.width, 0.1 * box.width)) for other in others)

    def _place(self, box: Box) -> tuple[float, float]:
        """Where a mark begins and ends between the top, 0, and the bottom, 1, of the digits beside it."""
        others = [
            self._boxes[index] for index in self._tall if index not in self._taken and self._boxes[index] != box
        ]
        sides = [
            [other for other in others if other.centre <= box.centre],
            [other for other in others if other.centre > box.centre],
        ]
        nearest = [min(side, key=lambda other: abs(other.centre - box.centre)) for side in sides if side]
        if not nearest:
            return 0.0, 1.0
        top = float(np.mean([other.top for other in nearest]))
        height = max(float(np.mean([other.bottom for other in nearest])) - top, 1e-12)
        return (box.top - top) / height, (box.bottom - top) / height

    def like_crosses(self) -> list[tuple[int, ...]]:
        """What may be a plus sign, or a 4, in one mark or in two; the network tells a 4 from what is no digit."""
        sized = self._sized()
        pairs = [(one, other) for one in sized for other in sized if other > one and self._may_cross(one, other)]
        found: list[tuple[int, ...]] = []
        for marks in [*pairs, *((index,) for index in sized)]:
            if self._taken.isdisjoint(marks) and self._is_cross(marks):
                found.append(marks)
                self._taken.update(marks)
        return found

    def _sized(self) -> list[int]:
        low, high = 0.2 * self._height, 1.2 * self._height
        return [
            index for index in self._row if low <= max(self._boxes[index].width, self._boxes[index].height) <= high
        ]

    def _is_cross(self, marks: tuple[int, ...]) -> bool:
        if len(self._row) == len(marks) or not self._is_clear(marks):
            return False
        points = np.concatenate([self._points_of(index) for index in marks])
        return is_cross(points, around(self._boxes[index] for index in marks), self._pen)

    def _may_cross(self, one: int, other: int) -> bool:
        """Whether one of two marks lies level and the other upright, within each other's range."""
        level, upright = sorted((self._boxes[one], self._boxes[other]), key=lambda box: box.height - box.width)
        return (
            level.width > 1.5 * level.height
            and upright.height > 1.5 * upright.width
            and level.left < upright.centre < level.right
            and upright.top < level.top
            and level.bottom < upright.bottom
        )

    def _levels(self) -> list[FoundSign]:
        """Minus and equals signs: level bars, one alone or two of them."""
        bars = [index for index in self._left() if self._is_level(index)]
        found: list[FoundSign] = []
        used: set[int] = set()
        for index in bars:
            box = self._boxes[index]
            over = [
                other
                for other in bars
                if other > index
                and box.overlap(self._boxes[other]) >= 0.5 * max(box.width, self._boxes[other].width)
                and abs(box.top - self._boxes[other].top) <= 0.7 * self._height
            ]
            # Two short ones are the dots of a colon.
            is_long = max(box.width, *(self._boxes[other].width for other in over), 0.0) >= 0.2 * self._height
            if len(over) == 1 and is_long and self._is_clear((index, over[0])):
                found.append(FoundSign("=", (index, over[0])))
                used.update(found[-1].marks)
        for index in bars:
            top, bottom = self._place(self._boxes[index])
            # At the end of a row it may be the hat of a 5.
            highest = 0.15 if self._is_followed(index) else 0.35
            if index not in used and highest <= (top + bottom) / 2 <= 0.85 and self._is_minus(index):
                found.append(FoundSign("-", (index,)))
        return found

    def _is_minus(self, index: int) -> bool:
        return self._is_clear((index,)) and not self._is_touched(index, 0.06)

    def _is_level(self, index: int) -> bool:
        box = self._boxes[index]
        if box.width < max(0.12 * self._height, 1.5 * self._pen) or box.height > 0.4 * self._height:
            return False
        bar = as_bar(self._points_of(index), 0.75 * self._pen, bend=0.08)
        return bar is not None and abs(bar.slant) >= 60 and box.width >= 2 * self._pen

    def _dots(self) -> list[FoundSign]:
        """Points, commas, colons, and small marks that are none of these."""
        small = [index for index in self._left() if self._is_small(index)]
        found: list[FoundSign] = []
        for index in small:
            used = {mark for sign in found for mark in sign.marks}
            over = [other for other in small if other != index and self._is_over(index, other)]
            if index not in used and len(over) == 1 and self._is_clear((index, over[0])):
                is_colon = self._is_dot(index) and self._is_dot(over[0])
                found.append(FoundSign(":" if is_colon else UNKNOWN, (index, over[0])))
            elif index not in used and self._is_clear((index,)):
                found += [FoundSign(sign, (index,)) for sign in self._dot(index)]
        return found

    def _is_over(self, one: int, other: int) -> bool:
        """Whether two small marks lie one over the other, with paper between."""
        upper, lower = sorted((self._boxes[one], self._boxes[other]), key=lambda box: box.top)
        return abs(upper.centre - lower.centre) <= 0.25 * self._height and (
            0.03 * self._height <= lower.top - upper.bottom <= self._height
        )

    def _is_small(self, index: int) -> bool:
        box = self._boxes[index]
        size, least = max(box.width, box.height), min(box.width, box.height)
        # What is thinner than the pen is dust, and what is both tiny and long a crumb of a broken line.
        is_crumb = 0 < self._pen < size / 1.5 and 2.2 * least < size < 0.12 * self._height
        is_dust = size < 0.75 * self._pen
        return not is_crumb and not is_dust and box.height <= 0.5 * self._height and box.width <= 0.35 * self._height

    def _is_dot(self, index: int) -> bool:
        box = self._boxes[index]
        return max(box.width, box.height) <= max(0.22 * self._height, min(2.2 * self._pen, 0.35 * self._height))

    def _dot(self, index: int) -> list[SignCharacter]:
        """The sign that a small mark is; none if it is as large as a part of a digit."""
        box = self._boxes[index]
        top, bottom = self._place(box)
        is_long = box.height >= max(0.14 * self._height, 1.5 * self._pen) and box.height > box.width
        if is_long and bottom >= 1.03 and top >= 0.6:
            return [","] if self._is_between(box) and not self._is_touched(index, 0.06) else []
        if not self._is_dot(index):
            return []
        return ["." if (top + bottom) / 2 >= 0.7 else UNKNOWN]

    def _slashes(self) -> list[FoundSign]:
        """Slashes: straight, leaning to the right, with a digit on either side, and longer or flatter than a 1."""
        tall = sorted(self._tall, key=lambda index: self._boxes[index].centre)
        return [
            FoundSign("/", (index,))
            for index in tall[1:-1]
            if index not in self._taken and self._is_slash(index, tall)
        ]

    def _is_slash(self, index: int, tall: Sequence[int]) -> bool:
        box = self._boxes[index]
        if box.width < 0.2 * box.height:
            return False
        bar = as_bar(self._points_of(index), self._pen)
        if bar is None or not 12 <= bar.slant <= 55 or self._is_touched(index, 0.04):
            return False
        height = float(np.median([self._boxes[other].height for other in tall if other != index]))
        # A 1 may lean, and may be higher than its neighbours, but seldom much of both; and other ones lean with it.
        if any(abs(bar.slant - other) < _ALIKE for other in self._slants(index, tall)) and box.height < 1.15 * height:
            return False
        return (bar.slant - 18) / 10 + (box.height / height - 1) / 0.15 >= 1.5

    def _slants(self, index: int, tall: Sequence[int]) -> list[float]:
        """How the other straight marks lean."""
        bars = [as_bar(self._points_of(other), self._pen) for other in tall if other != index]
        return [bar.slant for bar in bars if bar is not None]

    def _is_followed(self, index: int) -> bool:
        """Whether there is a tall mark on the right."""
        return any(self._boxes[other].left >= self._boxes[index].centre for other in self._tall)

    def _is_between(self, box: Box) -> bool:
        """Whether there are tall marks on either side."""
        sides = {self._boxes[index].centre > box.centre for index in self._tall if self._boxes[index] != box}
        return len(sides) == 2

    def _is_touched(self, index: int, share: float) -> bool:
        """Whether another mark comes near this one: what meets a stroke, as in a 4 or a 5, makes it no sign."""
        points, box = self._points_of(index), self._boxes[index]
        near = float(np.hypot(share * self._height, self._pen**0.5))
        for other in self._row:
            if other != index and box.overlap(self._boxes[other]) >= -near:
                theirs = _near(self._points_of(other), box, near)
                ours = _near(points, self._boxes[other], near)
                if len(ours) and len(theirs):
                    # A thick line has more points than need be looked at.
                    ours, theirs = ours[:: 1 + len(ours) // 500], theirs[:: 1 + len(theirs) // 500]
                    apart = ours[:, None] - theirs[None]
                    if float((apart * apart).sum(axis=2).min()) <= near * near:
                        return True
        return False


def _near(points: Points, box: Box, near: float) -> Points:
    """The points that lie within a box, or near it."""
    low, high = (box.left - near, box.top - near), (box.right + near, box.bottom + near)
    return points[((points >= low) & (points <= high)).all(axis=1)]
