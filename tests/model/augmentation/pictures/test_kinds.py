"""Ink on pictures of every kind: readable again by the service's own way, or left out; the same for the same seed."""

from collections.abc import Callable

import numpy as np
import pytest

from model.augmentation.paths import Paths
from model.augmentation.pictures.inks import DrawnInk, Ink, ScannedInk
from model.augmentation.pictures.kinds import KINDS, Kind, alike, pencil, see
from model.augmentation.pictures.paper import compressed, light, rules
from model.augmentation.pictures.textures import see_texture
from model.augmentation.pictures.typed import TypedInk, type_text
from model.preprocess import preprocess_image, preprocess_strokes
from tests.drawings import DRAWINGS

RNG = np.random.default_rng
SEEDS = range(40)


def drawn(label: str) -> DrawnInk:
    return DrawnInk.of(Paths.of([DRAWINGS[label][0]]), 0)


def scanned(label: str) -> ScannedInk:
    return ScannedInk(preprocess_strokes(DRAWINGS[label][0]).pixels)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_picture_keeps_most_digits_readable(kind: Kind) -> None:
    similarities = []
    for seed in SEEDS:
        label = str(seed % 10)
        picture, _ = kind(drawn(label), RNG(seed))
        found = preprocess_image(picture)
        similarities.append(
            0.0 if found.is_blank else alike(found.pixels, preprocess_strokes(DRAWINGS[label][0]).pixels)
        )
    # Pens are thinner and thicker than that of the comparison.
    assert np.mean(np.array(similarities) > 0.6) > 0.7


@pytest.mark.parametrize("make", [drawn, scanned])
def test_what_is_seen_looks_like_the_digit(make: Callable[[str], Ink]) -> None:
    for label in DRAWINGS:
        clean = preprocess_strokes(DRAWINGS[label][0]).pixels
        seen = [see(make(label), RNG(seed)) for seed in SEEDS]
        found = [alike(one, clean) for one in seen if one is not None]
        assert len(found) > 0.7 * len(SEEDS)
        assert np.mean(np.array(found) > 0.5) > 0.9


def test_ink_that_is_not_found_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def halved(ink: Ink, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        picture, coverage = pencil(ink, rng)
        columns = np.flatnonzero(coverage.any(axis=0))
        picture[:, : (columns[0] + columns[-1]) // 2] = picture[coverage == 0][0]
        return picture, coverage

    def white(ink: Ink, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        picture, coverage = pencil(ink, rng)
        return np.full_like(picture, 255), coverage

    def nothing(ink: Ink, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        picture, coverage = pencil(ink, rng)
        return picture, np.zeros_like(coverage)

    for kind in (halved, white, nothing):
        monkeypatch.setattr("model.augmentation.pictures.kinds.KINDS", (kind,))
        assert all(see(drawn("0"), RNG(seed)) is None for seed in range(5))


@pytest.mark.parametrize("ink", [drawn("2"), scanned("2"), TypedInk("H"), TypedInk("of\nmice")])
def test_the_same_seed_makes_the_same_picture(ink: Ink) -> None:
    for seed in range(10):
        one, other = (see(ink, RNG(seed)) for _ in range(2))
        assert (one is None) == (other is None)
        if one is not None:
            np.testing.assert_array_equal(one, other)
            assert one.shape == (28, 28)
            assert one.dtype == np.uint8
            assert one.max() == 255


@pytest.mark.parametrize("ink", [drawn("4"), scanned("4"), TypedInk("K")])
def test_ink_is_as_large_as_asked_for(ink: Ink) -> None:
    for size in (20.0, 60.5, 150.0):
        coverage = ink.at(size, 3.0)
        assert max(coverage.shape) == pytest.approx(size, abs=1.01)
        assert coverage.dtype == np.float32
        assert 0 <= coverage.min() < 0.1
        assert 0.9 < coverage.max() <= 1


def test_a_hard_pencil_leaves_no_grey() -> None:
    coverage = drawn("8").hard(20)
    assert max(coverage.shape) == 20
    assert set(np.unique(coverage)) == {0, 1}


def test_light_falls_off_and_rules_darken_lines_alone() -> None:
    for seed in SEEDS:
        lit = light(60, 80, RNG(seed))
        assert lit.shape == (60, 80)
        assert 20 < lit.min() < lit.max() < 400
        left = rules(60, 80, RNG(seed))
        assert 0.4 < left.min() <= left.max() == 1


def test_what_jpeg_leaves_is_near_and_blocks_of_one_level_stay() -> None:
    picture = RNG(0).uniform(0, 255, (30, 41)).astype(np.float32)
    assert 1 < np.abs(compressed(picture, step=10) - picture).mean() < 30
    np.testing.assert_allclose(compressed(np.full((16, 16), 80, np.float32), step=1), 80, atol=1)


def test_type_is_letters_alone_and_no_single_one_that_passes_for_a_digit() -> None:
    texts = [type_text(RNG(seed)).text for seed in range(300)]
    assert not any(character.isdigit() for text in texts for character in text)
    assert not {text for text in texts if len(text) == 1} & set("OoDQIlSsZzBbgqGC|/\\()")
    assert {len(text) == 1 for text in texts} == {True, False}


def test_textures_are_seen_or_are_nothing() -> None:
    seen = [see_texture(RNG(seed)) for seed in SEEDS]
    found = [one for one in seen if one is not None]
    assert found
    assert all(one.any() for one in found)


def test_a_pair_of_which_one_is_left_is_left_out() -> None:
    # What would remain of it is a one.
    bars = DrawnInk([np.array([[x, -1.0], [x, 1.0]]) for x in (-0.9, 0.9)])
    for seed in SEEDS:
        seen = see(bars, RNG(seed))
        assert seen is None or np.ptp(np.flatnonzero(seen.any(axis=0))) > 14
