"""Random distortions: of the promised size, each image its own, and repeatable."""

from typing import Any

import numpy as np
import pytest

from model.augmentation.images import ImageAugmentation, distort
from model.errors import ConfigError
from model.preprocess import preprocess_strokes
from tests.drawings import DRAWINGS, centres_of_mass


def batch(copies: int = 50) -> np.ndarray:
    pixels = preprocess_strokes(DRAWINGS["3"][0]).pixels
    return np.tile(pixels.reshape(1, 784), (copies, 1))


def test_no_distortion_leaves_every_image_as_it_is() -> None:
    assert ImageAugmentation().is_identity
    np.testing.assert_allclose(
        distort(batch(), ImageAugmentation(), rng=np.random.default_rng(0)), batch(), atol=1e-3
    )


def test_every_image_is_distorted_in_its_own_way_and_again_alike_by_the_same_generator() -> None:
    affine = ImageAugmentation(rotation=15, shear=0.3, scale=0.15, shift=0.5)
    one, other = (distort(batch(), affine, rng=np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert len(np.unique(one, axis=0)) == len(one)
    assert one.dtype == np.float32
    assert one.min() >= 0
    assert one.max() <= 255.01


def test_shifts_go_as_far_as_allowed_and_no_further() -> None:
    moved = centres_of_mass(
        distort(batch(400), ImageAugmentation(shift=2), rng=np.random.default_rng(0))
    ) - centres_of_mass(batch(1))
    assert 1.9 < np.abs(moved).max() <= 2.001
    assert np.abs(moved.mean(axis=0)).max() < 0.2


def test_scaling_changes_the_ink_by_its_square_at_most() -> None:
    before = batch(400)
    after = distort(before, ImageAugmentation(scale=0.15), rng=np.random.default_rng(0))
    ratios = after.sum(axis=1) / before.sum(axis=1, dtype=np.float64)
    assert np.exp(-0.31) < ratios.min() < 0.85
    assert 1.15 < ratios.max() < np.exp(0.31)


def test_rotation_and_shear_keep_the_amount_of_ink() -> None:
    before = batch(200)
    for affine in (ImageAugmentation(rotation=20), ImageAugmentation(shear=0.3)):
        after = distort(before, affine, rng=np.random.default_rng(0))
        np.testing.assert_allclose(after.sum(axis=1), before.sum(axis=1), rtol=0.03)
        assert np.abs(after - before.astype(np.float32)).max(axis=1).mean() > 75


def test_bending_moves_neighbours_alike_and_by_the_promised_amount() -> None:
    # Pictures whose grey level says where they come from show the displacement itself.
    ramp = np.tile(np.arange(28, dtype=np.uint8) * 9, (300, 28, 1)).reshape(300, 784)
    moved = distort(ramp, ImageAugmentation(bend=2), rng=np.random.default_rng(0)).reshape(300, 28, 28) / 9
    displaced = (moved - np.arange(28))[:, 6:22, 6:22]
    deviations = displaced.std(axis=0)
    # Amounts are drawn evenly from 0 to 2, so that the root mean square is 2 / sqrt(3).
    np.testing.assert_allclose(deviations, 2 / np.sqrt(3), rtol=0.2)
    assert np.abs(np.diff(displaced, axis=2)).max() < np.abs(displaced).max() / 2


def test_thickness_makes_the_pen_of_some_thicker_and_of_others_thinner_and_moves_no_ink() -> None:
    before = batch(300)
    after = distort(before, ImageAugmentation(thickness=0.6), rng=np.random.default_rng(0))
    ratios = after.sum(axis=1) / before.sum(axis=1, dtype=np.float64)
    assert ratios.min() < 0.7
    assert ratios.max() > 1.3
    assert np.abs(centres_of_mass(after) - centres_of_mass(before)).max() < 0.5


def test_normalised_the_ink_keeps_mnists_size_and_place_however_far_it_is_distorted() -> None:
    before = batch(300)
    far: dict[str, Any] = {"rotation": 20.0, "shear": 0.4, "scale": 0.3, "shift": 2.0}
    free, kept = (
        distort(before, ImageAugmentation(**far, normalised=normalised), rng=np.random.default_rng(0))
        for normalised in (False, True)
    )
    inks = [images.reshape(-1, 28, 28) > 40 for images in (free, kept)]
    longest = [np.maximum(*(ink.any(axis=axis).sum(axis=1) for axis in (1, 2))) for ink in inks]
    assert np.ptp(longest[0]) >= 8
    assert 18 <= longest[1].min() <= longest[1].max() <= 22
    assert np.abs(centres_of_mass(free) - 14).max() > 1.5
    assert np.abs(centres_of_mass(kept) - 14).max() < 0.6
    # As little of it changes as possible: what is not distorted stays.
    same = distort(before, ImageAugmentation(normalised=True, thickness=1e-6), rng=np.random.default_rng(0))
    assert np.abs(same - before.astype(np.float32)).mean() < 3


def test_a_share_of_the_images_is_left_as_it_is_to_the_last_level() -> None:
    before = batch(1000)
    after = distort(
        before, ImageAugmentation(rotation=20, untouched=0.3, normalised=True), rng=np.random.default_rng(0)
    )
    same = (after == before).all(axis=1).mean()
    assert 0.25 < same < 0.35


def test_normalising_leaves_a_blank_image_blank() -> None:
    blank = np.zeros((3, 784), np.uint8)
    distortion = ImageAugmentation(rotation=10, bend=1, thickness=0.5, normalised=True)
    assert not distort(blank, distortion, rng=np.random.default_rng(0)).any()


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ({"bend": -1.0}, "augmentation.images.bend must be at least 0, not -1.0"),
        ({"bend_width": 0.0}, "augmentation.images.bend_width must be above 0"),
        ({"thickness": 1.5}, "augmentation.images.thickness must be at least 0 and at most 1, not 1.5"),
        ({"untouched": 2.0}, "augmentation.images.untouched must be at least 0 and at most 1, not 2.0"),
    ],
)
def test_limits_that_make_no_sense_are_refused_by_name(limits: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        ImageAugmentation(**limits)
