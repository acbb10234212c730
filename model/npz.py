"""Arrays in a `.npz` file of any origin: nothing is inflated before it is known how large it becomes."""

import io
import math
import zipfile
from copy import copy
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from model.errors import ArtifactError

_END_BYTES = 22
"""Of a ZIP's end record without a comment, as NumPy writes it (APPNOTE 4.3.16)."""

_MAX_DIRECTORY_BYTES = 2**20
"""Of a ZIP's central directory: some ten thousand arrays."""

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The ways to compress that NumPy writes; others may take memory of their own before the first byte comes out."""


class StoredArrays:
    """The arrays of a file, each of which can be looked at before it is read.

    Args:
        content: the file's bytes.
        max_bytes: that all arrays together may take.

    Raises:
        ArtifactError: it is no such file, an array is there twice, or they take more.
    """

    def __init__(self, content: bytes, max_bytes: int) -> None:
        end = content[-_END_BYTES:]
        is_large = content[-_END_BYTES - 20 :].startswith(b"PK\x06\x07")  # ZIP64, for archives of gigabytes
        if not end.startswith(b"PK\x05\x06") or is_large:
            raise ArtifactError("not a whole digits weights file")
        if int.from_bytes(end[12:16], "little") > _MAX_DIRECTORY_BYTES:
            raise ArtifactError("more arrays than any weights have")
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        members = self._archive.infolist()
        self._members = {member.filename.removesuffix(".npy"): member for member in members}
        if len(self._members) < len(members):
            raise ArtifactError("an array is there twice")
        if any(member.compress_type not in _METHODS for member in members):
            raise ArtifactError("an array is compressed in an unknown way")
        if (size := sum(member.file_size for member in members)) > max_bytes:
            raise ArtifactError(f"its arrays take {size:,} bytes, but those of weights at most {max_bytes:,}")

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
                raise ArtifactError(f"not a whole digits weights file ('{name}' is of an unknown format)")
            shape, _, dtype = npy.read_array_header_1_0(file)
            if file.tell() + math.prod(shape) * dtype.itemsize != member.file_size:
                raise ArtifactError(
                    f"not a whole digits weights file ('{name}' has another size than its header says)"
                )
        return shape, dtype

    def read(self, name: str) -> NDArray[Any]:
        """An array; a member that holds more than its directory says is refused, and no more of it inflated."""
        # What comes beyond the end that the directory tells is passed over in silence, so that is put a byte later.
        longer = copy(self._members[name])
        longer.file_size += 1
        with self._archive.open(longer) as file:
            stored: NDArray[Any] = npy.read_array(file, allow_pickle=False)
            if file.read(1):
                raise ArtifactError(f"not a whole digits weights file ('{name}' is longer than its directory says)")
            return stored
