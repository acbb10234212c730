"""The two collections of drawings in small, in their own formats, and packed as they are published."""

import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence

Strokes = Sequence[Sequence[Sequence[float]]]

PEN = """\
.WRITER_ID somebody
.COMMENT a line of text, and another:
12 and more
.PEN_DOWN
10 90
10 90
12 40
.PEN_UP
.PEN_DOWN
0 0
.PEN_UP
.PEN_DOWN
50 80
50 20
.PEN_UP
.PEN_DOWN
40 50
70 50
"""

UNIPEN = {
    "data/1a/apb/apb02/app0257.dat": """\
.VERSION 1.0
.INCLUDE apb/app.doc
.INCLUDE apb/data/apb02/app0257.dat
.SEGMENT CHARACTER 0 ? "1"
.SEGMENT CHARACTER 2-3 OK "4"
.SEGMENT CHARACTER 3 OK "-"
""",
    "data/1c/apb/apb02/app0257.dat": """\
.INCLUDE apb/app.doc
.INCLUDE apb/data/apb02/app0257.dat
.SEGMENT CHARACTER 2:0-2:0,3 ? "t"
.SEGMENT CHARACTER 3 ? "\\\\"
""",
    "include/apb/app.doc": ".COORD X Y\n.COMMENT text\n",
    "include/apb/data/apb02/app0257.dat": PEN,
}
"""One writer: a 1 whose first point comes twice, a 4, its bar and a t, with a hidden component between."""

UCI = """\
.COMMENT 1 2 3 is text before the first segment
.LEXICON "0" "1"
.SEGMENT DIGIT 0 ? "8"
.COMMENT 8 6 138
.PEN_DOWN
 267 333
 267 333
 260 340
.PEN_UP
.DT 151
.PEN_DOWN
 250 300
.PEN_UP
.DT 100
.SEGMENT DIGIT ? "3"
.COMMENT 3 65
.PEN_DOWN
 1 1
 5 9
.PEN_UP
"""


def tar_of(files: Mapping[str, str | bytes], *, mode: str = "w:gz", prefix: str = "CDROM/train_r01_v07/") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as tar:  # type: ignore[call-overload]
        for name, text in files.items():
            raw = text.encode() if isinstance(text, str) else text
            member = tarfile.TarInfo(f"{prefix}{name}")
            member.size = len(raw)
            tar.addfile(member, io.BytesIO(raw))
    return packed.getvalue()


def zip_of(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return packed.getvalue()


def uci_text(drawings: Iterable[tuple[str, str, Strokes]]) -> str:
    """The file that label, writer and strokes (y down) come from."""
    lines = []
    for number, (label, writer, strokes) in enumerate(drawings):
        lines += [f'.SEGMENT DIGIT {number} ? "{label}"', f".COMMENT {label} {writer} {number}"]
        for stroke in strokes:
            lines += [".PEN_DOWN", *(f" {x:g} {500 - y:g}" for x, y in stroke), ".PEN_UP", ".DT 100"]
    return "\n".join(lines) + "\n"


def unix_compressed(raw: bytes, *, most_bits: int = 16, clear_after: int | None = None) -> bytes:
    """What Unix's `compress` makes of `raw`, which starts its table anew after so many codes."""
    packed = _Codes(most_bits)
    table = {bytes([value]): value for value in range(256)}
    known = b""
    for value in raw:
        longer = known + bytes([value])
        if longer in table:
            known = longer
            continue
        packed.add(table[known])
        if len(table) + 1 < 1 << most_bits:
            table[longer] = len(table) + 1  # 256 is the code that clears
        if clear_after and packed.count >= clear_after:
            packed.clear()
            table = {bytes([value]): value for value in range(256)}
        known = bytes([value])
    if known:
        packed.add(table[known])
    return packed.content()


class _Codes:
    """Codes of growing width, from the lowest bit on, in groups of eight."""

    def __init__(self, most_bits: int) -> None:
        self.header = bytes([0x1F, 0x9D, 0x80 | most_bits])
        self.most_bits, self.bits, self.number, self.position = most_bits, 9, 0, 0
        self.in_group, self.count, self.size = 0, 0, 257

    def add(self, code: int) -> None:
        if self.size > (1 << self.bits) - 1 and self.bits < self.most_bits:
            self._next_group()
            self.bits += 1
        self._put(code)
        if self.count > 1 and self.size < 1 << self.most_bits:
            self.size += 1

    def clear(self) -> None:
        if self.size > (1 << self.bits) - 1 and self.bits < self.most_bits:
            self._next_group()
            self.bits += 1
        self._put(256)
        self._next_group()
        self.bits, self.count, self.size = 9, 0, 257

    def content(self) -> bytes:
        return self.header + self.number.to_bytes(-(-self.position // 8), "little")

    def _put(self, code: int) -> None:
        self.number |= code << self.position
        self.position += self.bits
        self.in_group = (self.in_group + 1) % 8
        self.count += 1

    def _next_group(self) -> None:
        self.position += (8 - self.in_group) % 8 * self.bits
        self.in_group = 0
