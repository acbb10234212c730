"""Where training examples come from: images as they are in a file, and drawings that are drawn anew each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.augmentation import ImageAugmentation, Paths, StrokeAugmentation, distort, redraw
from model.data import LabelledImages
from model.nn import Floats
from model.training.config import TrainingConfig

NOT_A_DIGIT = -1
"""The label of what belongs to no class."""


@dataclass(frozen=True, eq=False)
class StrokeDataset:
    """Drawings to learn from.

    Attributes:
        paths: the drawings.
        labels: (drawings,), each 0 to 9 or `NOT_A_DIGIT`.
    """

    paths: Paths
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

    def __init__(self, examples: LabelledImages, distortion: ImageAugmentation) -> None:
        self._pixels = examples.images.reshape(len(examples), -1)
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


def sources_of(config: TrainingConfig, images: LabelledImages, drawings: StrokeDataset | None) -> Sequence[Source]:
    """What a training run learns from."""
    sources: list[Source] = [ImageSource(images, config.augmentation.images)] * config.data.image_repeats
    if drawings:
        sources.append(DrawingSource(drawings, config.augmentation.strokes))
    return sources
