"""The characters of UNIPEN's categories 1a to 1d, from an archive or a folder of it.

`data/1a/apb/apb02/app0257.dat` has the segments, and names `include/apb/data/apb02/app0257.dat`, what the pen did.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from model.data.archives import members
from model.data.collected import Collected, collected
from model.data.unipen.pen import Component, parse_components
from model.data.unipen.segments import Segment, counted, parse_segment, strokes_of
from model.errors import DataError

SOURCES = frozenset(
    ["aga", "apa", "apb", "app", "art", "cea", "ceb", "ced", "ibm", "kai", "lou", "pri", "sie", "tos", "val"]
)
"""Who gave the drawings that are learned from; others in the archive stay out, for measuring on unseen hands."""

DIGITS, OTHERS = ("1a",), ("1b", "1c", "1d")
"""The categories: isolated digits; isolated upper case letters, lower case letters and signs."""

_MOST_BYTES = 1_000_000_000
"""All that is kept in memory: ten times what the categories have."""

_PATH = re.compile(r"(?:.*?/)??((?:data/1[a-d]|include)/.+)")


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A file of `data`: its segments, and the files that it includes."""

    included: list[str] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)


def unipen_drawings(place: Path, on_problem: Callable[[str], None]) -> dict[str, list[Collected]]:
    """The drawings of `SOURCES` in `place`, a folder or an archive, by category, in the order of the files' paths.

    The label is one character. The writer is a code of source and file, since a file is by one writer. Points that
    repeat the one before are left out, y grows downwards, and the top left of the drawing's box is (0, 0).

    Args:
        place: has `data` and `include` somewhere in it; what is not there is left out.
        on_problem: told of each file or segment that makes no sense and is passed over.

    Raises:
        DataError: an archive is damaged, or has more in it than UNIPEN.
    """
    labelled = {path: _labelled(path, text, on_problem) for path, text in _texts(place, _is_labelled)}
    by_included: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for path, file in labelled.items():
        by_included[tuple(file.included)].append(path)
    included = dict(_texts(place, {f"include/{name}" for names in by_included for name in names}.__contains__))
    found: dict[str, list[Collected]] = {}
    for names, paths in by_included.items():
        try:
            pen = parse_components([included[f"include/{name}"] for name in names])
        except KeyError as error:
            on_problem(f"{paths[0]}: {error.args[0]}, which it includes, is not there")
        except ValueError as error:
            on_problem(f"{paths[0]}: {' and '.join(names)}, which it includes, cannot be read: {error}")
        else:
            found |= {path: list(_drawings(path, labelled[path].segments, pen)) for path in paths}
    drawings: dict[str, list[Collected]] = {category: [] for category in (*DIGITS, *OTHERS)}
    for path in sorted(found):
        drawings[path.split("/")[1]] += found[path]
    return drawings


def _drawings(path: str, segments: list[Segment], pen: list[Component]) -> Iterator[Collected]:
    source = _source(path)
    components = counted(pen, segments, source)
    writer = f"{source}/{PurePosixPath(path).stem}"
    for segment in segments:
        if len(segment.label) == 1 and (strokes := strokes_of(components, segment)):
            yield collected(segment.label, f"unipen/{source}", writer, strokes)


def _labelled(path: str, text: str, on_problem: Callable[[str], None]) -> _Labelled:
    file = _Labelled()
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(".INCLUDE"):
            file.included.extend(line.split()[1:2])
            continue
        try:
            segment = parse_segment(line)
        except ValueError as error:
            on_problem(f"{path}: line {number}: {error}")
            continue
        if segment:
            file.segments.append(segment)
    return file


def _texts(place: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The wanted files of the collection, by their path in it."""
    left = _MOST_BYTES
    for name, raw in members(place, lambda name: wanted(_path(name))):
        left -= len(raw)
        if left < 0:
            raise DataError(f"{place}: has more than {_MOST_BYTES:,} bytes of what is wanted, which UNIPEN has not")
        yield _path(name), raw.decode("latin-1")


def _path(name: str) -> str:
    """The path within the collection, wherever in an archive or a folder that is; empty for any other file."""
    match = _PATH.fullmatch(name)
    return match[1] if match else ""


def _is_labelled(path: str) -> bool:
    return path.startswith("data/") and path.endswith(".dat") and _source(path) in SOURCES


def _source(path: str) -> str:
    return path.split("/")[2]
