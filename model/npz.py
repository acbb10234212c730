"""Arrays in a `.npz` file of any origin: nothing is inflated before it is known how large it becomes."""

import io
import math
import struct
import zipfile
from copy import copy
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

_END_BYTES = 22
"""Of a ZIP's end record without a comment, as NumPy writes it (APPNOTE 4.3.16)."""

_MAX_DIRECTORY_BYTES = 2**20
"""Of a ZIP's central directory: some ten thousand arrays."""

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The ways to compress that NumPy writes; others may take memory of their own before the first byte comes out."""


_LOCAL_HEADER = struct.Struct("<6x HH 4x LLL HH")
"""Flags, method, checksum, packed size, size, lengths of name and extra field (APPNOTE 4.3.7)."""

_ZIP64_FIELD = struct.Struct("<4x QQ")
"""Size and packed size, where the header has no room for them (APPNOTE 4.5.3). NumPy leaves it none."""

_SIZES_FOLLOW = 8
"""The flag of a member whose checksum and sizes stand behind it (APPNOTE 4.4.4); the directory has them ahead."""


class StoredArrays:
    """The arrays of a file, each of which can be looked at before it is read.

    Args:
        content: the file's bytes.
        max_bytes: that all arrays together may take.

    Raises:
        ValueError: it is no such file, an array is there twice, they take more, or what the file says of one in one
            place is not what it says in another.
    """

    def __init__(self, content: bytes, max_bytes: int) -> None:
        end = content[-_END_BYTES:]
        is_large = content[-_END_BYTES - 20 :].startswith(b"PK\x06\x07")  # ZIP64, for archives of gigabytes
        if not end.startswith(b"PK\x05\x06") or is_large:
            raise ValueError("it does not end as such a file does")
        if int.from_bytes(end[12:16], "little") > _MAX_DIRECTORY_BYTES:
            raise ValueError("more arrays than any weights have")
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        members = self._archive.infolist()
        self._members = {member.filename.removesuffix(".npy"): member for member in members}
        if len(self._members) < len(members):
            raise ValueError("an array is there twice")
        if any(member.compress_type not in _METHODS for member in members):
            raise ValueError("an array is compressed in an unknown way")
        if (size := sum(member.file_size for member in members)) > max_bytes:
            raise ValueError(f"its arrays take {size:,} bytes, at most {max_bytes:,} are read")
        for name, member in self._members.items():
            if not _is_confirmed(member, content):
                raise ValueError(f"'{name}' has a header unlike its entry in the directory")

    @property
    def names(self) -> set[str]:
        """Of all that are there."""
        return set(self._members)

    def describe(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]] | None:
        """The shape and type of an array, by its header; None if it is not there."""
        if name not in self._members:
            return None
        member = self._members[name]
        with self._archive.open(member) as file:
            # The version that NumPy writes for numbers. The header of a later one may be as long as it likes.
            if npy.read_magic(file) != (1, 0):
                raise ValueError(f"'{name}' is of an unknown format")
            shape, _, dtype = npy.read_array_header_1_0(file)
            if file.tell() + math.prod(shape) * dtype.itemsize != member.file_size:
                raise ValueError(f"'{name}' has another size than its header says")
        return shape, dtype

    def read(self, name: str) -> NDArray[Any]:
        """An array; a member that holds more than its directory says is refused, and no more of it inflated."""
        self.describe(name)  # before memory is taken by what its header says
        # What comes beyond the end that the directory tells is passed over in silence, so that is put a byte later.
        longer = copy(self._members[name])
        longer.file_size += 1
        with self._archive.open(longer) as file:
            stored: NDArray[Any] = npy.read_array(file, allow_pickle=False)
            if file.read(1):
                raise ValueError(f"'{name}' is longer than its directory says")
            return stored


def _is_confirmed(member: zipfile.ZipInfo, content: bytes) -> bool:
    """Whether the header at a member's place says of it what the directory does."""
    at = member.header_offset
    flags, method, checksum, packed, size, name, extra = _LOCAL_HEADER.unpack_from(content, at)
    if (flags, method) != (member.flag_bits, member.compress_type):
        return False
    if flags & _SIZES_FOLLOW:
        return True
    if packed == size == 0xFFFFFFFF and extra >= _ZIP64_FIELD.size:
        size, packed = _ZIP64_FIELD.unpack_from(content, at + _LOCAL_HEADER.size + name)
    return (checksum, packed, size) == (member.CRC, member.compress_size, member.file_size)
