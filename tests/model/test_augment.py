"""Random distortions: of the promised size, each image its own, and repeatable."""

import numpy as np

from model.augment import Affine, distort
from model.preprocess import preprocess_strokes
from tests.drawings import DRAWINGS, centres_of_mass


def batch(copies: int = 50) -> np.ndarray:
    pixels = preprocess_strokes(DRAWINGS["3"][0]).pixels
    return np.tile(pixels.reshape(1, 784), (copies, 1))


def test_no_distortion_leaves_every_image_as_it_is() -> None:
    assert Affine().is_identity
    np.testing.assert_allclose(distort(batch(), Affine(), rng=np.random.default_rng(0)), batch(), atol=1e-3)


def test_every_image_is_distorted_in_its_own_way_and_again_alike_by_the_same_generator() -> None:
    affine = Affine(rotation=15, shear=0.3, scale=0.15, shift=0.5)
    one, other = (distort(batch(), affine, rng=np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert len(np.unique(one, axis=0)) == len(one)
    assert one.dtype == np.float32
    assert one.min() >= 0
    assert one.max() <= 255.01


def test_shifts_go_as_far_as_allowed_and_no_further() -> None:
    moved = centres_of_mass(distort(batch(400), Affine(shift=2), rng=np.random.default_rng(0))) - centres_of_mass(
        batch(1)
    )
    assert 1.9 < np.abs(moved).max() <= 2.001
    assert np.abs(moved.mean(axis=0)).max() < 0.2


def test_scaling_changes_the_ink_by_its_square_at_most() -> None:
    before = batch(400)
    after = distort(before, Affine(scale=0.15), rng=np.random.default_rng(0))
    ratios = after.sum(axis=1) / before.sum(axis=1, dtype=np.float64)
    assert np.exp(-0.31) < ratios.min() < 0.85
    assert 1.15 < ratios.max() < np.exp(0.31)


def test_rotation_and_shear_keep_the_amount_of_ink() -> None:
    before = batch(200)
    for affine in (Affine(rotation=20), Affine(shear=0.3)):
        after = distort(before, affine, rng=np.random.default_rng(0))
        np.testing.assert_allclose(after.sum(axis=1), before.sum(axis=1), rtol=0.03)
        assert np.abs(after - before.astype(np.float32)).max(axis=1).mean() > 75
