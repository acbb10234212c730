"""IDX, the file format of MNIST: a header that gives the shape, then the bytes of the array in C order.

    offset  bytes  what
    0       2      zero
    2       1      type code; 0x08 is unsigned byte, the only one that MNIST uses
    3       1      number of dimensions, n
    4       4 n    the sizes, each an unsigned 32-bit big-endian integer
    4+4n    ...    the values, as many as the product of the sizes

Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", "File formats".
"""

import math
import struct

import numpy as np
from numpy.typing import NDArray

from model.errors import DataError

_UNSIGNED_BYTE = 0x08
_MAX_DIMENSIONS = 8  # MNIST has 3, colour images 4; NumPy itself ends at 64


def parse_idx(content: bytes, *, name: str) -> NDArray[np.uint8]:
    """Read the unpacked `content` of an IDX file of unsigned bytes.

    Args:
        content: the whole file, not compressed.
        name: what to call the file in an error.

    Returns:
        A read-only uint8 array in the shape that the header gives, a view of `content`.

    Raises:
        DataError: a header field makes no sense, or the content is shorter or longer than the header says.
    """
    shape = _parse_shape(content, name)
    header = 4 + 4 * len(shape)
    # Python integers do not overflow: a hostile header is refused here, before anything is allocated.
    expected = header + math.prod(shape)
    if len(content) != expected:
        raise DataError(
            f"{name}: has {len(content):,} bytes, "
            f"but its header declares {_times(shape)} values, so {expected:,} bytes were expected"
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def _parse_shape(content: bytes, name: str) -> tuple[int, ...]:
    if len(content) < 4:
        raise DataError(f"{name}: has {len(content)} bytes, expected an IDX header of at least 8")
    zero, code, dimensions = struct.unpack_from(">HBB", content)
    if zero != 0:
        raise DataError(f"{name}: starts with bytes 0x{zero:04x}, expected 0x0000: this is not an IDX file")
    if code != _UNSIGNED_BYTE:
        raise DataError(f"{name}: has type code 0x{code:02x}, expected 0x08 (unsigned byte)")
    if not 1 <= dimensions <= _MAX_DIMENSIONS:
        raise DataError(f"{name}: declares {dimensions} dimensions, expected 1 to {_MAX_DIMENSIONS}")
    header = 4 + 4 * dimensions
    if len(content) < header:
        raise DataError(f"{name}: has {len(content)} bytes, but its header of {dimensions} dimensions takes {header}")
    shape: tuple[int, ...] = struct.unpack_from(f">{dimensions}I", content, 4)
    if 0 in shape:
        raise DataError(f"{name}: declares {_times(shape)} values, expected every size to be 1 or more")
    return shape


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(f"{size:,}" for size in shape)
