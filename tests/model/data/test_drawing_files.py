"""The four files of drawings: made from their sources as the committed weights know them, to the last byte."""

import gzip
from pathlib import Path

import pytest

from model.data.catalogue import DRAWING_FILES
from model.data.collected import is_held_out
from model.data.drawing_files import make_drawing_files
from model.data.drawings import load_drawings
from model.errors import DataError
from tests.model.data.pen_collections import UCI, UNIPEN, tar_of

NAMES = [file.packed_name for file in DRAWING_FILES]


def make(place: Path, folder: Path) -> list[str]:
    problems: list[str] = []
    differences = make_drawing_files(place, folder, problems.append)
    assert problems == []
    return differences


def test_a_writer_is_in_one_of_two_files_and_what_is_missing_in_none(tmp_path: Path) -> None:
    place = tmp_path / "from"
    place.mkdir()
    (place / "unipen.tar.gz").write_bytes(tar_of(UNIPEN))
    (place / "pendigits-orig.tra").write_text(UCI)
    differences = make(place, tmp_path)
    made = {path.name: load_drawings([path], print) for path in tmp_path.glob("*.gz")}
    assert set(made) == {"digits-train.jsonl.gz", "not-digits-train.jsonl.gz"}
    assert sorted(one.label for one in made["digits-train.jsonl.gz"]) == ["-", "1", "3", "4", "8"]
    assert not any(is_held_out(one.writer) for ones in made.values() for one in ones)
    assert differences == [
        f"{file.packed_name}: {len(made.get(file.packed_name, ())):,} drawings that are not the {file.items:,} "
        "which the weights know"
        for file in DRAWING_FILES
    ]


def test_the_rest_is_in_the_same_order_without_one_of_the_collections(tmp_path: Path) -> None:
    place, alone = tmp_path / "from", tmp_path / "alone"
    for folder in (place, alone):
        folder.mkdir()
        (folder / "unipen.tar.gz").write_bytes(tar_of(UNIPEN))
    (place / "pendigits-orig.tra").write_text(UCI)
    make(place, tmp_path)
    assert make(alone, alone)[0] == f"{alone}: has no pendigits-orig.tra of UCI; the digits are UNIPEN's alone"
    both, unipen = (lines(folder / NAMES[0]) for folder in (tmp_path, alone))
    assert [line for line in both if b"unipen" in line] == unipen


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"has neither UNIPEN's data/1a and include nor UCI's pendigits-orig\.tra"):
        make_drawing_files(tmp_path, tmp_path, print)


def lines(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)
