"""Pictures in a folder: with a manifest, or in folders named by digit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from model.data.content import os_errors_as_data_errors
from model.data.pictures.picture import DIGITS, BadPicture, LabelledPicture, Task

MANIFEST = "manifest.jsonl"
"""In a folder of pictures: a JSON object a line with `file`, `label`, `task`, `kind` and `writer`."""

_USUAL = {"file": "", "label": "", "task": "digit", "kind": "pictures", "writer": ""}
"""What a line of the manifest may say, and what goes if it does not."""

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


def pictures_of_folder(folder: Path) -> list[LabelledPicture | BadPicture]:
    """The pictures of a folder: those of its manifest, or without one those in folders `0` to `9`.

    Without these either, those that lie in it, which have no labels.

    Raises:
        DataError: the folder cannot be read.
    """
    manifest = folder / MANIFEST
    with os_errors_as_data_errors(folder, "read"):
        if manifest.exists():
            return list(_from_manifest(manifest))
        return list(_from_folders(folder)) or list(_unlabelled(folder))


def _from_folders(folder: Path) -> Iterator[LabelledPicture | BadPicture]:
    for label in DIGITS:
        for path in sorted((folder / label).glob("[!.]*")):
            if path.suffix.lower() in SUFFIXES:
                yield LabelledPicture(path, label)
            else:
                yield BadPicture(str(path), f"no picture by its name; those end in {', '.join(sorted(SUFFIXES))}")


def _unlabelled(folder: Path) -> Iterator[LabelledPicture]:
    for path in sorted(folder.glob("[!.]*")):
        if path.suffix.lower() in SUFFIXES:
            yield LabelledPicture(path, None)


def _from_manifest(manifest: Path) -> Iterator[LabelledPicture | BadPicture]:
    for number, line in enumerate(manifest.read_bytes().splitlines(), start=1):
        if line.strip():
            try:
                yield _picture(manifest.parent, json.loads(line))
            except (ValueError, RecursionError) as error:
                yield BadPicture(f"{manifest}: line {number}", str(error))


def _picture(folder: Path, entry: object) -> LabelledPicture:
    """What a line of the manifest says.

    Raises:
        ValueError: something that is no such entry.
    """
    fields = entry if isinstance(entry, dict) else {}
    file, label, task, kind, writer = (fields.get(key, usual) for key, usual in _USUAL.items())
    if not isinstance(file, str) or not file:
        raise ValueError("not an object with a file")
    if task not in get_args(Task) or not isinstance(kind, str) or not isinstance(writer, str):
        raise ValueError(f"task: one of {', '.join(get_args(Task))}; kind and writer: texts")
    if not isinstance(label, str) or not set(label) <= set(DIGITS) or (task == "digit" and len(label) != 1):
        raise ValueError("label: a digit, or the digits of a number")
    if (task == "none") == bool(label):
        raise ValueError("label: empty where the task is none, and only there")
    return LabelledPicture(folder / file, label, task, kind, writer, source=str(folder))
