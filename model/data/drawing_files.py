"""Whole files of drawings: where they are, what is in them, and whose they are."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from model.data.drawings import BadLine, Drawing, read_drawings
from model.errors import DataError

DIGITS = "0123456789"

CLEARLY_NO_DIGIT = "AFHKMNRWXfhkmnwx#%@?+=*"
"""Letters and signs that nobody writes as a digit: what must be refused."""


def find_drawings(name: str, folder: Path) -> Path:
    """A file of drawings by its path, or by its name in the data folder or in a folder `strokes` in or beside it.

    Raises:
        DataError: it is in none of them.
    """
    places = [Path(name), *(place / name for place in (folder, folder / "strokes", folder.parent / "strokes"))]
    for place in places:
        if place.is_file():
            return place
    where = ", ".join(str(place.parent) for place in places[1:])
    raise DataError(
        f"{name}: there is no such file of drawings, nor is it in {where}; docs/data.md says what it holds"
    )


def load_drawings(paths: Iterable[Path], on_problem: Callable[[str], None]) -> list[Drawing]:
    """Every drawing of some files; a bad line goes to `on_problem` by file and number and is passed over.

    Raises:
        DataError: a file cannot be read, or holds no drawing at all.
    """
    drawings: list[Drawing] = []
    for path in paths:
        before = len(drawings)
        for record in read_drawings(path):
            if isinstance(record, BadLine):
                on_problem(f"{path}: line {record.number}: {record.problem}")
            else:
                drawings.append(record)
        if len(drawings) == before:
            raise DataError(f"{path}: holds no drawings")
    return drawings


def is_digit(drawing: Drawing) -> bool:
    """Whether it was meant as one digit."""
    return len(drawing.label) == 1 and drawing.label in DIGITS


def split_by_writer(
    drawings: Sequence[Drawing], *, share: float, rng: np.random.Generator
) -> tuple[list[Drawing], list[Drawing]]:
    """Hold out all drawings of some writers, so that what is learned of a hand says nothing of those held out.

    Args:
        drawings: to be split; one without a writer counts as by a writer of its own.
        share: of the writers to hold out, 0 to 1; at least one.
        rng: who it is.

    Returns:
        The drawings to learn from and those held out.

    Raises:
        DataError: there are not two writers.
    """
    writers = [f"{one.source}/{one.writer}" if one.writer else f"/{index}" for index, one in enumerate(drawings)]
    names = sorted(set(writers))
    if len(names) < 2:
        raise DataError(f"drawings by {len(names)} writer cannot be split by writer; two are needed at least")
    held = set(rng.permutation(names)[: max(1, min(len(names) - 1, round(share * len(names))))].tolist())
    kept = [one for one, writer in zip(drawings, writers, strict=True) if writer not in held]
    return kept, [one for one, writer in zip(drawings, writers, strict=True) if writer in held]


def file_sums(paths: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of each file as it lies there, by its name."""
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}
