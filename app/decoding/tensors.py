"""The tensors of the Open Inference Protocol, to images and from readings."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import BadInferenceError
from app.schemas import DATATYPES, INPUT, MAX_DRAWINGS, METADATA, InferenceInput, OutputTensor
from model.preprocess import FRAME_SIZE
from model.reading import Prediction

NO_DIGIT = -1
"""Stands for a digit where the verdict is `blank` or `not_a_digit`."""

_FLAT = FRAME_SIZE**2


def images_of(tensor: InferenceInput, max_pixels: int) -> NDArray[np.float64]:
    """Grey levels (drawings, height, width), 0 to 255.

    Args:
        tensor: what was sent.
        max_pixels: of one image, height times width.

    Raises:
        BadInferenceError: it is not the tensor that is asked for, or its data are not what it says.
    """
    if tensor.name != INPUT:
        raise BadInferenceError(f"inputs[0].name: there is one input, '{INPUT}'")
    if tensor.datatype not in DATATYPES:
        raise BadInferenceError(f"inputs[0].datatype: must be one of {', '.join(DATATYPES)}")
    drawings, height, width = _image_shape(tensor.shape)
    if height * width > max_pixels:
        raise BadInferenceError(f"inputs[0].shape: more than the {max_pixels:,} pixels that are read of one image")
    values = _flat(tensor.data, tensor.shape)
    if len(values) != drawings * height * width:
        raise BadInferenceError(f"inputs[0].data: {len(values):,} values, which is not what the shape says")
    levels = _levels(values, whole=tensor.datatype != "FP32")
    return levels.reshape(drawings, height, width)


def output_tensors(readings: Sequence[Prediction], names: Sequence[str]) -> list[OutputTensor]:
    """What was read of each drawing, as the tensors of these names."""
    data: dict[str, list[Any]] = {
        "probabilities": np.concatenate([reading.probabilities for reading in readings]).tolist(),
        "digit": [NO_DIGIT if reading.digit is None else reading.digit for reading in readings],
        "verdict": [reading.verdict.value for reading in readings],
    }
    return [
        OutputTensor.model_validate(
            {
                "name": tensor.name,
                "datatype": tensor.datatype,
                "shape": [len(readings), *tensor.shape[1:]],
                "data": data[tensor.name],
            }
        )
        for name in names
        for tensor in METADATA.outputs
        if tensor.name == name
    ]


def _image_shape(shape: Sequence[int]) -> tuple[int, int, int]:
    """How many images there are, their height and their width."""
    match shape:
        case [drawings, pixels] if pixels == _FLAT:
            height = width = FRAME_SIZE
        case [drawings, height, width]:
            pass
        case _:
            raise BadInferenceError(
                f"inputs[0].shape: must be [N, {_FLAT}], [N, {FRAME_SIZE}, {FRAME_SIZE}] or [N, height, width]"
            )
    if not 1 <= drawings <= MAX_DRAWINGS or height < 1 or width < 1:
        raise BadInferenceError(f"inputs[0].shape: N is 1 to {MAX_DRAWINGS}, height and width are 1 or more")
    return drawings, height, width


def _flat(data: list[Any], shape: Sequence[int]) -> list[Any]:
    """The values in one list, which they are in already, or nested as the shape says."""
    if not (data and isinstance(data[0], list)):
        return data
    if len(data) != shape[0]:
        raise BadInferenceError(f"inputs[0].data: {len(data):,} lists, but the shape begins with {shape[0]}")
    for length in shape[1:]:
        if not all(isinstance(part, list) and len(part) == length for part in data):
            raise BadInferenceError(f"inputs[0].data: a list whose length is not the {length:,} of the shape")
        data = list(chain.from_iterable(data))
    return data


def _levels(values: list[Any], *, whole: bool) -> NDArray[np.float64]:
    """Numbers as grey levels."""
    if not set(map(type, values)) <= {int, float}:
        raise BadInferenceError("inputs[0].data: not numbers alone, flat or nested as the shape says")
    try:
        levels = np.array(values, np.float64)
    except OverflowError as error:
        raise BadInferenceError("inputs[0].data: grey values go from 0 to 255") from error
    if not ((levels >= 0) & (levels <= 255)).all():
        raise BadInferenceError("inputs[0].data: grey values go from 0 to 255")
    if whole and (levels % 1).any():
        raise BadInferenceError("inputs[0].data: fractions need the datatype FP32")
    return levels
