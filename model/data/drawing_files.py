"""The four files of drawings that the committed weights learn from and are measured by, made from their sources.

A writer is in the `-dev` files if `is_held_out` says so. Digits are those of UNIPEN's category 1a in the order of the
files' paths, and after them those of `pendigits-orig.tra`, shuffled by Python's `random.Random(0)`. What is none is
chosen from the categories 1b to 1d; which ones, and in what order, is kept in `not_digits.npz`, since the chance that
chose them was not.
"""

import gzip
import hashlib
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from model.data.catalogue import DRAWING_FILES, DrawingsFile
from model.data.collected import Collected, is_held_out
from model.data.content import os_errors_as_data_errors
from model.data.pendigits import pendigits_drawings
from model.data.unipen import DIGITS, OTHERS, unipen_drawings
from model.errors import DataError
from model.files import atomic_write

_CHOSEN = Path(__file__).parent / "not_digits.npz"
"""For each of the two files the numbers of its drawings among all that might be in it."""

_UNIPEN_DIGITS, _UCI_DIGITS = 9_399, 7_494
"""How many digits the two have."""


def make_drawing_files(place: Path, folder: Path, on_problem: Callable[[str], None]) -> list[str]:
    """Make the files in `folder` from the collections in `place`; each appears only once it is whole.

    Args:
        place: a folder, or an archive, with UNIPEN and the UCI digits somewhere in it, packed or not.
        folder: where the files go; made if need be.
        on_problem: told of each file or drawing that makes no sense and is passed over.

    Returns:
        A line for each way in which the files are not those that the committed weights know to the last byte.

    Raises:
        DataError: there is nothing of either in `place`, an archive is damaged, or `folder` cannot be written.
    """
    unipen = unipen_drawings(place, on_problem)
    pendigits = pendigits_drawings(place, on_problem)
    others = [drawing for category in OTHERS for drawing in unipen[category]]
    written = [drawing for category in DIGITS for drawing in unipen[category]]
    if not written + pendigits + others:
        raise DataError(f"{place}: has neither UNIPEN's data/1a and include nor UCI's pendigits-orig.tra in it")
    differences = []
    if not pendigits:
        differences.append(f"{place}: has no pendigits-orig.tra of UCI; the digits are UNIPEN's alone")
    if not others:
        differences.append(f"{place}: has nothing of UNIPEN (data/1a to 1d, include); the digits are UCI's alone")
    # What is missing keeps its place, so that it changes nothing in the order of the rest.
    places = [*_padded(written, _UNIPEN_DIGITS), *_padded(pendigits, _UCI_DIGITS)]
    random.Random(0).shuffle(places)  # noqa: S311 - an order, not a secret
    digits = [one for one in places if one]
    for file, held_out, is_digits in zip(DRAWING_FILES, (False, True) * 2, (True, True, False, False), strict=True):
        drawings = [one for one in (digits if is_digits else others) if is_held_out(one.writer) is held_out]
        chosen = drawings if is_digits else _chosen(drawings, file)
        content = b"".join(one.line + b"\n" for one in chosen)
        if chosen:
            _write(folder / file.packed_name, content)
        if hashlib.sha256(content).hexdigest() != file.sha256:
            differences.append(
                f"{file.packed_name}: {len(chosen):,} drawings that are not the {file.items:,} which the weights know"
            )
    return differences


def _chosen(drawings: Sequence[Collected], file: DrawingsFile) -> list[Collected]:
    """Those that are in the file; if they are not those that it was chosen from, as many by chance."""
    with np.load(_CHOSEN) as numbers:
        if len(drawings) == file.chosen_from:
            return [drawings[number] for number in numbers[file.name]]
    return random.Random(0).sample(drawings, min(file.items, len(drawings)))  # noqa: S311 - as above


def _padded(drawings: list[Collected], count: int) -> list[Collected | None]:
    return [*drawings, *[None] * (count - len(drawings))]


def _write(path: Path, content: bytes) -> None:
    with os_errors_as_data_errors(path, "written"), atomic_write(path) as file:
        file.write(gzip.compress(content, mtime=0))
