"""Digits of straight strokes, as a mouse on few pixels draws them, or somebody who writes like a display."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from model.augmentation.paths import Paths

# fmt: off
CORNERS: Mapping[int, Sequence[Sequence[Sequence[tuple[float, float]]]]] = MappingProxyType({
    0: ((((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)),), (((.3, 0), (.7, 0), (1, .3), (1, .7), (.7, 1), (.3, 1), (0, .7),
                                                       (0, .3), (.3, 0)),)),
    1: ((((.5, 0), (.5, 1)),), (((.2, .3), (.5, 0), (.5, 1)),), (((.2, .3), (.5, 0), (.5, 1)), ((.2, 1), (.8, 1)))),
    2: ((((0, 0), (1, 0), (1, .5), (0, .5), (0, 1), (1, 1)),),
        (((0, .25), (.3, 0), (.7, 0), (1, .3), (0, 1), (1, 1)),)),
    3: ((((0, 0), (1, 0), (1, .5), (.3, .5), (1, .5), (1, 1), (0, 1)),),
        (((0, 0), (1, 0), (.4, .45), (1, .7), (.7, 1), (0, 1)),)),
    4: ((((0, 0), (0, .5), (1, .5)), ((1, 0), (1, 1))), (((.7, 1), (.7, 0), (0, .65), (1, .65)),),
        (((.2, 0), (.1, .55), (1, .55)), ((.7, .2), (.7, 1)))),
    5: ((((1, 0), (0, 0), (0, .45), (1, .45), (1, 1), (0, 1)),),
        (((1, 0), (.1, 0), (.05, .4), (.7, .4), (1, .6), (1, .8), (.7, 1), (0, 1)),)),
    6: ((((1, 0), (0, 0), (0, 1), (1, 1), (1, .5), (0, .5)),),
        (((.6, 0), (.1, .4), (0, 1), (.9, 1), (.9, .55), (0, .55)),),
        (((0, 0), (0, 1), (1, 1), (1, .5), (0, .5)),),
        (((1, .1), (.8, 0), (.2, 0), (0, .2), (0, .8), (.2, 1), (.8, 1), (1, .8), (1, .6), (.8, .45), (0, .45)),)),
    7: ((((0, 0), (1, 0), (1, 1)),), (((0, 0), (1, 0), (.4, 1)),), (((0, 0), (1, 0), (.4, 1)), ((.3, .5), (.9, .5)))),
    8: ((((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)), ((0, .5), (1, .5))),
        (((.5, .45), (.1, .2), (.5, 0), (.9, .2), (.5, .45), (0, .75), (.5, 1), (1, .75), (.5, .45)),)),
    9: ((((1, .5), (0, .5), (0, 0), (1, 0), (1, 1)),), (((1, .5), (0, .5), (0, 0), (1, 0), (1, 1), (0, 1)),),
        (((.9, .2), (.5, 0), (.1, .2), (.4, .5), (.9, .2), (.8, 1)),)),
})
# fmt: on

_SPREAD = 0.05
"""Standard deviation by which corners are moved, in sides of the box."""


def angular_digits(count: int, *, rng: np.random.Generator) -> tuple[Paths, NDArray[np.intp]]:
    """Digits of straight strokes, each digit equally often, narrower or wider, with their labels (count,)."""
    labels = (np.arange(count) % len(CORNERS)).astype(np.intp)
    drawings = []
    for digit in labels:
        kinds = CORNERS[int(digit)]
        box = np.array([rng.uniform(0.4, 0.9), 1])
        strokes = kinds[int(rng.integers(len(kinds)))]
        drawings.append(
            [(np.array(one, np.float64) + rng.normal(0, _SPREAD, (len(one), 2))) * box for one in strokes]
        )
    return Paths.of(drawings), labels
