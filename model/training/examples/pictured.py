"""What a training run learns from that has been through a picture: made once, kept as the network sees it."""

from collections.abc import Callable
from itertools import count

import numpy as np
from numpy.typing import NDArray

from model.augmentation import DrawnInk, Ink, ScannedInk, angular_digits, see, see_texture, type_text
from model.data import LabelledImages
from model.preprocess import FRAME_SIZE
from model.training.config import TrainingConfig
from model.training.examples.seeds import fold_in
from model.training.examples.sources import NOT_A_DIGIT, PictureDataset, StrokeDataset

_ANGULAR = 0.1
"""Share of the pictured digits that are drawn with straight strokes."""

_SCANNED = 0.4
"""Share of them that are images, not drawings."""

_TYPED, _TEXTURES = 0.2, 0.15
"""Shares of what is pictured and no digit."""

_BETWEEN_CALLS = 500
"""Pictures after which progress is told again."""


def make_pictures(
    config: TrainingConfig,
    images: LabelledImages,
    drawings: StrokeDataset,
    *,
    seed: np.random.SeedSequence,
    on_made: Callable[[int], None] = lambda _: None,
) -> PictureDataset:
    """The digits and the others that the config asks for, but for those that are not found on their picture.

    Args:
        config: says how many.
        images: of digits, to learn from.
        drawings: of digits and of what is none, likewise.
        seed: of every random choice; each picture has its own.
        on_made: called now and then with how many are done.
    """
    angular = StrokeDataset(*angular_digits(len(drawings.labels) // 10 + 10, rng=_rng(seed, 0)))
    drawn, other = (np.flatnonzero((drawings.labels == NOT_A_DIGIT) == is_none) for is_none in (False, True))

    def digit(rng: np.random.Generator) -> tuple[NDArray[np.uint8] | None, int]:
        kind = rng.random()
        if kind < _SCANNED or not len(drawn):
            index = int(rng.integers(len(images)))
            return see(ScannedInk(images.images[index]), rng), int(images.labels[index])
        source, among = (angular, np.arange(len(angular.labels))) if kind > 1 - _ANGULAR else (drawings, drawn)
        index = int(rng.choice(among))
        return see(DrawnInk.of(source.paths, index), rng), int(source.labels[index])

    def none(rng: np.random.Generator) -> tuple[NDArray[np.uint8] | None, int]:
        kind = rng.random()
        if kind < _TEXTURES:
            return see_texture(rng), NOT_A_DIGIT
        ink: Ink = type_text(rng)
        if kind > _TEXTURES + _TYPED and len(other):
            ink = DrawnInk.of(drawings.paths, int(rng.choice(other)))
        return see(ink, rng), NOT_A_DIGIT

    found = list[NDArray[np.uint8]]()
    labels = list[int]()
    number = count(1)
    for purpose, (make, wanted) in enumerate(
        ((digit, config.data.pictured_digits), (none, config.data.pictured_others)), start=1
    ):
        for index in range(wanted):
            pixels, label = make(_rng(seed, purpose, index))
            if pixels is not None:
                found.append(pixels)
                labels.append(label)
            if (done := next(number)) % _BETWEEN_CALLS == 0:
                on_made(done)
    stacked = np.stack(found) if found else np.empty((0, FRAME_SIZE, FRAME_SIZE), np.uint8)
    return PictureDataset(stacked, np.array(labels, np.intp))


def _rng(seed: np.random.SeedSequence, *numbers: int) -> np.random.Generator:
    return np.random.default_rng(fold_in(seed, *numbers))
