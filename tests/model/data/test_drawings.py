"""Files of drawings: found by name, read past bad lines, and split so that no writer is on both sides."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.drawings import (
    BadLine,
    Drawing,
    file_checksums,
    find_drawings,
    is_digit,
    load_drawings,
    read_drawings,
    split_by_writer,
)
from model.errors import DataError

SEVEN = {"label": "7", "source": "mine", "writer": "ab", "strokes": [[[0, 0], [10.5, 0]], [[5, 20]]]}

LINE = json.dumps({"label": "7", "strokes": [[[0, 0], [5, 5]]]})


def written(folder: Path, *lines: Any, zipped: bool = False) -> Path:
    """A file of lines, each JSON unless it is bytes already."""
    content = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    path = folder / "drawings"
    path.write_bytes(gzip.compress(content) if zipped else content)
    return path


@pytest.mark.parametrize("zipped", [False, True])
def test_drawings_are_read_whether_or_not_they_are_zipped(tmp_path: Path, *, zipped: bool) -> None:
    path = written(tmp_path, SEVEN, b"", {"label": "x", "strokes": [[[1, 2]]]}, zipped=zipped)
    assert list(read_drawings(path)) == [
        Drawing("7", [[[0, 0], [10.5, 0]], [[5, 20]]], "mine", "ab"),
        Drawing("x", [[[1, 2]]]),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        ([1], "not an object"),
        ({"strokes": [[[1, 2]]]}, "label is missing"),
        ({**SEVEN, "label": 7}, "label is 7, expected a text"),
        ({**SEVEN, "writer": None}, "writer is None"),
        ({"label": "7"}, "strokes are not lists"),
        ({**SEVEN, "strokes": []}, "strokes are not lists"),
        ({**SEVEN, "strokes": [[]]}, "strokes are not lists"),
        ({**SEVEN, "strokes": [[[1, 2, 3]]]}, "strokes are not lists"),
        ({**SEVEN, "strokes": [[["1", 2]]]}, "strokes are not lists"),
        ({**SEVEN, "strokes": [[[True, 2]]]}, "strokes are not lists"),
        ({**SEVEN, "strokes": [[[10**400, 2]]]}, "strokes are not lists"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_the_next_is_read(tmp_path: Path, line: Any, problem: str) -> None:
    first, bad, last = read_drawings(written(tmp_path, SEVEN, line, SEVEN))
    assert isinstance(first, Drawing)
    assert isinstance(last, Drawing)
    assert isinstance(bad, BadLine)
    assert bad.number == 2
    assert problem in bad.problem


def test_a_missing_and_a_truncated_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere: cannot be read"):
        list(read_drawings(tmp_path / "nowhere"))
    path = written(tmp_path, *[SEVEN] * 50, zipped=True)
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(DataError, match="drawings: cannot be read"):
        list(read_drawings(path))


def by(*writers: str) -> list[Drawing]:
    return [Drawing("1", [[[0.0, float(index)]]], "pad", writer) for index, writer in enumerate(writers)]


def test_a_file_is_found_by_path_or_by_name_in_the_data_folder_or_beside_it(tmp_path: Path) -> None:
    data = tmp_path / "mnist"
    for folder in (tmp_path / "strokes", data / "strokes", data):
        folder.mkdir(exist_ok=True, parents=True)
        (folder / "mine.jsonl").write_text(LINE)
        assert find_drawings("mine.jsonl", data) == folder / "mine.jsonl"
    assert find_drawings(str(tmp_path / "strokes" / "mine.jsonl"), Path("elsewhere")).parent.name == "strokes"
    with pytest.raises(DataError, match=r"absent.jsonl: there is no such file of drawings, nor is it in .*strokes"):
        find_drawings("absent.jsonl", data)


def test_bad_lines_are_told_by_number_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl.gz"
    path.write_bytes(gzip.compress(f"{LINE}\nnonsense\n\n{LINE}\n".encode()))
    problems: list[str] = []
    drawings = load_drawings([path, path], problems.append)
    assert [drawing.label for drawing in drawings] == ["7"] * 4
    assert len(problems) == 2
    assert f"{path}: line 2: not JSON" in problems[0]


def test_a_file_without_a_drawing_is_an_error_even_beside_another(tmp_path: Path) -> None:
    good, empty = tmp_path / "good.jsonl", tmp_path / "empty.jsonl"
    good.write_text(LINE)
    empty.write_text("nonsense\n")
    with pytest.raises(DataError, match=r"empty.jsonl: holds no drawings"):
        load_drawings([good, empty], lambda _: None)


@given(st.lists(st.sampled_from("abcdefg"), min_size=2, max_size=60), st.floats(0, 1))
def test_no_writer_is_on_both_sides_and_no_drawing_is_lost(writers: list[str], share: float) -> None:
    drawings = by(*writers)
    kept, held = split_by_writer(drawings, share=share, rng=np.random.default_rng(0))
    assert kept
    assert held
    assert len(set(writers)) == 1 or not {one.writer for one in kept} & {one.writer for one in held}
    assert sorted(one.strokes for one in kept + held) == sorted(one.strokes for one in drawings)


def test_a_writer_is_known_within_a_source_and_without_a_name_each_drawing_is_its_own() -> None:
    other_source = Drawing("1", [[[9.0, 9.0]]], "tablet", "a")
    kept, held = split_by_writer([*by("a"), other_source], share=0.5, rng=np.random.default_rng(0))
    assert len(kept) == len(held) == 1
    kept, held = split_by_writer(by(*[""] * 40), share=0.25, rng=np.random.default_rng(0))
    assert (len(kept), len(held)) == (30, 10)


def test_what_one_writer_drew_is_split_by_drawing_and_one_drawing_is_not_split() -> None:
    kept, held = split_by_writer(by(*"a" * 40), share=0.25, rng=np.random.default_rng(0))
    assert (len(kept), len(held)) == (30, 10)
    with pytest.raises(DataError, match="1 drawing cannot be split"):
        split_by_writer(by("a"), share=0.25, rng=np.random.default_rng(0))


def test_the_split_is_by_the_generator() -> None:
    drawings = by(*"abcdefghij")
    first, again, other = (
        split_by_writer(drawings, share=0.3, rng=np.random.default_rng(seed))[1] for seed in (1, 1, 2)
    )
    assert first == again != other
    assert len(first) == 3


def test_only_single_digits_are_digits() -> None:
    assert [label for label in ("0", "9", "10", "x", "²", "") if is_digit(Drawing(label, [[[0.0, 0.0]]]))] == [
        "0",
        "9",
    ]


def test_sums_are_of_the_files_as_they_lie(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(LINE)
    assert file_checksums([path]) == {"mine.jsonl": hashlib.sha256(LINE.encode()).hexdigest()}
