"""Pictures with labels: in folders and files of many, each bad one told by its name and passed over."""

import json
from pathlib import Path

import pytest

from model.data import BadPicture, LabelledPicture, load_pictures, read_pictures
from model.errors import DataError
from tests.drawings import canvas, encoded
from tests.pictures import write_pictures


def load(path: Path) -> tuple[list[LabelledPicture], list[str]]:
    """The pictures at a path, and what is told meanwhile."""
    problems: list[str] = []
    return load_pictures(path, problems.append), problems


def test_folders_named_by_digit_label_their_pictures(tmp_path: Path) -> None:
    pictures, problems = load(write_pictures(tmp_path / "own", 2))
    assert [one.label for one in pictures] == [label for label in "0123456789" for _ in range(2)]
    assert problems == []


def test_what_is_no_picture_by_its_name_is_told_and_hidden_files_are_not(tmp_path: Path) -> None:
    own = write_pictures(tmp_path / "own", 1)
    for name in ("notes.txt", ".DS_Store"):
        (own / "7" / name).touch()
    pictures, [problem] = load(own)
    assert len(pictures) == 10
    assert problem.startswith(f"{own / '7' / 'notes.txt'}: no picture by its name; those end in .jpeg, .jpg")


def test_bad_lines_of_a_manifest_are_told_by_number_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(canvas()))
    good = {"file": "a.png", "label": "7", "kind": "photo", "writer": "5d9a", "note": "lined paper"}
    lines = [json.dumps(good), '{"file": "a.png", "label": "77"}', "", json.dumps({"file": "b.png", "task": "none"})]
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines))
    (seven, none), problems = load(tmp_path)
    assert (seven.path, seven.label, seven.task, seven.kind, seven.writer) == (
        tmp_path / "a.png", "7", "digit", "photo", "5d9a"
    )  # fmt: skip
    assert (none.label, none.task) == ("", "none")
    assert problems == [f"{tmp_path / 'manifest.jsonl'}: line 2: label: a digit, or the digits of a number"]


def test_a_manifest_may_be_named_itself(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('{"file": "a.png", "label": "7"}')
    [picture], _ = load(tmp_path / "manifest.jsonl")
    assert picture.path == tmp_path / "a.png"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("absent", "there is no such file or folder of pictures"),
        ("empty", "neither a manifest.jsonl nor pictures in folders named by digit, such as 7/a.png"),
        ("bad", "holds no picture with a label"),
    ],
)
def test_a_path_without_a_picture_is_an_error(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "manifest.jsonl").write_text("{")
    with pytest.raises(DataError, match=f"{name}: {reason}"):
        load(tmp_path / name)


def test_reading_keeps_the_place_of_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('nonsense\n{"file": "a.png", "label": "7"}')
    first, second = read_pictures(tmp_path).found
    assert isinstance(first, BadPicture)
    assert isinstance(second, LabelledPicture)
