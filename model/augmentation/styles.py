"""Other ways to write a digit than most of the data has: as templates, and as changes to a drawing.

A template is a digit's strokes as control points of a smooth curve in a box from 0 to 1, x to the right and y down; a
point given twice is a corner. Every digit made from it has its points moved a little, on top of which `redraw` gives
it a hand and a pen.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from model.augmentation.paths import Paths

Points = NDArray[np.float64]
Drawn = list[Points]
"""The strokes of a drawing, each (points, 2)."""

SPREAD = 0.035
"""Standard deviation by which a template's points are moved, in sides of its box."""

_POINTS_A_SPAN = 10

# fmt: off
TEMPLATES: Mapping[int, Sequence[Sequence[Sequence[tuple[float, float]]]]] = MappingProxyType({
    0: (
        # Slashed from the right top, within and beyond the oval; the other way round; a dot in it; a loop at the top.
        (((.5, 0), (.15, .2), (.1, .6), (.5, 1), (.88, .65), (.85, .25), (.5, 0)), ((.75, .18), (.27, .82))),
        (((.5, 0), (.15, .2), (.1, .6), (.5, 1), (.88, .65), (.85, .25), (.5, 0)), ((1.0, -.08), (0, 1.08))),
        (((.5, 0), (.15, .2), (.1, .6), (.5, 1), (.88, .65), (.85, .25), (.5, 0)), ((.22, .2), (.78, .8))),
        (((.5, 0), (.25, .2), (.22, .6), (.5, 1), (.78, .65), (.77, .25), (.5, 0)), ((.72, .15), (.28, .85))),
        (((.7, .06), (.4, 0), (.12, .3), (.15, .75), (.5, 1), (.85, .7), (.88, .3), (.6, .02), (.42, .12), (.5, .25),
          (.75, .12)),),
        (((.85, .02), (.5, .05), (.15, .3), (.15, .75), (.5, 1), (.85, .7), (.82, .3), (.45, .05)),),
        # Slashed in one stroke.
        (((.75, .1), (.45, .02), (.12, .35), (.2, .85), (.5, 1), (.85, .65), (.8, .2), (.75, .1), (.75, .1),
          (.25, .9)),),
    ),
    1: (
        (((.5, 0), (.5, 1)),),
        (((.2, .3), (.55, 0), (.55, 0), (.55, 1)),),
        (((.25, .25), (.55, 0), (.55, 0), (.55, 1)), ((.2, 1), (.9, 1))),
        (((.05, .45), (.6, 0), (.6, 0), (.55, 1)),),
        (((.05, .5), (.6, 0), (.6, 0), (.58, 1)), ((.25, 1), (.95, 1))),
        (((.5, 0), (.5, 1)), ((.2, 1), (.8, 1))),
        (((.25, .25), (.55, 0), (.55, 0), (.5, 1), (.5, 1), (.2, 1), (.2, 1), (.85, .98)),),
        (((.3, .15), (.5, .1), (.55, 0), (.55, 0), (.5, 1)),),
    ),
    2: (
        (((.1, .25), (.4, 0), (.8, .2), (.6, .6), (.15, .95), (.1, .8), (.3, .78), (.6, .95), (.95, .9)),),
        (((.1, .25), (.45, 0), (.8, .25), (.5, .65), (.1, 1), (.1, 1), (.9, 1)),),
        (((.15, .2), (.5, 0), (.8, .2), (.7, .5), (.35, .85), (.1, .95), (.1, .75), (.35, .75), (.55, .95),
          (.9, .98)),),
        (((.1, .05), (.85, .02), (.85, .02), (.1, 1), (.1, 1), (.9, 1)),),
        (((.25, .35), (.15, .15), (.5, 0), (.85, .2), (.55, .65), (.05, 1), (.05, 1), (.5, .9), (.95, 1)),),
    ),
    3: (
        (((.1, .02), (.85, .02), (.85, .02), (.45, .4), (.45, .4), (.85, .65), (.6, .98), (.1, .9)),),
        (((.1, .15), (.5, 0), (.8, .2), (.4, .45), (.85, .7), (.5, 1), (.1, .85)),),
        (((.1, .15), (.5, 0), (.8, .2), (.5, .45), (.35, .47), (.45, .38), (.6, .5), (.85, .75), (.5, 1),
          (.05, .85)),),
        (((.05, .05), (.7, 0), (.75, .2), (.4, .45), (.4, .45), (.8, .5), (.85, .85), (.45, 1), (.05, .9)),),
    ),
    4: (
        # Open; closed; lightning, the pen not lifted; crossed low; the first stroke curved as a u.
        (((.3, 0), (.1, .6), (.1, .6), (.95, .58)), ((.7, .2), (.65, 1))),
        (((.2, .05), (.15, .5), (.15, .5), (.8, .5)), ((.8, .0), (.75, 1))),
        (((.65, 0), (.05, .65), (.05, .65), (.95, .65)), ((.65, 0), (.65, 1))),
        (((.65, 1), (.65, 0), (.65, 0), (.05, .65), (.05, .65), (.95, .65)),),
        (((.4, 0), (.1, .55), (.1, .55), (.9, .5), (.9, .5), (.55, 1)),),
        (((.35, 0), (.05, .6), (.05, .6), (.85, .45), (.85, .45), (.75, .3), (.65, 1)),),
        (((.15, .05), (.1, .45), (.4, .6), (.8, .4), (.85, .05), (.85, .05), (.8, 1)),),
        (((.2, 0), (.05, .5), (.05, .5), (.75, .5), (.75, .5), (.8, .05), (.8, .05), (.75, 1)),),
        (((.6, 0), (.1, .7), (.1, .7), (.9, .7)), ((.62, .45), (.6, 1))),
    ),
    5: (
        (((.2, .05), (.15, .45), (.15, .45), (.6, .4), (.85, .7), (.5, 1), (.1, .9)), ((.2, .03), (.9, 0))),
        (((.85, 0), (.2, .05), (.2, .05), (.15, .45), (.15, .45), (.6, .4), (.85, .7), (.5, 1), (.1, .9)),),
        (((.9, .05), (.4, .05), (.15, .25), (.5, .48), (.8, .7), (.5, 1), (.05, .92)),),
        (((.25, .15), (.2, .5), (.2, .5), (.6, .45), (.8, .75), (.45, 1), (.05, .9)), ((.35, .02), (.95, .05))),
    ),
    6: (
        (((.6, 0), (.2, .4), (.15, .8), (.5, 1), (.8, .8), (.6, .55), (.2, .7)),),
        (((.45, 0), (.15, .5), (.15, .85), (.45, 1), (.75, .85), (.65, .6), (.3, .6), (.15, .8)),),
        # Written flat: the stem leans far over the bowl, or the bowl is wide.
        (((.95, .0), (.45, .15), (.1, .6), (.3, 1), (.75, .95), (.8, .65), (.45, .6), (.15, .8)),),
        (((.3, 0), (.1, .6), (.3, 1), (.85, .95), (.85, .7), (.4, .65), (.12, .8)),),
        (((.75, .1), (.5, 0), (.2, .3), (.1, .75), (.45, 1), (.8, .8), (.55, .55), (.15, .7)),),
    ),
    7: (
        (((.05, .02), (.9, .02), (.9, .02), (.4, 1)),),
        (((.05, .25), (.1, .02), (.1, .02), (.9, .02), (.9, .02), (.4, 1)),),
        (((.05, .02), (.9, .02), (.9, .02), (.4, 1)), ((.25, .5), (.9, .48))),
        (((.08, .22), (.1, .03), (.1, .03), (.9, .05), (.9, .05), (.4, 1)), ((.3, .52), (.85, .48))),
        (((.05, .12), (.25, .02), (.5, .1), (.9, .02), (.9, .02), (.6, .4), (.45, 1)),),
        (((.05, .1), (.5, .02), (.85, .08), (.7, .4), (.45, 1)), ((.3, .45), (.85, .5))),
        (((.05, .02), (.9, .02), (.9, .02), (.55, .45), (.5, 1)), ((.3, .6), (.8, .4))),
        (((.05, .3), (.1, .02), (.1, .02), (.95, .1), (.95, .1), (.6, 1)),),
    ),
    8: (
        (((.8, .15), (.5, 0), (.2, .2), (.5, .48), (.85, .78), (.5, 1), (.15, .78), (.5, .48), (.8, .2), (.75, .1)),),
        (((.5, 0), (.2, .22), (.5, .45), (.8, .22), (.5, 0)), ((.5, .45), (.1, .72), (.5, 1), (.9, .72), (.5, .45))),
        (((.85, .05), (.4, .05), (.2, .25), (.6, .55), (.8, .8), (.5, 1), (.2, .8), (.5, .5), (.95, .0)),),
        (((.2, .05), (.35, .45), (.8, .75), (.5, 1), (.15, .8), (.5, .5), (.85, .15), (.5, 0), (.2, .1)),),
        (((.5, .5), (.15, .2), (.5, 0), (.85, .2), (.5, .5), (.15, .8), (.5, 1), (.85, .8), (.5, .5)),),
    ),
    9: (
        (((.8, .15), (.45, 0), (.15, .25), (.4, .5), (.78, .3), (.8, .1), (.8, .1), (.75, 1)),),
        (((.8, .15), (.45, 0), (.15, .25), (.4, .48), (.78, .25), (.82, .1), (.8, .6), (.55, .98), (.15, .9)),),
        (((.75, .2), (.45, 0), (.2, .25), (.45, .45), (.75, .2), (.75, .2), (.4, 1)),),
        (((.82, .3), (.5, 0), (.15, .2), (.3, .5), (.8, .35), (.82, .3), (.7, .75), (.35, 1), (.1, .82)),),
        (((.5, 0), (.2, .2), (.5, .45), (.8, .2), (.5, 0)), ((.8, .15), (.75, 1))),
    ),
})
# fmt: on


