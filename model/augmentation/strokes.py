"""Drawings drawn again: another hand, another pen, another device, the same digit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.augmentation.paths import POINTS, Paths
from model.augmentation.render import render
from model.errors import ConfigError
from model.preprocess import PEN_WIDTH
from model.settings import check, setting

_WAVES = 3
"""Sine waves that bend a drawing, or shake the pen: few, so that what comes out is smooth."""

_MAX_GAP = POINTS // 16

_HOOK = POINTS // 24
"""Points of a flick."""

_FLICK = (0.06, 0.3)
"""How long flicks are, in units of half the longer side."""


@dataclass(frozen=True, slots=True)
class StrokeAugmentation:
    """How far drawings are changed when they are drawn again.

    Lengths are shares of the drawing's longer side. An amount is drawn evenly between minus and plus its limit,
    or from 0 to it where a sign makes no sense.

    Raises:
        ConfigError: a limit is out of range, or the pens are in the wrong order.
    """

    rotation: float = setting(0.0, "degrees it is turned, at most", ge=0)
    slant: float = setting(0.0, "slant, sideways for one down", ge=0)
    aspect: float = setting(0.0, "logarithm of the factor by which it is wider than high", ge=0)
    bend: float = setting(0.0, "size of smooth waves through the plane, which take the ink along", ge=0)
    tremor: float = setting(0.0, "size of waves along the path: an unsteady hand", ge=0)
    jitter: float = setting(0.0, "how far each point strays on its own: a coarse device", ge=0)
    thinnest_pen: float = setting(PEN_WIDTH, "width of the thinnest pen, in pixels of the 28x28 frame", ge=0.5, le=8)
    thickest_pen: float = setting(PEN_WIDTH, "width of the thickest pen, likewise", ge=0.5, le=8)
    coarse: float = setting(0.0, "share of drawings sampled at few points, with straight lines between", ge=0, le=1)
    joined: float = setting(0.0, "share of drawings in which the pen is not lifted between strokes", ge=0, le=1)
    gaps: float = setting(0.0, "share of drawings in which the pen skips, or a stroke's ends are missing", ge=0, le=1)

    hooks: float = setting(0.0, "share of drawings that begin with a short flick, and of those that end", ge=0, le=1)

    def __post_init__(self) -> None:
        check(self, "augmentation.strokes.")
        if self.thinnest_pen > self.thickest_pen:
            raise ConfigError(
                f"augmentation.strokes.thinnest_pen must be at most thickest_pen, {self.thickest_pen:g}, "
                f"not {self.thinnest_pen:g}"
            )


def redraw(paths: Paths, redrawing: StrokeAugmentation, *, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw each of a batch again in its own random way, as the network sees it.

    Args:
        paths: the drawings.
        redrawing: how far to go.
        rng: the source of randomness.

    Returns:
        float32 (batch, 784), 0 paper to 255 ink.
    """
    changed = distort_paths(paths, redrawing, rng=rng)
    pens = np.exp(rng.uniform(np.log(redrawing.thinnest_pen), np.log(redrawing.thickest_pen), len(paths)))
    # Ink that comes as an image has been resampled, and is a little sharper or softer than drawn strokes.
    softness = rng.uniform(0.8, 1.3, len(paths)) if redrawing.thinnest_pen < redrawing.thickest_pen else np.ones(1)
    return render(changed, pen_width=pens.astype(np.float32), softness=softness.astype(np.float32))


def distort_paths(paths: Paths, redrawing: StrokeAugmentation, *, rng: np.random.Generator) -> Paths:
    """The drawings with every change but that of the pen."""
    points = _coarse(paths, redrawing.coarse, rng)
    points += _tremor(len(paths), redrawing.tremor, rng)
    points += _bends(points, redrawing.bend, rng)
    points = _hooked(points, paths.stroke, redrawing.hooks, rng)
    points = points @ _maps(len(paths), redrawing, rng)
    # A device's own steps lie in the plane of the drawing, whatever the hand did.
    points += (
        rng.uniform(-2, 2, (len(paths), 1, 1)).astype(np.float32)
        * redrawing.jitter
        * rng.standard_normal(points.shape, dtype=np.float32)
    )
    stroke = _joined(paths.stroke, redrawing.joined, rng)
    return Paths(points, _gaps(stroke, redrawing.gaps, rng))


