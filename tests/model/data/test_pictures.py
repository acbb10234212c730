"""Pictures with labels: in folders and files of many, each bad one told by its name and passed over."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.data import BadPicture, LabelledImages, LabelledPicture, load_mnist, load_pictures, read_pictures
from model.data.folder import SAMPLE_FOLDER
from model.data.pictures.orientation import lie_on_their_side
from model.errors import DataError
from tests.drawings import canvas, encoded
from tests.model.data.tiny_set import idx_bytes
from tests.pictures import table_bytes, write_pictures

SAMPLE = load_mnist(SAMPLE_FOLDER).test


def held_images(pictures: list[LabelledPicture]) -> LabelledImages:
    """Pictures of files of many, as arrays."""
    pixels = [one.pixels for one in pictures if one.pixels is not None]
    return LabelledImages(np.stack(pixels), np.array([int(one.label or 0) for one in pictures], np.uint8))


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
        ("empty", "neither a manifest.jsonl nor pictures in folders named by digit, such as 7/a.png, nor IDX"),
        ("bad", "holds no picture with a label"),
    ],
)
def test_a_path_without_a_picture_is_an_error(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "manifest.jsonl").write_text("{")
    with pytest.raises(DataError, match=f"{name}: {reason}"):
        load(tmp_path / name)


def test_pictures_that_lie_in_no_folder_of_a_digit_have_no_label(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_bytes(encoded(canvas()))
    [picture] = read_pictures(tmp_path).found
    assert isinstance(picture, LabelledPicture)
    assert picture.label is None
    with pytest.raises(DataError, match="has no labels; `digits predict` reads it"):
        load(tmp_path)


def test_reading_keeps_the_place_of_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text('nonsense\n{"file": "a.png", "label": "7"}')
    first, second = read_pictures(tmp_path).found
    assert isinstance(first, BadPicture)
    assert isinstance(second, LabelledPicture)


class TestTable:
    @pytest.mark.parametrize("header", [True, False])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_a_line_is_a_label_and_an_image_with_or_without_a_header(
        self, tmp_path: Path, header: bool, separator: str
    ) -> None:
        some = SAMPLE.take(slice(30))
        path = tmp_path / "train.csv.gz"
        path.write_bytes(gzip.compress(table_bytes(some.images, some.labels, header=header, separator=separator)))
        pictures, problems = load(path)
        read = held_images(pictures)
        assert (read.images == some.images).all()
        assert (read.labels == some.labels).all()
        assert pictures[0].name == f"{path}: line {1 + header}"
        assert problems == []

    def test_the_header_says_where_the_label_is(self, tmp_path: Path) -> None:
        names = ",".join([*(f"p{number}" for number in range(784)), "class"])
        (tmp_path / "train.csv").write_text(f'{names}\n{"0,255.0," * 392}"7"\n')
        [picture], _ = load(tmp_path / "train.csv")
        assert picture.label == "7"
        assert held_images([picture]).images[0, 0, :4].tolist() == [0, 255, 0, 255]

    def test_bad_lines_are_told_by_number_and_keep_their_place(self, tmp_path: Path) -> None:
        lines = table_bytes(SAMPLE.images[:5], SAMPLE.labels[:5]).decode().splitlines()
        lines.insert(1, "1,2,3")
        lines[2] = "x" + lines[2][1:]
        lines[3] = lines[3][:-1] + "256"
        lines[4] = lines[4][:-1] + "0.5"
        lines[5] = lines[5].rpartition(",")[0]
        path = tmp_path / "train.csv"
        path.write_text("\n".join(lines))
        pictures, problems = load(path)
        assert [one.label for one in pictures] == [str(SAMPLE.labels[4])]
        assert problems == [
            f"{path}: line 2: 3 values, expected 784 grey levels with or without a label before",
            f"{path}: line 3: the label is 'x', expected a digit",
            f"{path}: line 4: a grey level is '256', expected a whole number from 0 to 255",
            f"{path}: line 5: a grey level is '0.5', expected a whole number from 0 to 255",
            f"{path}: line 6: 784 values, expected 785",
        ]
        assert len(read_pictures(path).found) == 6

    def test_one_without_labels_is_for_reading_only(self, tmp_path: Path) -> None:
        (tmp_path / "test.csv").write_bytes(table_bytes(SAMPLE.images[:3]))
        assert [
            one.label for one in read_pictures(tmp_path / "test.csv").found if isinstance(one, LabelledPicture)
        ] == [None] * 3
        with pytest.raises(DataError, match=r"test.csv: has no labels; `digits predict` reads it"):
            load(tmp_path / "test.csv")

    @pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", b"\x1f\x8b damaged"])
    def test_what_is_no_table_of_images_is_an_error(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "train.csv").write_bytes(content)
        with pytest.raises(DataError, match=r"train.csv: (no line is an image|cannot be read|is damaged)"):
            load(tmp_path / "train.csv")


class TestIdx:
    @pytest.mark.parametrize(
        ("images", "labels"),
        [
            ("train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz"),
            ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
            ("emnist-digits-train-images-idx3-ubyte.gz", "emnist-digits-train-labels-idx1-ubyte.gz"),
        ],
    )
    def test_a_pair_goes_by_its_usual_names(self, tmp_path: Path, images: str, labels: str) -> None:
        some = SAMPLE.take(slice(30))
        for name, array in ((images, some.images), (labels, some.labels)):
            content = idx_bytes(array)
            (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        for path in (tmp_path, tmp_path / images):
            read = held_images(load(path)[0])
            assert (read.images == some.images).all()
            assert (read.labels == some.labels).all()

    def test_of_a_folder_with_both_parts_one_is_meant(self, tmp_path: Path) -> None:
        for count, part in ((5, "train"), (3, "t10k")):
            some = SAMPLE.take(slice(count))
            (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx_bytes(some.images))
            (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes(some.labels))
        assert len(read_pictures(tmp_path, "train").found) == 5
        assert len(read_pictures(tmp_path, "test").found) == 3

    def test_letters_among_the_labels_are_told_by_number(self, tmp_path: Path) -> None:
        (tmp_path / "images-idx3-ubyte").write_bytes(idx_bytes(SAMPLE.images[:3]))
        (tmp_path / "labels-idx1-ubyte").write_bytes(idx_bytes(np.array([3, 36, 4], np.uint8)))
        pictures, problems = load(tmp_path)
        assert [one.label for one in pictures] == ["3", "4"]
        assert problems == [f"{tmp_path / 'images-idx3-ubyte'}: image 2: the label is 36, expected a digit"]

    @pytest.mark.parametrize(
        ("images", "labels", "reason"),
        [
            (SAMPLE.images[:3], SAMPLE.labels[:2], r"labels-idx1-ubyte: holds .* \(2,\), but there are 3 images"),
            (SAMPLE.images[:3, :20], SAMPLE.labels[:3], r"shape \(3, 20, 28\), expected \(N, 28, 28\)"),
            (SAMPLE.labels[:3], SAMPLE.labels[:3], r"holds labels; name the file of their images"),
        ],
    )
    def test_a_pair_that_is_none_is_an_error(
        self, tmp_path: Path, images: NDArray[np.uint8], labels: NDArray[np.uint8], reason: str
    ) -> None:
        (tmp_path / "images-idx3-ubyte").write_bytes(idx_bytes(images))
        (tmp_path / "labels-idx1-ubyte").write_bytes(idx_bytes(labels))
        with pytest.raises(DataError, match=reason):
            load(tmp_path)


class TestOrientation:
    def test_images_that_lie_on_their_side_are_turned_and_that_is_told(self, tmp_path: Path) -> None:
        some = SAMPLE.take(slice(60))
        (tmp_path / "train.csv").write_bytes(table_bytes(some.images.transpose(0, 2, 1), some.labels))
        pictures, problems = load(tmp_path / "train.csv")
        assert (held_images(pictures).images == some.images).all()
        assert problems == [
            f"{tmp_path / 'train.csv'}: its images lie on their side, rows for columns as in EMNIST; "
            "they are turned upright"
        ]

    @pytest.mark.parametrize("digit", range(10))
    def test_the_images_of_one_digit_tell_it_too_dark_on_light_as_well(self, digit: int) -> None:
        images = list(255 - SAMPLE.images[digit == SAMPLE.labels])
        assert not lie_on_their_side(images)
        assert lie_on_their_side([image.T for image in images])

    @settings(max_examples=10)
    @given(st.integers(0, 900))
    def test_any_hundred_tell_it(self, start: int) -> None:
        images = list(SAMPLE.images[start : start + 100])
        assert not lie_on_their_side(images)
        assert lie_on_their_side([image.T for image in images])

    def test_of_a_handful_nothing_is_concluded(self) -> None:
        assert not lie_on_their_side([image.T for image in SAMPLE.images[:10]])


def test_forms_that_are_not_read_say_what_is(tmp_path: Path) -> None:
    for name, reason in (
        ("train.parquet", "Parquet is not read; save it as CSV"),
        ("train.h5", "HDF5 is not read; save it as CSV"),
        ("mine.jsonl.gz", "by its name a file of drawings, which --strokes takes"),
        ("seven.png", "a picture alone has no label; put it into a folder named by its digit"),
    ):
        (tmp_path / name).touch()
        with pytest.raises(DataError, match=f"{name}: {reason}"):
            load(tmp_path / name)
