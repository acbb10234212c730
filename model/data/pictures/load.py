"""The pictures at a path, whatever it is: found out by what is there, not asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from model.data.pictures.folders import MANIFEST, pictures_of_folder
from model.data.pictures.picture import BadPicture, LabelledPicture, PictureSet
from model.errors import DataError

Part = Literal["train", "test"]
"""What is meant of a folder that holds both."""


def read_pictures(path: Path, part: Part = "test") -> PictureSet:  # noqa: ARG001
    """Everything at a path: a folder of pictures.

    Raises:
        DataError: it cannot be read, or is nothing of the kind.
    """
    if not path.exists():
        raise DataError(f"{path}: there is no such file or folder of pictures")
    found = pictures_of_folder(path if path.is_dir() else path.parent)
    if not found:
        raise DataError(f"{path}: neither a {MANIFEST} nor pictures in folders named by digit, such as 7/a.png")
    return PictureSet(found)


def load_pictures(path: Path, on_problem: Callable[[str], None], part: Part = "test") -> list[LabelledPicture]:
    """Every picture with a label at a path; what is none goes to `on_problem` by its name and is passed over.

    Raises:
        DataError: as `read_pictures`, or there is no picture with a label.
    """
    labelled: list[LabelledPicture] = []
    pictures = read_pictures(path, part)
    for one in pictures.found:
        if isinstance(one, BadPicture):
            on_problem(f"{one.name}: {one.problem}")
        elif one.label is None:
            raise DataError(f"{path}: has no labels; `digits predict` reads it")
        else:
            labelled.append(one)
    if not labelled:
        raise DataError(f"{path}: holds no picture with a label")
    return labelled
