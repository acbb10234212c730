"""Where training examples come from: images as they are in a file, and drawings that are drawn anew each time.

Drawings teach digits as they were drawn and in more styles, and what is no digit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.augmentation import (
    Drawn,
    ImageAugmentation,
    Paths,
    Points,
    StrokeAugmentation,
    crossed_seven,
    distort,
    footed_one,
    make_others,
    make_scribbles,
    redraw,
    slashed_zero,
    styled_digits,
)
from model.data import Drawing, LabelledImages, is_digit
from model.nn import INPUTS, Floats
from model.optim import REJECT_LOSS
from model.training.config import TrainingConfig
from model.training.examples.seeds import fold_in

NOT_A_DIGIT = -1
"""The label of what belongs to no class."""

_SHARE = 0.1
"""Of MNIST's images: as many examples a few of one's own should make."""

_MAX_REPEATS = 20
"""Beyond that, few are learned by heart."""

_CHANGES: Mapping[str, Callable[..., Drawn]] = MappingProxyType(
    {"0": slashed_zero, "7": crossed_seven, "1": footed_one}
)
"""The digits that people dress up, and how."""


@dataclass(frozen=True, eq=False)
class StrokeDataset:
    """Drawings to learn from.

    Attributes:
        paths: the drawings.
        labels: (drawings,), each 0 to 9 or `NOT_A_DIGIT`.
    """

    paths: Paths
    labels: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class PictureDataset:
    """Images to learn from beside MNIST's.

    Attributes:
        images: uint8 (images, 28, 28), as the network sees them.
        labels: (images,), each 0 to 9 or `NOT_A_DIGIT`.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.intp]


class Source(Protocol):
    """Examples of one kind."""

    @property
    def labels(self) -> NDArray[np.intp]:
        """(examples,), each 0 to 9 or `NOT_A_DIGIT`."""

    def grey_levels(self, indices: NDArray[np.int64], *, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Some examples, (batch, 784) of 0 to 255: what an autoencoder is to draw, and what the network is to see."""


class ImageSource:
    """Images, distorted anew each time."""

    def __init__(self, examples: LabelledImages | PictureDataset, distortion: ImageAugmentation) -> None:
        self._pixels = examples.images.reshape(len(examples.labels), INPUTS)
        self._distortion = distortion
        self.labels = examples.labels.astype(np.intp)

    def grey_levels(self, indices: NDArray[np.int64], *, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """See `Source`: an autoencoder is to draw them undistorted."""
        pixels = self._pixels[indices]
        clean = pixels.astype(np.float32)
        return clean, clean if self._distortion.is_identity else distort(pixels, self._distortion, rng=rng)


class DrawingSource:
    """Drawings, drawn anew each time."""

    def __init__(self, drawings: StrokeDataset, redrawing: StrokeAugmentation) -> None:
        self._paths = drawings.paths
        self._redrawing = redrawing
        self.labels = drawings.labels

    def grey_levels(self, indices: NDArray[np.int64], *, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """See `Source`: an autoencoder is to draw what it sees."""
        drawn = redraw(self._paths.take(indices), self._redrawing, rng=rng)
        return drawn, drawn


def sources_of(
    config: TrainingConfig,
    images: LabelledImages,
    drawings: StrokeDataset | None,
    pictures: PictureDataset | None = None,
) -> Sequence[Source]:
    """What a training run learns from."""
    sources: list[Source] = [ImageSource(images, config.augmentation.images)] * config.data.image_repeats
    if drawings:
        sources.append(DrawingSource(drawings, config.augmentation.strokes))
    if pictures:
        sources.append(ImageSource(pictures, config.augmentation.images))
    return sources


def repeats_beside(examples: int, images: int) -> int:
    """How often each of some examples comes in an epoch, so that they count beside so many of MNIST's images."""
    return max(1, min(_MAX_REPEATS, round(_SHARE * images / max(1, examples))))


def stroke_repeats(config: TrainingConfig, digits: int, images: int) -> int:
    """How often each of so many drawn digits comes in an epoch beside so many of MNIST's images."""
    return config.data.stroke_repeats or repeats_beside(digits, images)


def drawn_parts(
    config: TrainingConfig, drawings: Sequence[Drawing], *, seed: np.random.SeedSequence, images: int = 0
) -> dict[str, StrokeDataset]:
    """Everything that a run learns from beside the images, by what it is.

    Args:
        config: says how often, what is made in addition, and what is left out.
        drawings: the training part.
        seed: of what is made.
        images: how many of MNIST's they come beside.
    """
    digits = [drawing for drawing in drawings if is_digit(drawing)]
    drawn = Paths.of([one.strokes for one in digits])
    labels = np.array([int(one.label) for one in digits], np.intp)
    repeats = stroke_repeats(config, len(digits), images)
    parts = {"drawn digits": joined([StrokeDataset(drawn, labels)] * repeats)}
    if config.data.styled_digits:
        # Half from templates, half real hands with something added.
        half = config.data.styled_digits // 2
        parts["digits from templates"] = StrokeDataset(*styled_digits(half, rng=_rng(seed, 0)))
        parts["drawn digits with something added"] = _dressed(digits, config.data.styled_digits - half, _rng(seed, 1))
    if config.learning.loss == REJECT_LOSS:
        others = [one for one in drawings if not is_digit(one) and one.label not in config.data.look_alikes]
        parts["drawn non-digits"] = _none(Paths.of([one.strokes for one in others]))
        bits = [_points(one) for one in digits] or _templates(parts)
        parts["scribbles"] = _none(make_scribbles(config.data.scribbles, bits, rng=_rng(seed, 2)))
        letters = [_points(one) for one in drawings if not is_digit(one)]
        parts["signs, words, pairs and pieces"] = _none(
            make_others(config.data.signs, bits, letters, rng=_rng(seed, 3))
        )
    return parts


def _templates(parts: Mapping[str, StrokeDataset]) -> list[list[Points]]:
    """The strokes of digits from templates, where nobody has drawn any."""
    paths = parts["digits from templates"].paths
    return [
        [points[stroke == number].astype(np.float64) for number in range(stroke.max() + 1)]
        for points, stroke in zip(paths.points, paths.stroke, strict=True)
    ]


def joined(parts: Iterable[StrokeDataset]) -> StrokeDataset:
    """Several parts as one."""
    parts = list(parts)
    paths = Paths(
        np.concatenate([part.paths.points for part in parts]), np.concatenate([part.paths.stroke for part in parts])
    )
    return StrokeDataset(paths, np.concatenate([part.labels for part in parts]))


def _dressed(digits: Sequence[Drawing], count: int, rng: np.random.Generator) -> StrokeDataset:
    """So many slashed zeros, crossed sevens and footed ones, as far as there are digits to make them of."""
    drawings: list[Drawn] = []
    labels: list[int] = []
    for label, change in _CHANGES.items():
        plain = [one for one in digits if one.label == label]
        chosen = rng.integers(len(plain), size=count // len(_CHANGES)).tolist() if plain else []
        drawings += [change(_points(plain[index]), rng=rng) for index in chosen]
        labels += [int(label)] * len(chosen)
    return StrokeDataset(Paths.of(drawings), np.array(labels, np.intp))


def _none(paths: Paths) -> StrokeDataset:
    return StrokeDataset(paths, np.full(len(paths), NOT_A_DIGIT, np.intp))


def _points(drawing: Drawing) -> list[Points]:
    return [np.array(stroke, np.float64) for stroke in drawing.strokes if stroke]


def _rng(seed: np.random.SeedSequence, number: int) -> np.random.Generator:
    return np.random.default_rng(fold_in(seed, number))
