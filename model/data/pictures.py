"""Pictures that are labelled by hand: a folder with a manifest, or folders named by digit."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from model.data.content import os_errors_as_data_errors
from model.errors import DataError

MANIFEST = "manifest.jsonl"
"""In a folder of pictures: a JSON object a line with `file`, `label`, `task` and `kind`."""

Task = Literal["digit", "number", "none"]

_USUAL = {"file": "", "label": "", "task": "digit", "kind": "pictures"}
"""What a line of the manifest may say, and what goes if it does not."""

_DIGITS = "0123456789"
_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture and what is on it.

    Attributes:
        path: of the image file.
        label: the digit, the digits of a number in reading order, or nothing.
        task: a digit, a number, or neither.
        kind: what sort of picture it is, such as `photo`.
    """

    path: Path
    label: str
    task: Task = "digit"
    kind: str = "pictures"


def load_pictures(folder: Path) -> list[LabelledPicture]:
    """The pictures of a folder: those of its manifest, or without one those in folders `0` to `9`.

    Raises:
        DataError: the folder cannot be read, holds no pictures, or a line of the manifest is wrong.
    """
    manifest = folder / MANIFEST
    with os_errors_as_data_errors(folder, "read"):
        pictures = list(_from_manifest(manifest) if manifest.exists() else _from_folders(folder))
    if not pictures:
        raise DataError(f"{folder}: neither a {MANIFEST} nor pictures in folders named by digit, such as 7/a.png")
    return pictures


def _from_folders(folder: Path) -> Iterator[LabelledPicture]:
    for label in _DIGITS:
        for path in sorted((folder / label).glob("*")):
            if path.suffix.lower() in _SUFFIXES:
                yield LabelledPicture(path, label)


def _from_manifest(manifest: Path) -> Iterator[LabelledPicture]:
    for number, line in enumerate(manifest.read_bytes().splitlines(), start=1):
        if line.strip():
            try:
                yield _picture(manifest.parent, json.loads(line))
            except (ValueError, RecursionError) as error:
                raise DataError(f"{manifest}: line {number}: {error}") from error


def _picture(folder: Path, entry: object) -> LabelledPicture:
    """What a line of the manifest says.

    Raises:
        ValueError: something that is no such entry.
    """
    fields = entry if isinstance(entry, dict) else {}
    file, label, task, kind = (fields.get(key, usual) for key, usual in _USUAL.items())
    if not isinstance(file, str) or not file:
        raise ValueError("not an object with a file")
    if task not in get_args(Task) or not isinstance(kind, str):
        raise ValueError(f"task: one of {', '.join(get_args(Task))}; kind: a text")
    if not isinstance(label, str) or not set(label) <= set(_DIGITS) or (task == "digit" and len(label) != 1):
        raise ValueError("label: a digit, or the digits of a number")
    if (task == "none") == bool(label):
        raise ValueError("label: empty where the task is none, and only there")
    return LabelledPicture(folder / file, label, task, kind)
