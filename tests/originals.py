"""The four files of drawings are made of the published originals to the last byte: `make card` runs this.

The originals lie in a folder beside the project; of UCI's the drawings, which are put into a file anew.
"""

import gzip
import random
from collections.abc import Iterator
from functools import cache
from hashlib import sha1
from pathlib import Path

import pytest

from model.data import drawing_files
from model.data.catalogue import DRAWING_FILES
from model.data.collected import is_held_out
from model.data.drawing_files import make_drawing_files
from model.data.drawings import Drawing, load_drawings
from model.data.unipen import unipen_drawings
from tests.model.data.pen_collections import uci_text

SHARED = Path(__file__).parents[2] / "shared" / "data"

NAMES = [file.packed_name for file in DRAWING_FILES]


def lines(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def uci_in_order(
    unipen_held_out: list[bool], train: list[Drawing], dev: list[Drawing]
) -> Iterator[tuple[int, Drawing]]:
    """Each of UCI's drawings with a place in its file from which the shuffle brings it where it is."""
    places = list(range(len(train) + len(dev)))
    random.Random(0).shuffle(places)  # noqa: S311 - the order of the files
    rest = {True: dev, False: train}
    due = {
        held_out: [
            at
            for at, place in enumerate(places)
            if place < len(unipen_held_out) and unipen_held_out[place] is held_out
        ]
        for held_out in rest
    }
    at_in, passed = dict.fromkeys(rest, 0), dict.fromkeys(rest, 0)
    for place in places:
        if place < len(unipen_held_out):
            side = unipen_held_out[place]
            passed[side] += 1
        else:
            # Of the two files the one goes first that has a drawing of UNIPEN next to come sooner.
            sides = [
                one for one in rest if at_in[one] < len(rest[one]) and rest[one][at_in[one]].source == "pendigits"
            ]
            side = min(sides, key=lambda one: due[one][passed[one]] if passed[one] < len(due[one]) else len(places))
            yield place - len(unipen_held_out), rest[side][at_in[side]]
        at_in[side] += 1


def test_they_are_those_of_the_committed_weights_to_the_last_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = cache(unipen_drawings)  # millions of points: read for this test, too, by what makes the files
    monkeypatch.setattr(drawing_files, "unipen_drawings", once)
    place = tmp_path / "from"
    place.mkdir()
    (place / "unipen.tar.xz").symlink_to(SHARED / "raw" / "unipen-1abcd.tar.xz")
    problems: list[str] = []
    on_problem = problems.append
    digits = once(place, on_problem)["1a"]
    train, dev = (load_drawings([SHARED / "strokes" / name], print) for name in NAMES[:2])
    numbers = {sha1(b"pd%d" % number, usedforsecurity=False).hexdigest()[:8]: str(number) for number in range(1, 31)}
    drawn = dict(uci_in_order([is_held_out(one.writer) for one in digits], train, dev))
    (place / "pendigits-orig.tra").write_text(
        uci_text((one.label, numbers[one.writer], one.strokes) for one in map(drawn.__getitem__, range(len(drawn))))
    )
    assert make_drawing_files(place, tmp_path, on_problem) == problems == []
    assert [lines(tmp_path / name) for name in NAMES] == [lines(SHARED / "strokes" / name) for name in NAMES]
