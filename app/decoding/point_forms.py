"""The ways in which programs write the points of a pen."""

from collections.abc import Sequence
from itertools import pairwise

from app.errors import Refusal, ServiceError
from app.schemas import MAX_NUMBERS, PointObject, StrokeObject

Pair = tuple[float, float]
"""x and y."""

Point = list[float] | PointObject

_EPOCH = 1e6
"""Milliseconds or seconds since long ago are more; no canvas has so many pixels."""


def as_pairs(strokes: Sequence[list[Point] | StrokeObject]) -> list[list[Pair]]:
    """Strokes of points as x and y alone, whatever else the points have.

    Raises:
        ServiceError: a point has fewer than two numbers, or not as many as the others; or the lists are those of
            Quick, Draw!, which has all x of a stroke in one and all y in the next.
    """
    lists = [stroke.points if isinstance(stroke, StrokeObject) else stroke for stroke in strokes]
    if _are_columns(lists):
        raise _refused(
            "strokes: lists of all x and of all y, as Quick, Draw! has them; send a stroke as points: [[x, y], ...]"
        )
    numbers = 0
    for index, stroke in enumerate(lists):
        for place, point in enumerate(stroke):
            if isinstance(point, PointObject):
                continue
            numbers = numbers or len(point)
            if len(point) != numbers or not 2 <= numbers <= MAX_NUMBERS:
                raise _refused(
                    f"strokes[{index}][{place}]: a point is [x, y], two numbers, or [x, y, time], the same for all"
                )
    return [
        [(point.x, point.y) if isinstance(point, PointObject) else (point[0], point[1]) for point in stroke]
        for stroke in lists
    ]


def _are_columns(strokes: Sequence[list[Point]]) -> bool:
    """Whether each stroke is a list of its x, one of its y, and perhaps one of its times.

    Two or three points with their times look alike: they are points if what would be the times runs as time does.
    """
    columns = [_columns(stroke) for stroke in strokes if stroke]
    return all(columns) and max(columns, default=0) > 2 and not _have_times(strokes)


def _columns(stroke: list[Point]) -> int:
    """How many points a stroke has if it is such lists, of one length; 0 if it is not."""
    lengths = {len(part) if isinstance(part, list) else 0 for part in stroke}
    is_columns = len(stroke) == 2 or (len(stroke) == 3 and _is_time(stroke[2]))
    return lengths.pop() if is_columns and len(lengths) == 1 else 0


def _have_times(strokes: Sequence[list[Point]]) -> bool:
    """Whether the third numbers of all points run as time does."""
    points = [point for stroke in strokes for point in stroke if isinstance(point, list)]
    return all(3 <= len(point) <= MAX_NUMBERS for point in points) and _is_time([point[2] for point in points])


def _is_time(numbers: Point) -> bool:
    """Whether numbers never fall, and begin at 0 or long after."""
    if isinstance(numbers, PointObject) or not numbers or not (numbers[0] == 0 or numbers[0] >= _EPOCH):
        return False
    return all(before <= after for before, after in pairwise(numbers))


def _refused(detail: str) -> ServiceError:
    return ServiceError(Refusal.INVALID_REQUEST, detail)
