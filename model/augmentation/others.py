"""Drawings of no digit that are made of real ones: words, digits that touch, and pieces of a digit; and signs."""

from collections.abc import Callable, Sequence

import numpy as np

from model.augmentation.paths import Paths
from model.augmentation.signs import sign
from model.augmentation.styles import Drawn, Points

_WIDE = 1.4
"""Width by height from which a piece lies as no digit does."""

_TRIES = 20
"""Digits of which a piece is sought; of most there is one."""

_LETTERS = (3, 9)
"""How many a word has: from, and below."""


def make_others(
    count: int, digits: Sequence[Sequence[Points]], letters: Sequence[Sequence[Points]], *, rng: np.random.Generator
) -> Paths:
    """Drawings of no digit: half of them signs, the others words, digits that touch, and pieces of digits.

    Args:
        count: how many.
        digits: drawings of single digits, of which pairs and pieces are made.
        letters: drawings of single letters, of which words are made; without any there are none.
        rng: the source of randomness.
    """
    kinds: list[Callable[[np.random.Generator], Drawn]] = [
        sign,
        lambda rng: touching(_some(digits, 2, rng), rng),
        sign,
        lambda rng: piece(digits, rng),
        sign,
        (lambda rng: word(_some(letters, int(rng.integers(*_LETTERS)), rng), rng)) if letters else sign,
    ]
    return Paths.of([kinds[index % len(kinds)](rng) for index in range(count)])


def word(letters: Sequence[Sequence[Points]], rng: np.random.Generator) -> Drawn:
    """Letters one after the other, in one line or in two."""
    lines = np.array_split(np.arange(len(letters)), int(rng.integers(1, 3)) if len(letters) > 5 else 1)
    drawn: Drawn = []
    for number, line in enumerate(lines):
        right = 0.0
        for letter in (letters[index] for index in line):
            low, high = _box(letter)
            scale = rng.uniform(0.7, 1.1) / max(float((high - low).max()), 1e-9)
            place = np.array([right, 1.5 * number + rng.normal(0, 0.05)])
            drawn += [(stroke - low) * scale + place for stroke in letter]
            right += float(high[0] - low[0]) * scale + rng.uniform(0.05, 0.3)
    return drawn


def touching(pair: Sequence[Sequence[Points]], rng: np.random.Generator) -> Drawn:
    """Two digits side by side, their boxes a little over each other or next to one another."""
    drawn: Drawn = []
    right = 0.0
    for digit in pair:
        low, high = _box(digit)
        height = max(float(high[1] - low[1]), 0.3 * float(high[0] - low[0]), 1e-9)
        scale = rng.uniform(0.85, 1.15) / height
        place = np.array([right - rng.uniform(0, 0.1) * bool(drawn), rng.normal(0, 0.06)])
        drawn += [(stroke - low) * scale + place for stroke in digit]
        # The least that keeps two ones from being a thick one.
        right += max(float(high[0] - low[0]) * scale, 0.3)
    return drawn


def piece(digits: Sequence[Sequence[Points]], rng: np.random.Generator) -> Drawn:
    """A strip of a digit from side to side, so low that it lies, as no digit does; a sign if none is found."""
    for _ in range(_TRIES):
        (digit,) = _some(digits, 1, rng)
        low, high = _box(digit)
        top = rng.uniform(0, 0.75)
        bottom = top + rng.uniform(0.2, 0.4)
        above, below = (low[1] + share * (high[1] - low[1]) for share in (top, bottom))
        strip = [part for stroke in digit for part in _within(stroke, above, below)]
        if strip:
            width, height = np.subtract(*_box(strip)[::-1])
            if width > _WIDE * height and width > 0.5 * (high[0] - low[0]):
                return strip
    return sign(rng)


def _within(stroke: Points, above: float, below: float) -> list[Points]:
    """The runs of points of a stroke between two heights, each of two points or more."""
    is_inside = (stroke[:, 1] >= above) & (stroke[:, 1] <= below)
    changes = np.flatnonzero(np.diff(is_inside)) + 1
    return [run for run in np.split(stroke, changes) if len(run) > 1 and above <= run[0, 1] <= below]


def _some(drawings: Sequence[Sequence[Points]], count: int, rng: np.random.Generator) -> list[Sequence[Points]]:
    return [drawings[index] for index in rng.integers(len(drawings), size=count)]


def _box(strokes: Sequence[Points]) -> tuple[Points, Points]:
    ink = np.concatenate(list(strokes))
    return ink.min(axis=0), ink.max(axis=0)
