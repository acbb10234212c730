"""The training images in the order and form in which training uses them.

Each epoch shuffles all images; they are made ready a chunk of several batches at a time, distorted, scaled and with
their dropout masks, on a thread of its own while the chunk before is learned from. Every random choice of a chunk
comes from the seed, the epoch and the chunk's place in it alone, so that training can go on from any step.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.data import LabelledImages
from model.errors import ConfigError
from model.nn import INPUTS, Floats, Mask, Normalization
from model.optim import TASKS, dropout_mask
from model.training.config import TrainingConfig
from model.training.examples.seeds import fold_in
from model.training.examples.sources import PictureDataset, StrokeDataset, sources_of

CHUNK_IMAGES = 2_048
"""Images made ready at once, and the most that go through the network at once: larger batches go in micro_batches.

With batch normalisation one more, if it would be left alone otherwise.
"""

_SHUFFLE = 0
_CHUNKS = 1

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """A batch, or a part of one too large to go through the network at once.

    Attributes:
        inputs: (images, 784), scaled.
        targets: (images, outputs).
        masks: for each fully connected hidden layer (images, units), what dropout leaves; empty without dropout.
        share: of its batch, above 0 to 1.
        end: how many images of the epoch are used once this micro_batch is.
        starts_batch: whether it is the batch's first.
        ends_batch: whether it is its last.
    """

    inputs: Floats
    targets: Floats
    masks: Sequence[Mask]
    share: float
    end: int
    starts_batch: bool
    ends_batch: bool


class Batches:
    """The batches of every epoch.

    Args:
        config: the settings.
        training: preprocessed images.
        scaling: from grey levels to inputs.
        seed: of the shuffling, the distortions and the dropout.
        drawings: drawn anew in each epoch and mixed with the images.
        pictures: mixed with them as well, and distorted as they are.
    """

    def __init__(
        self,
        config: TrainingConfig,
        training: LabelledImages,
        scaling: Normalization,
        *,
        seed: np.random.SeedSequence,
        drawings: StrokeDataset | None = None,
        pictures: PictureDataset | None = None,
    ) -> None:
        self._config = config
        self._sources = sources_of(config, training, drawings, pictures)
        self._labels = np.concatenate([source.labels for source in self._sources])
        self._ends = np.cumsum([len(source.labels) for source in self._sources])
        self._scaling = scaling
        self._seed = seed
        size = config.learning.batch_size
        self.batch_size = self.images if size == "full" else min(size, self.images)
        least = 2 if config.learning.batch_norm else 1
        if self.images < least:
            raise ConfigError("learning.batch_norm needs 2 images to learn from at least, for it compares them")
        self._batch_bounds = _cut(self.images, self.batch_size, least)
        if self.batch_size <= CHUNK_IMAGES:
            # Whole batches, as many as fit.
            self._chunk_bounds = [*self._batch_bounds[: -1 : CHUNK_IMAGES // self.batch_size], self.images]
        else:
            parts = [
                [start + place for place in _cut(end - start, CHUNK_IMAGES + 1 - least, least)]
                for start, end in pairwise(self._batch_bounds)
            ]
            self._chunk_bounds = sorted({bound for part in parts for bound in part})

    @property
    def images(self) -> int:
        """How many there are in an epoch."""
        return len(self._labels)

    @property
    def batches(self) -> int:
        """How many there are in an epoch; the last may be shorter."""
        return len(self._batch_bounds) - 1

    def micro_batches(self, epoch: int, *, start: int = 0) -> Iterator[MicroBatch]:
        """Every image of an epoch once, in the epoch's own order, but for the batches of the first `start` images."""
        order = self._rng(epoch, _SHUFFLE).permutation(self.images)
        first = bisect_right(self._chunk_bounds, start) - 1
        chunks = pairwise(self._chunk_bounds[first:])
        for micro_batches in _prefetched(lambda chunk: self._chunk(epoch, *chunk, order), chunks):
            yield from (micro_batch for micro_batch in micro_batches if micro_batch.end > start)

    def sample(self, images: int) -> Floats:
        """So many inputs (images, 784) of the first epoch, or all if there are fewer: the same at any time."""
        inputs, found = list[Floats](), 0
        for micro_batch in self.micro_batches(1):
            inputs.append(micro_batch.inputs)
            found += len(micro_batch.inputs)
            if found >= images:
                break
        return np.concatenate(inputs)

    def _chunk(self, epoch: int, start: int, stop: int, order: NDArray[np.int64]) -> list[MicroBatch]:
        """Make the chunk of the images from `start` to `stop` ready, and cut it where batches end."""
        rng = self._rng(epoch, _CHUNKS, start)
        indices = order[start:stop]
        clean, grey = self._grey_levels(indices, rng)
        targets = TASKS[self._config.task].targets(
            clean, self._labels[indices], smoothing=self._config.learning.label_smoothing
        )
        inputs = self._scaling.apply(grey)
        dropout = self._config.learning.dropout
        hidden = self._config.network.hidden if dropout else ()
        masks = [dropout_mask((len(indices), units), dropout, rng=rng) for units in hidden]

        micro_batches: list[MicroBatch] = []
        begin = start
        while begin < stop:
            number = bisect_right(self._batch_bounds, begin)
            batch_start, batch_end = self._batch_bounds[number - 1 : number + 1]
            end = min(batch_end, stop)
            part = slice(begin - start, end - start)
            micro_batches.append(
                MicroBatch(
                    inputs=inputs[part],
                    targets=targets[part],
                    masks=[mask[part] for mask in masks],
                    share=(end - begin) / (batch_end - batch_start),
                    end=end,
                    starts_batch=begin == batch_start,
                    ends_batch=end == batch_end,
                )
            )
            begin = end
        return micro_batches

    def _grey_levels(self, indices: NDArray[np.int64], rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Grey levels (images, 784) as an autoencoder should draw them, and as the network is to see them."""
        clean = np.empty((len(indices), INPUTS), np.float32)
        seen = np.empty_like(clean)
        owner = np.searchsorted(self._ends, indices, side="right")
        for number, source in enumerate(self._sources):
            places = np.flatnonzero(owner == number)
            own = indices[places] - (self._ends[number] - len(source.labels))
            clean[places], seen[places] = source.grey_levels(own, rng=rng)
        return clean, seen

    def _rng(self, *place: int) -> np.random.Generator:
        """The generator for one purpose at one place of the training."""
        return np.random.default_rng(fold_in(self._seed, *place))


def _cut(length: int, size: int, least: int) -> list[int]:
    """The bounds of the pieces of something that is cut into pieces of a size; the last may be shorter, or longer.

    A rest of less than the least is left on the piece before: one image has no deviation from others.
    """
    return [*range(0, max(1, length - least + 1), size), length]


def _prefetched(make: Callable[[_Item], _Made], items: Iterable[_Item]) -> Iterator[_Made]:
    """What `make` gives for each item; the next one is being made while the one before is in use."""
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
        pending: Future[_Made] | None = None
        for item in items:
            following = pool.submit(make, item)
            if pending:
                yield pending.result()
            pending = following
        if pending:
            yield pending.result()
