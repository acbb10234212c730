"""Pictures that somebody has, as a run learns from them: brought to 28x28, and often enough to count."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from model.data import LabelledImages, LabelledPicture, load_pictures, preprocess_labelled
from model.errors import DataError, InkError
from model.preprocess import FRAME_SIZE
from model.training.examples.sources import NOT_A_DIGIT, PictureDataset


def seen_pictures(path: Path, on_problem: Callable[[str], None]) -> list[LabelledPicture]:
    """The pictures at a path with their pixels as the network sees them: digits, and what is none.

    Args:
        path: of a folder or file.
        on_problem: called with each that cannot be learned from, which is passed over.

    Raises:
        DataError: there are none.
    """
    seen: list[LabelledPicture] = []
    for picture in load_pictures(path, on_problem, "train"):
        try:
            ink = preprocess_labelled(picture)
        except InkError as error:
            on_problem(f"{picture.name}: {error}")
            continue
        if picture.task == "number":
            on_problem(f"{picture.name}: is a number; what is learned from shows one digit")
        elif ink.is_blank:
            on_problem(f"{picture.name}: there is no ink on it")
        else:
            seen.append(replace(picture, pixels=ink.pixels))
    if not seen:
        raise DataError(f"{path}: holds no picture of one digit")
    return seen


def picture_dataset(pictures: Sequence[LabelledPicture], repeats: int = 1) -> PictureDataset:
    """Pictures as examples, each so many times."""
    pixels = [one.pixels for one in pictures if one.pixels is not None] * repeats
    labels = [int(one.label) if one.label else NOT_A_DIGIT for one in pictures] * repeats
    images = np.stack(pixels) if pixels else np.empty((0, FRAME_SIZE, FRAME_SIZE), np.uint8)
    return PictureDataset(images, np.array(labels, np.intp))


def digits_of(pictures: Sequence[LabelledPicture]) -> LabelledImages:
    """The digits among some pictures."""
    found = picture_dataset([one for one in pictures if one.task == "digit"])
    return LabelledImages(found.images, found.labels.astype(np.uint8))


def all_pictures(parts: Sequence[PictureDataset]) -> PictureDataset:
    """Several parts as one."""
    return PictureDataset(
        np.concatenate([part.images for part in parts]), np.concatenate([part.labels for part in parts])
    )
