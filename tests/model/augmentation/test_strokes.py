"""Drawings drawn again: each change as far as promised, each drawing in its own way, and repeatable."""

import numpy as np
import pytest

from model.augmentation.paths import Paths
from model.augmentation.render import render
from model.augmentation.strokes import StrokeAugmentation, distort_paths, redraw
from model.errors import ConfigError
from tests.drawings import DRAWINGS

FOUR = [[[0, 0], [0, 50], [60, 50]], [[40, 20], [40, 100]]]


def copies(count: int = 200) -> Paths:
    return Paths.of([FOUR] * count)


def changed(redrawing: StrokeAugmentation, count: int = 200) -> Paths:
    return distort_paths(copies(count), redrawing, rng=np.random.default_rng(0))


def test_no_change_draws_what_is_there() -> None:
    paths = Paths.of([drawing for drawings in DRAWINGS.values() for drawing in drawings])
    drawn = redraw(paths, StrokeAugmentation(), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(drawn, render(paths, pen_width=np.full(len(paths), 2.4, np.float32)))


def test_each_is_drawn_in_its_own_way_and_again_alike_by_the_same_generator() -> None:
    redrawing = StrokeAugmentation(
        rotation=10, slant=0.2, aspect=0.2, bend=0.05, tremor=0.01, thinnest_pen=1, thickest_pen=4
    )
    one, other = (redraw(copies(50), redrawing, rng=np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert len(np.unique(one, axis=0)) == 50


def test_rotation_keeps_every_distance_and_turns_as_far_as_allowed() -> None:
    before, after = copies().points, changed(StrokeAugmentation(rotation=20)).points
    np.testing.assert_allclose(np.linalg.norm(after, axis=2), np.linalg.norm(before, axis=2), atol=1e-5)
    start = after[:, 0] - after[:, -1]
    angles = np.degrees(np.arctan2(start[:, 1], start[:, 0]))
    assert 38 < np.ptp(angles) <= 40.001


def test_slant_moves_sideways_in_proportion_to_the_height_and_aspect_keeps_the_area() -> None:
    before, slanted = copies().points, changed(StrokeAugmentation(slant=0.3)).points
    np.testing.assert_allclose(slanted[..., 1], before[..., 1], atol=1e-6)
    sideways = (slanted - before)[..., 0] / np.where(np.abs(before[..., 1]) < 0.1, np.nan, before[..., 1])
    assert 0.29 < np.nanmax(sideways) <= 0.3001
    stretched = changed(StrokeAugmentation(aspect=0.4)).points
    width, height = (np.ptp(stretched[..., axis], axis=1) / np.ptp(before[..., axis], axis=1) for axis in (0, 1))
    np.testing.assert_allclose(width * height, 1, atol=1e-5)
    assert 0.39 < np.log(width / height).max() <= 0.4001


@pytest.mark.parametrize("kind", ["bend", "tremor", "jitter"])
def test_points_are_moved_by_about_as_much_as_set(kind: str) -> None:
    moved = changed(StrokeAugmentation(**{kind: 0.02})).points - copies().points
    assert 0.008 < np.sqrt((moved**2).mean()) < 0.06
    neighbours = np.linalg.norm(np.diff(moved[:, :40], axis=1), axis=2).mean() / np.linalg.norm(moved, axis=2).mean()
    # Bends are smoother than tremor, and tremor than jitter.
    low, high = {"bend": (0.0, 0.1), "tremor": (0.1, 0.7), "jitter": (0.9, 2.0)}[kind]
    assert low < neighbours < high


def test_coarse_drawings_have_straight_lines_within_strokes_and_keep_their_ends() -> None:
    round_stroke = [[[np.cos(turn) * 50, np.sin(turn) * 50] for turn in np.linspace(0, 6, 100)]]
    paths = Paths.of([round_stroke] * 100)
    coarse = distort_paths(paths, StrokeAugmentation(coarse=1.0), rng=np.random.default_rng(0))
    bends = np.linalg.norm(np.diff(coarse.points, n=2, axis=1), axis=2)
    assert (bends < 1e-5).mean() > 0.6
    np.testing.assert_allclose(coarse.points[:, 0], paths.points[:, 0], atol=1e-6)
    # The corner between the strokes of a four is not cut.
    two = distort_paths(copies(), StrokeAugmentation(coarse=1.0), rng=np.random.default_rng(0))
    np.testing.assert_allclose(two.points[:, -1], copies().points[:, -1], atol=1e-6)


def test_a_pen_that_is_not_lifted_draws_the_way_to_the_next_stroke() -> None:
    assert (copies().stroke < 0).any()
    assert (changed(StrokeAugmentation(joined=1.0)).stroke >= 0).all()
    some = (changed(StrokeAugmentation(joined=0.3), 1000).stroke >= 0).all(axis=1).mean()
    assert 0.25 < some < 0.35


def test_hooks_are_straight_flicks_at_the_first_and_the_last_ink_and_leave_the_rest() -> None:
    before, after = copies().points, changed(StrokeAugmentation(hooks=1.0)).points
    moved = (before != after).any(axis=2)
    assert moved[:, [0, -1]].all()
    assert not moved[:, 8:-8].any()
    for flick in (after[:, :6], after[:, -6:]):
        steps = np.diff(flick, axis=1)
        np.testing.assert_allclose(steps, np.broadcast_to(steps[:, :1], steps.shape), atol=1e-5)
        length = np.linalg.norm(flick[:, 0] - flick[:, -1], axis=1)
        assert (length.min() >= 0.059, length.max() <= 0.301) == (True, True)
    some = (changed(StrokeAugmentation(hooks=0.3), 1000).points != copies(1000).points).any(axis=2)
    assert 0.25 < some[:, 0].mean() < 0.35
    dot = Paths.of([[[[3, 3]]]] * 5)
    assert np.isfinite(distort_paths(dot, StrokeAugmentation(hooks=1.0), rng=np.random.default_rng(0)).points).all()


def test_gaps_take_a_little_ink_away_and_never_all() -> None:
    before = (copies().stroke >= 0).sum(axis=1)
    left = (changed(StrokeAugmentation(gaps=1.0)).stroke >= 0).sum(axis=1)
    assert (before - left).max() <= 8
    assert (left < before).mean() > 0.8
    dot = distort_paths(Paths.of([[[[3, 3]]]] * 50), StrokeAugmentation(gaps=1.0), rng=np.random.default_rng(0))
    assert (dot.stroke >= 0).any(axis=1).all()


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ({"bend": -0.1}, "augmentation.strokes.bend must be at least 0, not -0.1"),
        ({"gaps": 1.5}, "augmentation.strokes.gaps must be at least 0 and at most 1, not 1.5"),
        ({"thinnest_pen": 3.0}, "augmentation.strokes.thinnest_pen must be at most thickest_pen, 2.4, not 3"),
    ],
)
def test_limits_that_make_no_sense_are_refused_by_name(limits: dict[str, float], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        StrokeAugmentation(**limits)
