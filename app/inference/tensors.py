"""Tensors of the Open Inference Protocol: grey values that come in, as numbers or in binary, and what goes out."""

import struct
from collections.abc import Sequence
from itertools import chain
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import Refusal, ServiceError
from app.schemas import DATATYPES, INPUT, MAX_DRAWINGS, SHAPES, InferenceInput
from model.preprocess import FRAME_SIZE

_MAX_QUOTE = 40
"""Characters of a caller's word that a reply quotes."""


def images_of(tensor: InferenceInput, binary: memoryview | None, max_pixels: int) -> NDArray[Any]:
    """The grey levels in a tensor: (drawings, height, width), 0 to 255, in the type they came in.

    Args:
        tensor: what was sent.
        binary: its data, if they are not in the JSON.
        max_pixels: of one image, height times width.

    Raises:
        ServiceError: it is not the tensor that is asked for, or its data are not what it says.
    """
    if tensor.name != INPUT:
        raise _refused(f".name: there is one input, '{INPUT}', and none '{tensor.name[:_MAX_QUOTE]}'")
    if tensor.datatype not in DATATYPES:
        raise _refused(f".datatype: must be one of {', '.join(DATATYPES)}, not '{tensor.datatype[:_MAX_QUOTE]}'")
    drawings, height, width = _image_shape(tensor.shape)
    if height * width > max_pixels:
        raise _refused(f".shape: more than the {max_pixels:,} pixels that are read of one image")
    levels = _levels_of_data(tensor) if binary is None else _levels_of_binary(tensor, binary)
    return levels.reshape(drawings, height, width)


def binary_of(values: NDArray[Any] | Sequence[str]) -> bytes:
    """The data of a tensor as the binary extension has them: little-endian, and strings each behind its length."""
    if isinstance(values, np.ndarray):
        return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
    texts = [text.encode() for text in values]
    return b"".join(struct.pack("<I", len(text)) + text for text in texts)


def _image_shape(shape: Sequence[int]) -> tuple[int, int, int]:
    """How many images there are, their height and their width."""
    drawings, height, width = 1, FRAME_SIZE, FRAME_SIZE
    match shape:
        case [784] | [28, 28]:
            pass
        case [drawings, 784] | [drawings, 784, 1] | [drawings, 1, 784]:
            pass
        case [height, width, 1]:
            pass
        case [drawings, height, width] | [drawings, height, width, 1] | [drawings, 1, height, width]:
            pass
        case _:
            raise _refused(f".shape: must be {SHAPES}, not {str(list(shape))[:_MAX_QUOTE]}")
    if not 1 <= drawings <= MAX_DRAWINGS or height < 1 or width < 1:
        raise _refused(f".shape: N is 1 to {MAX_DRAWINGS}, height and width are 1 or more")
    return drawings, height, width


def _levels_of_binary(tensor: InferenceInput, binary: memoryview) -> NDArray[Any]:
    """Grey levels (values,), which are no copy but for those of BOOL."""
    dtype = np.dtype(DATATYPES[tensor.datatype])
    expected = prod(tensor.shape) * dtype.itemsize
    if len(binary) != expected:
        detail = f"{len(binary):,}, but the shape and {tensor.datatype} make {expected:,} bytes"
        raise _refused(f".parameters.binary_data_size: {detail}")
    if tensor.datatype != "BOOL":
        return _checked(np.frombuffer(binary, dtype))
    truths = np.frombuffer(binary, np.uint8)
    if truths.max() > 1:
        raise _refused(".data: of BOOL each byte is 0 or 1")
    return truths * np.uint8(255)


def _levels_of_data(tensor: InferenceInput) -> NDArray[np.float64]:
    """Grey levels (values,), of the numbers in the JSON."""
    values = _flat(tensor.data or [], tensor.shape)
    if len(values) != prod(tensor.shape):
        raise _refused(f".data: {len(values):,} values, which is not what the shape says")
    types = set(map(type, values))
    if tensor.datatype == "BOOL":
        if not (types <= {bool, int} and set(values) <= {0, 1}):
            raise _refused(".data: of BOOL each value is true or false")
        return np.array(values, np.float64) * 255
    if not types <= {int, float}:
        raise _refused(".data: not numbers alone, flat or nested as the shape says")
    try:
        levels = _checked(np.array(values, np.float64))
    except OverflowError as error:
        raise _refused(".data: grey values go from 0 to 255") from error
    if not tensor.datatype.startswith("FP"):
        _check_whole(levels, tensor.datatype)
    return levels


def _check_whole(levels: NDArray[np.float64], datatype: str) -> None:
    if (levels % 1).any():
        raise _refused(".data: fractions need the datatype FP32, FP16 or FP64")
    if levels.max() > np.iinfo(DATATYPES[datatype]).max:
        raise _refused(f".data: a value that is beyond {datatype}")


def _checked(levels: NDArray[Any]) -> NDArray[Any]:
    # So that what is no number is refused, too: it is neither below nor above.
    with np.errstate(invalid="ignore"):
        if not (levels.min() >= 0 and levels.max() <= 255):
            raise _refused(".data: grey values go from 0 to 255")
    return levels


def _flat(data: list[Any], shape: Sequence[int]) -> list[Any]:
    """The values in one list, which they are in already, or nested as the shape says."""
    if not (data and isinstance(data[0], list)):
        return data
    if len(data) != shape[0]:
        raise _refused(f".data: {len(data):,} lists, but the shape begins with {shape[0]}")
    for length in shape[1:]:
        if not all(isinstance(part, list) and len(part) == length for part in data):
            raise _refused(f".data: a list whose length is not the {length:,} of the shape")
        data = list(chain.from_iterable(data))
    return data


def _refused(detail: str) -> ServiceError:
    return ServiceError(Refusal.INVALID_INFERENCE, f"inputs[0]{detail} (input '{INPUT}')")
