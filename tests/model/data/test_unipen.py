"""UNIPEN's segments as drawings: which components are theirs, and which way is up."""

import json
from pathlib import Path
from typing import Any

import pytest

from model.data.unipen import parse_components, unipen_drawings
from model.errors import DataError
from tests.model.data.pen_collections import PEN, UNIPEN, tar_of

LABELLED, INCLUDED = "data/1a/apb/apb02/app0257.dat", "include/apb/data/apb02/app0257.dat"


def read(folder: Path, files: dict[str, str], **packing: str) -> tuple[dict[str, list[Any]], list[str]]:
    """Drawings by category, and what was told of."""
    (folder / "unipen.tgz").write_bytes(tar_of(files, **packing))
    problems: list[str] = []
    drawings = unipen_drawings(folder, problems.append)
    return {category: [json.loads(one.line) for one in ones] for category, ones in drawings.items()}, problems


def strokes(folder: Path, segment: str, pen: str = PEN, source: str = "apb") -> Any:
    """What a segment has of what the pen did."""
    file = f".INCLUDE {source}/data/a.dat\n.SEGMENT CHARACTER {segment}\n"
    drawings, problems = read(folder, {f"data/1a/{source}/a.dat": file, f"include/{source}/data/a.dat": pen})
    assert problems == []
    return drawings["1a"][0]["strokes"]


def test_a_drawing_has_its_ink_at_the_origin_and_y_down(tmp_path: Path) -> None:
    drawings, problems = read(tmp_path, UNIPEN)
    assert problems == []
    writer = "10ef7acf"  # SHA-1 of apb/app0257
    assert drawings == {
        "1a": [
            {"label": "1", "source": "unipen/apb", "writer": writer, "strokes": [[[0, 0], [2, 50]]]},
            {
                "label": "4",
                "source": "unipen/apb",
                "writer": writer,
                "strokes": [[[10, 0], [10, 60]], [[0, 30], [30, 30]]],
            },
            {"label": "-", "source": "unipen/apb", "writer": writer, "strokes": [[[0, 0], [30, 0]]]},
        ],
        "1b": [],
        "1c": [{"label": "t", "source": "unipen/apb", "writer": writer, "strokes": [[[10, 0]], [[0, 30], [30, 30]]]}],
        "1d": [],
    }


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz", "w:bz2"])
@pytest.mark.parametrize("prefix", ["", "./", "a/b/"])
def test_it_may_be_packed_in_any_way(tmp_path: Path, mode: str, prefix: str) -> None:
    drawings, _ = read(tmp_path, UNIPEN, mode=mode, prefix=prefix)
    assert [one["label"] for one in drawings["1a"]] == ["1", "4", "-"]


def test_it_may_be_unpacked(tmp_path: Path) -> None:
    for name, text in UNIPEN.items():
        path = tmp_path / "somewhere" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert [len(ones) for ones in unipen_drawings(tmp_path, print).values()] == [3, 0, 1, 0]


class TestCounting:
    """A segment names components by their number."""

    def test_all_are_counted_where_every_segment_then_has_ink(self, tmp_path: Path) -> None:
        assert strokes(tmp_path, '4 ? "1"') == [[[0, 0], [0, 60]]]

    def test_empty_ones_are_passed_over_where_not(self, tmp_path: Path) -> None:
        assert strokes(tmp_path, '3 ? "1"') == [[[0, 0], [30, 0]]]

    def test_in_some_sources_always(self, tmp_path: Path) -> None:
        assert strokes(tmp_path, '2 ? "1"', source="tos") == [[[0, 0], [0, 60]]]

    def test_pen_ups_are_counted_and_are_no_ink(self, tmp_path: Path) -> None:
        pen = ".PEN_UP\n0 0\n5 5\n.PEN_DOWN\n5 5\n6 6\n.PEN_UP\n6 6\n.DT 1\n7 7\n.PEN_UP\n.DT 9\n"
        assert strokes(tmp_path, '0-2 ? "1"', pen) == [[[0, 1], [1, 0]]]

    def test_points_after_a_pause_were_written(self, tmp_path: Path) -> None:
        assert strokes(tmp_path, '0-1 ? "1"', ".PEN_DOWN\n0 0\n.DT 3\n1 1\n2 2\n") == [[[0, 2]], [[1, 1], [2, 0]]]

    @pytest.mark.parametrize(
        ("ranges", "first_points"),
        [
            ("0:1-0:2", [1]),
            ("0:3-1:0", [3, 10]),
            ("0:0-0:1,1:2-1:2", [0, 12]),
            ("1:1-1", [11]),
            ("0-1:1,0", [0, 10, 0]),
        ],
    )
    def test_parts_are_named_by_their_points(self, tmp_path: Path, ranges: str, first_points: list[int]) -> None:
        pen = ".PEN_DOWN\n0 0\n1 0\n2 0\n3 0\n.PEN_DOWN\n10 0\n11 0\n12 0\n"
        found = strokes(tmp_path, f'{ranges} ? "1"', pen)
        left = min(first_points)
        assert [stroke[0][0] for stroke in found] == [x - left for x in first_points]


@pytest.mark.parametrize(
    ("columns", "point"), [("X Y", "1 2"), ("Y X", "2 1"), ("X Y T", "1 2 9"), ("T Y X", "9 2 1")]
)
def test_columns_are_as_the_file_says(columns: str, point: str) -> None:
    assert parse_components([f".COORD {columns}", f".PEN_DOWN\n{point}\n"]) == [(True, [(1, 2)])]


class TestWhatStaysOut:
    def test_labels_of_more_than_one_character_and_other_sources(self, tmp_path: Path) -> None:
        files = {name.replace("apb/", "hpp/"): text for name, text in UNIPEN.items()}
        drawings, problems = read(tmp_path, files)
        assert (drawings, problems) == ({"1a": [], "1b": [], "1c": [], "1d": []}, [])

    def test_a_file_whose_ink_is_not_there_is_told_by_name(self, tmp_path: Path) -> None:
        files = {name: text for name, text in UNIPEN.items() if name != INCLUDED}
        drawings, problems = read(tmp_path, files)
        assert problems == [f"{LABELLED}: {INCLUDED}, which it includes, is not there"]
        assert not any(drawings.values())

    def test_a_damaged_point_is_told_with_its_file(self, tmp_path: Path) -> None:
        _, problems = read(tmp_path, UNIPEN | {INCLUDED: ".PEN_DOWN\n1 2\n3\n"})
        assert problems == [
            f"{LABELLED}: apb/app.doc and apb/data/apb02/app0257.dat, which it includes, "
            "cannot be read: line 3: '3' is no point"
        ]

    def test_a_damaged_segment_is_told_by_its_line_and_the_rest_is_read(self, tmp_path: Path) -> None:
        drawings, problems = read(tmp_path, UNIPEN | {LABELLED: UNIPEN[LABELLED].replace("2-3", "2-x")})
        assert problems == [f"{LABELLED}: line 5: '2-x' names no components"]
        assert [one["label"] for one in drawings["1a"]] == ["1", "-"]

    @pytest.mark.parametrize("length", [40, -40])
    def test_a_cut_archive_is_refused(self, tmp_path: Path, length: int) -> None:
        (tmp_path / "unipen.tgz").write_bytes(tar_of(UNIPEN)[:length])
        with pytest.raises(DataError, match=r"unipen\.tgz: is damaged, or no archive"):
            unipen_drawings(tmp_path, print)