def styled_digits(count: int, *, rng: np.random.Generator) -> tuple[Paths, NDArray[np.intp]]:
    """Digits made from templates, each digit equally often, with their labels (count,)."""
    drawings: list[Drawn] = []
    labels = (np.arange(count) % len(TEMPLATES)).astype(np.intp)
    for digit in labels:
        templates = TEMPLATES[int(digit)]
        drawings.append([spline(stroke, rng) for stroke in templates[int(rng.integers(len(templates)))]])
    return Paths.of(drawings), labels


def slashed_zero(zero: Sequence[Points], *, rng: np.random.Generator) -> Drawn:
    """A zero with a slash, either way, within it or beyond."""
    low, high = _box(zero)
    middle, half = (low + high) / 2, (high - low) / 2
    reach = rng.uniform(0.55, 1.4)
    direction = np.array([rng.choice([1.0, 1.0, 1.0, -1.0]) * rng.uniform(0.5, 1.0), -rng.uniform(0.6, 1.0)]) * half
    middle = middle + half * rng.normal(0, 0.08, 2)
    return [*zero, np.stack([middle + direction * reach, middle - direction * reach])]


def crossed_seven(seven: Sequence[Points], *, rng: np.random.Generator) -> Drawn:
    """A seven with a bar across its stem."""
    low, high = _box(seven)
    ink = np.concatenate(list(seven))
    height = low[1] + (high[1] - low[1]) * rng.uniform(0.4, 0.65)
    stem = ink[np.abs(ink[:, 1] - height).argmin(), 0]
    half = (high[1] - low[1]) * rng.uniform(0.12, 0.32)
    tilt = half * rng.normal(0, 0.25)
    return [*seven, np.array([[stem - half * rng.uniform(0.6, 1.2), height + tilt], [stem + half, height - tilt]])]


