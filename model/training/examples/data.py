"""What a training run learns from and is measured on, brought together from the files that its settings name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np

from model.data import (
    Drawing,
    LabelledImages,
    LabelledPicture,
    Mnist,
    data_checksums,
    file_checksums,
    find_drawings,
    image_files,
    is_digit,
    labelled_images,
    load_drawings,
    load_mnist,
    preprocess_examples,
    split_by_writer,
    split_validation,
)
from model.errors import ConfigError
from model.optim import REJECT_LOSS
from model.training.config import TrainingConfig
from model.training.examples.pictured import make_pictures
from model.training.examples.pictures import (
    all_pictures,
    digits_of,
    picture_dataset,
    seen_pictures,
)
from model.training.examples.seeds import fold_in
from model.training.examples.sources import (
    NOT_A_DIGIT,
    PictureDataset,
    StrokeDataset,
    drawn_parts,
    joined,
    repeats_beside,
    stroke_repeats,
)

_HELD_OUT, _HELD_OUT_OF_FEW = 0.1, 0.2
"""Shares of the writers, or of what one writer drew, that are held out."""

_FEW = 1_000
"""Examples, of which more are held out."""

_HANDFUL = 30
"""Examples, of fewer than which none is held out: all are learned from."""

_MIN_JUDGES = 100
"""Drawn digits, by fewer than which alone it is not decided what is refused."""

_SPLIT, _MADE, _PICTURED = 0, 2, 3
"""Purposes of the seed's children; the one between is training's own."""


T = TypeVar("T", Drawing, LabelledPicture)


@dataclass(frozen=True, eq=False)
class TrainingFiles:
    """What the files hold.

    Attributes:
        mnist: training and test images.
        strokes: drawings to learn from.
        dev_strokes: drawings by other writers; empty if some of `strokes` are to be held out instead.
        checksums: file name to SHA-256 of what is learned from.
        pictures: as the network sees them, of digits and of what is none.
    """

    mnist: Mnist
    strokes: list[Drawing]
    dev_strokes: list[Drawing]
    checksums: dict[str, str]
    pictures: list[LabelledPicture] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class TrainingData:
    """All examples of a run.

    Attributes:
        training: preprocessed images to learn from.
        image_repeats: how often each of them comes in an epoch.
        drawings: to learn from as well; None if the run has none.
        pictures: likewise, what was found on pictures, those made for the run and one's own.
        validation: preprocessed images to choose the epoch and to calibrate by: MNIST's, then one's own pictures,
            then drawn ones.
        pictured: how many of these are one's own pictures, none of them in `pictures`.
        drawn: how many of these were drawn, by other writers than those in `drawings`.
        few: digits of one's own of which none is held out, by where they come from.
        test: MNIST's test images as they are in the file.
        checksums: file name to SHA-256 of what is learned from.
    """

    training: LabelledImages
    image_repeats: int
    drawings: StrokeDataset | None
    pictures: PictureDataset | None
    validation: LabelledImages
    pictured: int
    drawn: int
    few: Mapping[str, LabelledImages]
    test: LabelledImages
    checksums: dict[str, str]

    @property
    def judges(self) -> slice:
        """The validation images by which it is decided what is refused: the drawn ones, if there are enough."""
        return slice(-self.drawn, None) if self.drawn >= _MIN_JUDGES else slice(None)

    @property
    def held_out(self) -> dict[str, LabelledImages]:
        """The validation images by where they come from; those that there are."""
        count = len(self.validation) - self.pictured - self.drawn
        ends = {"MNIST": count, "pictured": count + self.pictured, "drawn": len(self.validation)}
        parts = zip(ends, pairwise([0, *ends.values()]), strict=True)
        return {name: self.validation.take(slice(start, end)) for name, (start, end) in parts if end > start}

    @property
    def compared(self) -> dict[str, LabelledImages]:
        """What weights are compared by before and after fine-tuning, by what it is: the new, then the old."""
        held_out = {f"{name}, held out": examples for name, examples in self.held_out.items()}
        old = held_out.pop("MNIST, held out")
        learned = {f"{name}, learned from": examples for name, examples in self.few.items()}
        return {**held_out, **learned, "MNIST, held out": old}

    @property
    def non_digits(self) -> float | None:
        """The share 0 to 1 of what is learned from that is no digit; None if there is nothing of it."""
        count = sum(int((part.labels == NOT_A_DIGIT).sum()) for part in (self.drawings, self.pictures) if part)
        return count / self.examples or None

    @property
    def examples(self) -> int:
        """How many are learned from in an epoch."""
        made = sum(len(part.labels) for part in (self.drawings, self.pictures) if part)
        return self.image_repeats * len(self.training) + made


def read_training_files(
    config: TrainingConfig, folder: Path, on_problem: Callable[[str], None] = lambda _: None
) -> TrainingFiles:
    """Read all that a run needs.

    Args:
        config: names the files of drawings and of pictures.
        folder: of the MNIST files.
        on_problem: called with each bad line, row or picture, which is passed over.

    Raises:
        DataError: a file is missing or damaged, or one of drawings holds none.
        ConfigError: there are not as many images as the config's limit.
    """
    mnist = load_mnist(folder)
    limit, images = config.data.limit, len(mnist.train)
    if limit is not None and limit > images:
        raise ConfigError(f"data.limit is {limit:,}, but there are {images:,} training images")
    strokes, dev_strokes = (
        [find_drawings(name, folder) for name in names] for names in (config.data.strokes, config.data.dev_strokes)
    )
    own = [Path(path) for path in config.data.images]
    checksums = data_checksums(image_files(folder))
    images_learned = {name: sha256 for name, sha256 in checksums.items() if name.startswith("train")}
    return TrainingFiles(
        mnist=mnist,
        strokes=load_drawings(strokes, on_problem),
        dev_strokes=load_drawings(dev_strokes, on_problem),
        checksums={**images_learned, **file_checksums([*strokes, *filter(Path.is_file, own)])},
        pictures=[one for path in own for one in seen_pictures(path, on_problem)],
    )


def prepare(
    config: TrainingConfig,
    files: TrainingFiles,
    on_preprocessed: Callable[[int], None] = lambda _: None,
    on_pictured: Callable[[int], None] = lambda _: None,
) -> TrainingData:
    """Hold out what the run is to be measured by, and make what it asks for.

    Args:
        config: the settings; all that is random comes from their seed.
        files: what there is.
        on_preprocessed: called now and then with how many images are done.
        on_pictured: called now and then with how many pictures are made.
    """
    seed = np.random.SeedSequence(config.seed)
    images = preprocess_examples(files.mnist.train.take(slice(config.data.limit)), on_preprocessed)
    split_seed = fold_in(seed, _SPLIT)
    training, validation = split_validation(
        images, config.data.held_out(len(images)), rng=np.random.default_rng(split_seed)
    )
    strokes, dev_strokes = files.strokes, files.dev_strokes
    if not dev_strokes:
        strokes, dev_strokes = _split(strokes, fold_in(split_seed, 0))
    own, dev_own = _split(files.pictures, fold_in(split_seed, 1))
    drawn = labelled_images([one for one in dev_strokes if is_digit(one)])
    pictured = digits_of(dev_own)
    beside = config.data.image_repeats * len(training)
    few = {"pictured": digits_of(own)} if own and not dev_own else {}
    if strokes and not dev_strokes:
        few["drawn"] = labelled_images(list(filter(is_digit, strokes)))
    drawings = None
    if strokes or config.data.styled_digits:
        drawings = joined(drawn_parts(config, strokes, seed=fold_in(seed, _MADE), images=beside).values())
    pictures = [_own_pictures(config, own, beside)] if own else []
    if config.start_from:
        digits = sum(map(is_digit, strokes))
        new = sum(len(part.labels) for part in pictures) + digits * stroke_repeats(config, digits, beside)
        training = training.take(slice(_replayed(config, new) if new else None))
    if drawings and (config.data.pictured_digits or config.data.pictured_others):
        pictures.append(make_pictures(config, training, drawings, seed=fold_in(seed, _PICTURED), on_made=on_pictured))
    held_out = (validation, pictured, drawn)
    return TrainingData(
        training=training,
        image_repeats=config.data.image_repeats,
        drawings=drawings,
        pictures=all_pictures(pictures) if pictures else None,
        validation=LabelledImages(
            np.concatenate([part.images for part in held_out]), np.concatenate([part.labels for part in held_out])
        ),
        pictured=len(pictured),
        drawn=len(drawn),
        few={name: digits for name, digits in few.items() if len(digits)},
        test=files.mnist.test,
        checksums=files.checksums,
    )


def _split(examples: list[T], seed: np.random.SeedSequence) -> tuple[list[T], list[T]]:
    """What is learned from and what is held out, by other writers if there are several; of a handful nothing is."""
    if len(examples) < _HANDFUL:
        return examples, []
    share = _HELD_OUT_OF_FEW if len(examples) < _FEW else _HELD_OUT
    return split_by_writer(examples, share=share, rng=np.random.default_rng(seed))


def _replayed(config: TrainingConfig, new: int) -> int:
    """How many of MNIST's images come beside so many new examples."""
    share, repeats = config.data.replay, max(1, config.data.image_repeats)
    return max(1, round(share / (1 - share) * new / repeats))


def _own_pictures(config: TrainingConfig, own: list[LabelledPicture], beside: int) -> PictureDataset:
    """One's own pictures beside so many of MNIST's images; what is no digit only where that is learned."""
    if config.learning.loss != REJECT_LOSS:
        own = [one for one in own if one.task == "digit"]
    return picture_dataset(own, config.data.picture_repeats or repeats_beside(len(own), beside))
