"""Arrays in a `.npz` file of any origin: nothing is inflated before it is known how large it becomes."""

import io
import math
import zipfile
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from model.errors import ArtifactError

_END_BYTES = 22
"""Of a ZIP's end record without a comment, as NumPy writes it (APPNOTE 4.3.16)."""

_MAX_DIRECTORY_BYTES = 2**20
"""Of a ZIP's central directory: some ten thousand arrays."""

_HEADERS: Mapping[tuple[int, int], Any] = MappingProxyType(
    {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
)


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
            shape, _, dtype = _HEADERS[npy.read_magic(file)](file)
            if file.tell() + math.prod(shape) * dtype.itemsize != member.file_size:
                raise ArtifactError(
                    f"not a whole digits weights file ('{name}' has another size than its header says)"
                )
        return shape, dtype

    def read(self, name: str) -> NDArray[Any]:
        """An array; of a member that holds more than its directory says, no more than that is inflated."""
        with self._archive.open(self._members[name]) as file:
            stored: NDArray[Any] = npy.read_array(file, allow_pickle=False)
            return stored