def footed_one(one: Sequence[Points], *, rng: np.random.Generator) -> Drawn:
    """A one with a line under it."""
    low, high = _box(one)
    ink = np.concatenate(list(one))
    foot = ink[ink[:, 1].argmax()]
    half = (high[1] - low[1]) * rng.uniform(0.1, 0.4)
    tilt = half * rng.normal(0, 0.12)
    return [
        *one,
        np.array([[foot[0] - half, foot[1] + tilt], [foot[0] + half * rng.uniform(0.6, 1.2), foot[1] - tilt]]),
    ]


def _box(strokes: Sequence[Points]) -> tuple[Points, Points]:
    ink = np.concatenate(list(strokes))
    return ink.min(axis=0), ink.max(axis=0)


def spline(control: Sequence[tuple[float, float]], rng: np.random.Generator, spread: float = SPREAD) -> Points:
    """A Catmull-Rom spline through control points that are moved a little; twins stay together."""
    points = np.array(control, np.float64)
    is_twin = np.concatenate([[False], (np.diff(points, axis=0) == 0).all(axis=1)])
    points += rng.normal(0, spread, points.shape)
    points[is_twin] = points[np.flatnonzero(is_twin) - 1]
    padded = np.concatenate([points[:1], points, points[-1:]])
    before, start, end, after = (padded[first : len(padded) - 3 + first, None] for first in range(4))
    # A straight run between two corners has no curve to it.
    t = np.linspace(0, 1, _POINTS_A_SPAN)[:, None]
    spans = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    curve: Points = spans.reshape(-1, 2)
    return curve
