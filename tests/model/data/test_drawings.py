"""Files of drawings: read line by line, and a bad line is told by its number without ending the reading."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from model.data.drawings import BadLine, Drawing, read_drawings
from model.errors import DataError

SEVEN = {"label": "7", "source": "mine", "writer": "ab", "strokes": [[[0, 0], [10.5, 0]], [[5, 20]]]}


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
