"""The digits of UCI: one drawing a segment."""

import json
from pathlib import Path
from typing import Any

import pytest

from model.data.pendigits import pendigits_drawings
from tests.model.data.pen_collections import UCI, unix_compressed, zip_of


def read(folder: Path, raw: bytes, name: str = "pendigits-orig.tra") -> tuple[list[Any], list[str]]:
    (folder / name).write_bytes(raw)
    problems: list[str] = []
    return [json.loads(one.line) for one in pendigits_drawings(folder, problems.append)], problems


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("pendigits-orig.tra", UCI.encode()),
        ("pendigits-orig.tra", UCI.replace("\n", "\r\n").encode()),
        ("pendigits-orig.tra.Z", unix_compressed(UCI.encode())),
        ("uci.zip", zip_of({"pendigits.tra": b"8,2\n", "pendigits-orig.tra.Z": unix_compressed(UCI.encode())})),
    ],
    ids=["plain", "with carriage returns", "compressed", "zipped"],
)
def test_a_segment_is_a_drawing_with_y_down(tmp_path: Path, name: str, raw: bytes) -> None:
    writers = ["4cae6ad1", "b1a12179"]  # SHA-1 of pd6 and pd65
    assert read(tmp_path, raw, name) == (
        [
            {
                "label": "8",
                "source": "pendigits",
                "writer": writers[0],
                "strokes": [[[17, 7], [10, 0]], [[0, 40]]],
            },
            {"label": "3", "source": "pendigits", "writer": writers[1], "strokes": [[[0, 8], [4, 0]]]},
        ],
        [],
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('0 ? "8"', '0 ? "x"', "names no digit"),
        (".COMMENT 8 6 138", ".COMMENT 8", "no .COMMENT names the writer"),
        (" 267 333\n 267 333\n 260 340\n", " 267\n", "'267' is no point"),
    ],
)
def test_a_damaged_segment_is_told_by_its_line_and_the_rest_is_read(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    drawings, problems = read(tmp_path, UCI.replace(old, new).encode())
    assert [one["label"] for one in drawings] == ["3"]
    assert len(problems) == 1
    assert problems[0].startswith("pendigits-orig.tra: the segment of line 3: ")
    assert told in problems[0]


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    assert read(tmp_path, b"", "pendigits.tes") == ([], [])
