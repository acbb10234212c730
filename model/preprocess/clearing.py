"""Above which level of its coverage ink stands free of rules and stains, and of what lies around it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.preprocess.pieces import Pieces, find_pieces, surroundings
from model.preprocess.steps import StepName

STANDS_FREE = (0.1, 0.2, 0.3, 0.45, 0.6)
"""Shares of full ink, the lowest of which is taken above which the ink stands free of rules and stains."""

_ALONE = 1.2
"""Of the ink of the largest pieces: what all of it has if they stand alone."""

_STROKES = 3
"""Pieces that a digit is written in, at most."""

_PALER = 0.7
"""Of all that is seen at the lowest level: what is left of it where rules are not seen any more."""


class Level(NamedTuple):
    """The pieces above a level of the coverage, and which of them lie around the ink."""

    level: float
    pieces: Pieces
    dropped: NDArray[np.bool_]
    steps: list[StepName]
    is_free: bool

    def stands_alone(self, count: int) -> bool:
        """Whether nearly all of the ink is in so many pieces."""
        areas = np.sort(np.where(self.dropped, 0, self.pieces.area))
        return self.is_free and bool(areas.sum() <= _ALONE * areas[-count:].sum())


def standing_free(coverage: NDArray[np.float32], *, has_edge: bool) -> Level:
    """The lowest level above which the ink stands free of rules and stains.

    If it is never one piece alone, then that above which it is few; if not that, above which it does not reach from
    edge to edge.
    """
    tried: list[Level] = []
    for level in STANDS_FREE if has_edge else STANDS_FREE[:1]:
        pieces = find_pieces(coverage > level)
        if not len(pieces.area):
            break
        dropped, steps = surroundings(pieces, has_edge=has_edge)
        areas = np.where(dropped, 0, pieces.area)
        is_paler = not tried or areas.sum() < _PALER * tried[0].pieces.area.sum()
        is_free = is_paler and not pieces.crosses[int(areas.argmax())]
        tried.append(Level(level, pieces, dropped, steps, is_free))
        if tried[-1].stands_alone(1):
            return tried[-1]
    few = (one for one in tried if one.stands_alone(_STROKES))
    return next(few, None) or next((one for one in tried if one.is_free), tried[0])