def _coarse(paths: Paths, share: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """The points, for some drawings moved onto straight lines between every few of them."""
    steps = np.where(rng.random(len(paths)) < share, rng.integers(3, 11, len(paths)), 1)[:, None]
    places = np.arange(POINTS)
    before = places - places % steps
    after = np.minimum(before + steps, POINTS - 1)
    rows = np.arange(len(paths))[:, None]
    # Never across the end of a stroke.
    whole = (paths.stroke[rows, before] == paths.stroke) & (paths.stroke[rows, after] == paths.stroke)
    within = ((places - before) / np.maximum(after - before, 1)).astype(np.float32)[..., None]
    lines = paths.points[rows, before] * (1 - within) + paths.points[rows, after] * within
    return np.where(whole[..., None], lines, paths.points)


def _tremor(count: int, amount: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Displacements (count, POINTS, 2) by waves along the path."""
    along = np.linspace(0, 2 * np.pi, POINTS, dtype=np.float32)
    cycles = rng.uniform(3, 16, (count, _WAVES, 2, 1)).astype(np.float32)
    phases = rng.uniform(0, 2 * np.pi, (count, _WAVES, 2, 1)).astype(np.float32)
    amounts = (rng.uniform(0, 2 * amount, (count, 1, 1, 1)) * rng.uniform(-1, 1, (count, _WAVES, 2, 1))).astype(
        np.float32
    )
    waves: NDArray[np.float32] = (amounts * np.sin(cycles * along + phases)).sum(axis=1).transpose(0, 2, 1)
    return waves


def _hooked(
    points: NDArray[np.float32], stroke: NDArray[np.int16], share: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """The points, some drawings with a straight flick at the start or the end: pens land, and are pulled away."""
    if not share:
        return points
    points = points.copy()
    outward = np.linspace(0, 1, _HOOK + 1, dtype=np.float32)[1:, None]
    for anchor, places in (
        (_HOOK, np.arange(_HOOK - 1, -1, -1)),
        (POINTS - 1 - _HOOK, np.arange(POINTS - _HOOK, POINTS)),
    ):
        angle, length = rng.uniform(0, 2 * np.pi, len(points)), rng.uniform(*_FLICK, len(points))
        flick = (length * np.stack([np.cos(angle), np.sin(angle)])).T.astype(np.float32)
        is_one_stroke = (stroke[:, places] == stroke[:, anchor, None]).all(axis=1)
        chosen = np.flatnonzero((rng.random(len(points)) < share) & is_one_stroke)[:, None]
        points[chosen, places] = points[chosen, anchor] + outward * flick[chosen]
    return points


def _bends(points: NDArray[np.float32], amount: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Displacements (batch, points, 2) by waves through the plane, at most one and a half across the drawing."""
    count = len(points)
    frequencies = rng.uniform(-0.75, 0.75, (count, 2, 2 * _WAVES)).astype(np.float32) * np.float32(np.pi)
    phases = rng.uniform(0, 2 * np.pi, (count, 1, 2 * _WAVES)).astype(np.float32)
    amounts = rng.uniform(0, 2 * amount, (count, 1, 1)) * rng.uniform(-1, 1, (count, 1, 2 * _WAVES))
    waves = np.sin(points @ frequencies + phases) * amounts.astype(np.float32)
    bends: NDArray[np.float32] = waves.reshape(count, -1, 2, _WAVES).sum(axis=3)
    return bends


def _maps(count: int, redrawing: StrokeAugmentation, rng: np.random.Generator) -> NDArray[np.float32]:
    """Linear maps (count, 2, 2) for points (x, y) from the left: slanted and stretched, then turned."""
    angle = np.radians(rng.uniform(-redrawing.rotation, redrawing.rotation, count))
    stretch = np.exp(rng.uniform(-redrawing.aspect, redrawing.aspect, count) / 2)
    slanted = np.zeros((count, 2, 2))
    slanted[:, 0, 0], slanted[:, 1, 1] = stretch, 1 / stretch
    slanted[:, 1, 0] = rng.uniform(-redrawing.slant, redrawing.slant, count)
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.stack([cosine, sine, -sine, cosine], axis=1).reshape(-1, 2, 2)
    maps: NDArray[np.float32] = (slanted @ turn).astype(np.float32)
    return maps


def _joined(stroke: NDArray[np.int16], share: float, rng: np.random.Generator) -> NDArray[np.int16]:
    """The strokes, in some drawings with ink on the way from one to the next."""
    joined = rng.random(len(stroke)) < share
    return np.where(joined[:, None] & (stroke < 0), np.int16(0), stroke)


def _gaps(stroke: NDArray[np.int16], share: float, rng: np.random.Generator) -> NDArray[np.int16]:
    """The strokes, in some drawings without a few points: at the start, at the end, or somewhere between."""
    count = len(stroke)
    lengths = rng.integers(1, _MAX_GAP + 1, count) * (rng.random(count) < share)
    where = rng.choice([0.0, 1.0, 2.0], count)
    starts = np.where(where == 2, rng.random(count), where) * (POINTS - lengths)
    places = np.arange(POINTS)
    skipped = (places >= np.rint(starts)[:, None]) & (places < np.rint(starts)[:, None] + lengths[:, None])
    left = np.where(skipped, np.int16(-1), stroke)
    # Ink that would all be gone, such as a dot, stays.
    return np.where((left >= 0).any(axis=1, keepdims=True), left, stroke)
