"""Where ink that hangs together might be two digits: at the columns where it is low or thin."""

import numpy as np
from numpy.typing import NDArray

MAX_CUTS = 8
"""Of one piece: more would be too many to try."""

_MAX_VALLEYS = 64
"""That are looked for, so that a comb does not take for ever."""

_MIN_WIDTH = 0.25
"""Ink less wide than this, by the height of the tallest piece, is never cut."""

_WIDE = 0.6
"""From this width on, by that height, ink is also cut where there is little of it, however far that is spread."""

_APART = 0.1
"""The least distance between two cuts, by that height."""


def find_cuts(
    extent: NDArray[np.float64], ink: NDArray[np.float64], width: float, *, most: int = MAX_CUTS
) -> list[int]:
    """The columns before which a piece might be cut.

    Args:
        extent: (columns,) from the highest to the lowest ink in each column, by the height of the tallest piece.
        ink: (columns,) how much ink there is in each, in the same unit.
        width: of the piece, in the same unit.
        most: how many at most, and never more than `MAX_CUTS`.

    Returns:
        Indices above 0, ascending; nothing where there is no valley.
    """
    if width < _MIN_WIDTH:
        return []
    found = _valleys(extent, banks=0.4, share=0.85)
    if width >= _WIDE:
        found += _valleys(ink, banks=0.25, share=0.7)
    distance = _APART / width * len(extent)
    cuts: list[int] = []
    for _, column in sorted(found, reverse=True):
        if len(cuts) < min(most, MAX_CUTS) and all(abs(column - other) > distance for other in cuts):
            cuts.append(column)
    return sorted(cuts)


def _valleys(profile: NDArray[np.float64], *, banks: float, share: float) -> list[tuple[float, int]]:
    """The valleys of a profile (columns,), each with its depth and its column.

    The deepest parts the profile in two, in which the next are looked for.

    Args:
        profile: (columns,).
        banks: how high the profile must be somewhere on both sides of a valley.
        share: of the lower one of the banks, below which a column lies in a valley.
    """
    found: list[tuple[float, int]] = []
    sections = [(0, len(profile))]
    while sections and len(found) < _MAX_VALLEYS:
        start, end = sections.pop(0)
        depth, column = _deepest(profile[start:end], banks, share)
        if depth > 0:
            found.append((depth, start + column))
            sections += [(start, start + column), (start + column, end)]
    return found


def _deepest(profile: NDArray[np.float64], banks: float, share: float) -> tuple[float, int]:
    """The depth and the column of the deepest valley; depth 0 if there is none."""
    if len(profile) < 3:
        return 0.0, 0
    from_left = np.maximum.accumulate(profile)
    from_right = np.maximum.accumulate(profile[::-1])[::-1]
    lower_bank = np.minimum(from_left, from_right)
    depths = np.where((lower_bank >= banks) & (profile < share * lower_bank), lower_bank - profile, 0.0)
    lowest = np.flatnonzero(depths >= depths.max() - 1e-9)
    # Of several alike the middle one, and of a long low line between two digits the middle.
    lines = np.split(lowest, np.flatnonzero(np.diff(lowest) > 1) + 1)
    line = next(line for line in lines if line[-1] >= lowest[len(lowest) // 2])
    column = int(line[len(line) // 2])
    return float(depths[column]), column
