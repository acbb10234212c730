"""Ink that is no digit and that no data set has: scribbles, several digits at once, lines, dots and shapes."""

from collections.abc import Callable, Sequence

import numpy as np

from model.augmentation.paths import Paths
from model.augmentation.styles import Drawn, Points


def make_scribbles(count: int, digits: Sequence[Sequence[Points]], *, rng: np.random.Generator) -> Paths:
    """Drawings of no digit, of every kind equally often.

    Args:
        count: how many.
        digits: drawings of single digits, of which rows of several are made.
        rng: the source of randomness.
    """
    kinds: list[Callable[[np.random.Generator], Drawn]] = [
        lambda rng: row_of_digits(
            [digits[index] for index in rng.integers(len(digits), size=rng.integers(2, 5))], rng
        ),
        lambda rng: row_of_digits([digits[index] for index in rng.integers(len(digits), size=2)], rng),
        scribble,
        zigzag,
        flat_lines,
        many_lines,
        dots,
        spiral,
        star,
        arrow,
        blot,
        wave,
    ]
    return Paths.of([kinds[index % len(kinds)](rng) for index in range(count)])


def row_of_digits(digits: Sequence[Sequence[Points]], rng: np.random.Generator) -> Drawn:
    """Several digits side by side, as of a number."""
    row: Drawn = []
    right = 0.0
    for strokes in digits:
        ink = np.concatenate(list(strokes))
        low, high = ink.min(axis=0), ink.max(axis=0)
        scale = rng.uniform(0.75, 1.25) / max(float(high[1] - low[1]), 0.3 * float(high[0] - low[0]), 1e-9)
        place = np.array([right, rng.normal(0, 0.08)])
        row += [(stroke - low) * scale + place for stroke in strokes]
        right += float(high[0] - low[0]) * scale + rng.uniform(0.12, 0.5)
    return row


def scribble(rng: np.random.Generator) -> Drawn:
    """The pen to and fro without a plan."""
    turns = rng.uniform(0, 1, (int(rng.integers(9, 26)), 2)) * rng.uniform(0.4, 1.0, 2)
    return [_smooth(turns)]


def zigzag(rng: np.random.Generator) -> Drawn:
    """Up and down, three times or more, lying or standing."""
    corners = int(rng.integers(6, 12))
    points = np.stack([np.linspace(0, rng.uniform(0.4, 2), corners), np.arange(corners) % 2], axis=1)
    points += rng.normal(0, 0.06, points.shape)
    return [_turned(points, rng.uniform(0, 360))]


def flat_lines(rng: np.random.Generator) -> Drawn:
    """One, two or three lines that lie, where a one would stand."""
    line = np.array([[-0.5, 0.0], [0.5, 0.0]])
    places = [np.array([rng.normal(0, 0.05), 0.35 * index]) for index in range(rng.integers(1, 4))]
    return [_turned(line * rng.uniform(0.7, 1), rng.uniform(-25, 25)) + place for place in places]


def many_lines(rng: np.random.Generator) -> Drawn:
    """Four lines or more, anyhow."""
    return [rng.uniform(0, 1, (2, 2)) for _ in range(rng.integers(4, 9))]


def dots(rng: np.random.Generator) -> Drawn:
    """Dots, from one on."""
    return [rng.uniform(0, 1, (1, 2)) for _ in range(rng.integers(1, 8))]


def spiral(rng: np.random.Generator) -> Drawn:
    """Two turns and a half or more."""
    angle = np.linspace(0, 2 * np.pi * rng.uniform(2.5, 4.5), 120)
    radius = rng.uniform(0.05, 0.2) + angle / angle[-1]
    points = np.stack([np.cos(angle), rng.choice([-1.0, 1.0]) * np.sin(angle)], axis=1) * radius[:, None]
    return [_turned(points, rng.uniform(0, 360))]


def star(rng: np.random.Generator) -> Drawn:
    """A star of five or six points in one stroke, or of three to five lines through its middle."""
    if rng.random() < 0.5:
        corners = int(rng.choice([5, 7]))
        angle = np.arange(corners + 1) * 2 * np.pi * (corners // 2) / corners
        points = np.stack([np.sin(angle), -np.cos(angle)], axis=1) + rng.normal(0, 0.08, (corners + 1, 2))
        return [_turned(points, rng.uniform(-30, 30))]
    lines = int(rng.integers(3, 6))
    line = np.array([[-1.0, 0.0], [1.0, 0.0]])
    return [
        _turned(line, 180 * index / lines + rng.uniform(-12, 12)) + rng.normal(0, 0.06, 2) for index in range(lines)
    ]


def arrow(rng: np.random.Generator) -> Drawn:
    """A line with a head at one end or at both."""
    head = rng.uniform(0.15, 0.4)
    heads = [np.array([[1 - head, -head], [1.0, 0.0], [1 - head, head]])]
    if rng.random() < 0.4:
        heads.append(heads[0] * [-1, 1])
    # Not upright, where a quick hand's arrow and a one are the same.
    angle = rng.uniform(-50, 50) + rng.choice([0, 180])
    return [_turned(stroke, angle) for stroke in (np.array([[-1.0, 0.0], [1.0, 0.0]]), *heads)]


def blot(rng: np.random.Generator) -> Drawn:
    """A patch rubbed full of ink."""
    lines = int(rng.integers(12, 22))
    places = np.linspace(0, 1, lines)
    ends = np.stack([np.where(np.arange(lines) % 2 == 0, 0.0, 1.0), places], axis=1) * [rng.uniform(0.4, 1), 1]
    return [_turned(ends + rng.normal(0, 0.04, ends.shape), rng.uniform(0, 360))]


def wave(rng: np.random.Generator) -> Drawn:
    """Two waves and a half or more."""
    along = np.linspace(0, 1, 100)
    height = rng.uniform(0.08, 0.3) * np.sin(2 * np.pi * rng.uniform(2.5, 5) * along + rng.uniform(0, 6))
    return [_turned(np.stack([along, height], axis=1), rng.uniform(0, 360))]


def _smooth(turns: Points) -> Points:
    """A curve that is drawn to each of the points, but rounds its corners (Chaikin's)."""
    for _ in range(3):
        ahead, behind = turns[:-1] * 0.75 + turns[1:] * 0.25, turns[:-1] * 0.25 + turns[1:] * 0.75
        turns = np.stack([ahead, behind], axis=1).reshape(-1, 2)
    return turns


def _turned(points: Points, degrees: float) -> Points:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned: Points = points @ turn
    return turned
