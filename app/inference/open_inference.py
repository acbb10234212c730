"""Readings by the Open Inference Protocol: a tensor of grey values in, tensors of what was read out.

The protocol: "Open Inference Protocol", HTTP/REST, as KServe and other servers of models speak it.
"""

import json
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from app.decoding import preprocess_levels, refuse_many_parts, unique_pairs
from app.errors import Refusal, ServiceError, describe_validation
from app.schemas import (
    DATATYPES,
    INPUT,
    MAX_DRAWINGS,
    METADATA,
    MODEL_NAME,
    InferenceInput,
    InferenceReply,
    InferenceRequest,
    OutputTensor,
)
from app.settings import Settings
from model.classifier import Classifier
from model.errors import InkError
from model.preprocess import FRAME_SIZE, Preprocessed
from model.reading import Prediction

_NO_DIGIT = -1
"""Stands for a digit where the verdict is `blank` or `not_a_digit`."""

_FLAT = FRAME_SIZE**2

_OUTPUTS = {tensor.name: tensor for tensor in METADATA.outputs}

_MAX_PARTS = 2**18
"""Lists and objects in a body: rows of 1024 in each of 256 images."""


def parse_inference(body: bytes) -> InferenceRequest:
    """The request in a body.

    Raises:
        RepeatedKeyError: a key is there twice.
        ServiceError: the body is not JSON, or no such request.
    """
    refuse_many_parts(body, _MAX_PARTS, Refusal.INVALID_INFERENCE)
    try:
        found = json.loads(str(body, "utf-8"), object_pairs_hook=unique_pairs, parse_constant=_no_number)
        if b"\\u" in body:
            # Half a character can be escaped, which is in no text that could be sent back.
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise ServiceError(Refusal.INVALID_JSON, "the body is not JSON: nested too deeply") from error
    except ValueError as error:
        raise ServiceError(Refusal.INVALID_JSON, f"the body is not JSON: {error}") from error
    try:
        return InferenceRequest.model_validate(found)
    except ValidationError as error:
        raise _refused(describe_validation(error)) from error


def inference_reply(
    classifier: Classifier, request: InferenceRequest, settings: Settings
) -> tuple[InferenceReply, list[Prediction]]:
    """Read each drawing of a request; the readings, too, for whoever counts them.

    Raises:
        ServiceError: the tensors are not those asked for, or their ink cannot be read.
    """
    wanted = list(dict.fromkeys(output.name for output in request.outputs or ())) or list(_OUTPUTS)
    if unknown := set(wanted) - _OUTPUTS.keys():
        raise _refused(f"outputs: '{min(unknown)[:40]}' is none of {', '.join(_OUTPUTS)}")
    readings = classifier.predict_batch(_inks(request, settings))
    outputs = _output_tensors(readings, wanted)
    return InferenceReply(model_name=MODEL_NAME, id=request.id, outputs=outputs), readings


def _inks(request: InferenceRequest, settings: Settings) -> list[Preprocessed]:
    """The drawings, each brought to 28x28."""
    if len(request.inputs) != 1:
        raise _refused(f"inputs: {len(request.inputs)} tensors, but one is asked for")
    inks = []
    for index, levels in enumerate(_images_of(request.inputs[0], settings.max_image_pixels)):
        try:
            inks.append(preprocess_levels(levels))
        except InkError as error:
            raise _refused(f"inputs[0].data[{index}]: {error}") from error
    return inks


def _no_number(name: str) -> float:
    """JSON has no NaN and no Infinity, which `json.loads` would let pass (RFC 8259, section 6)."""
    raise ValueError(f"{name} is no number")


def _images_of(tensor: InferenceInput, max_pixels: int) -> NDArray[np.float64]:
    """Grey levels (drawings, height, width), 0 to 255.

    Args:
        tensor: what was sent.
        max_pixels: of one image, height times width.

    Raises:
        ServiceError: it is not the tensor that is asked for, or its data are not what it says.
    """
    if tensor.name != INPUT:
        raise _refused(f"inputs[0].name: there is one input, '{INPUT}'")
    if tensor.datatype not in DATATYPES:
        raise _refused(f"inputs[0].datatype: must be one of {', '.join(DATATYPES)}")
    drawings, height, width = _image_shape(tensor.shape)
    if height * width > max_pixels:
        raise _refused(f"inputs[0].shape: more than the {max_pixels:,} pixels that are read of one image")
    values = _flat(tensor.data, tensor.shape)
    if len(values) != drawings * height * width:
        raise _refused(f"inputs[0].data: {len(values):,} values, which is not what the shape says")
    levels = _levels(values, whole=tensor.datatype != "FP32")
    return levels.reshape(drawings, height, width)


def _output_tensors(readings: Sequence[Prediction], names: Sequence[str]) -> list[OutputTensor]:
    """What was read of each drawing, as the tensors of these names."""
    data: dict[str, list[Any]] = {
        "probabilities": np.concatenate([reading.probabilities for reading in readings]).tolist(),
        "digit": [_NO_DIGIT if reading.digit is None else reading.digit for reading in readings],
        "verdict": [reading.verdict.value for reading in readings],
    }
    return [
        OutputTensor.model_validate(
            {**dict(_OUTPUTS[name]), "shape": [len(readings), *_OUTPUTS[name].shape[1:]], "data": data[name]}
        )
        for name in names
    ]


def _image_shape(shape: Sequence[int]) -> tuple[int, int, int]:
    """How many images there are, their height and their width."""
    match shape:
        case [drawings, pixels] if pixels == _FLAT:
            height = width = FRAME_SIZE
        case [drawings, height, width]:
            pass
        case _:
            raise _refused(
                f"inputs[0].shape: must be [N, {_FLAT}], [N, {FRAME_SIZE}, {FRAME_SIZE}] or [N, height, width]"
            )
    if not 1 <= drawings <= MAX_DRAWINGS or height < 1 or width < 1:
        raise _refused(f"inputs[0].shape: N is 1 to {MAX_DRAWINGS}, height and width are 1 or more")
    return drawings, height, width


def _flat(data: list[Any], shape: Sequence[int]) -> list[Any]:
    """The values in one list, which they are in already, or nested as the shape says."""
    if not (data and isinstance(data[0], list)):
        return data
    if len(data) != shape[0]:
        raise _refused(f"inputs[0].data: {len(data):,} lists, but the shape begins with {shape[0]}")
    for length in shape[1:]:
        if not all(isinstance(part, list) and len(part) == length for part in data):
            raise _refused(f"inputs[0].data: a list whose length is not the {length:,} of the shape")
        data = list(chain.from_iterable(data))
    return data


def _levels(values: list[Any], *, whole: bool) -> NDArray[np.float64]:
    """Numbers as grey levels."""
    if not set(map(type, values)) <= {int, float}:
        raise _refused("inputs[0].data: not numbers alone, flat or nested as the shape says")
    try:
        levels = np.array(values, np.float64)
    except OverflowError as error:
        raise _refused("inputs[0].data: grey values go from 0 to 255") from error
    if not ((levels >= 0) & (levels <= 255)).all():
        raise _refused("inputs[0].data: grey values go from 0 to 255")
    if whole and (levels % 1).any():
        raise _refused("inputs[0].data: fractions need the datatype FP32")
    return levels


def _refused(detail: str) -> ServiceError:
    return ServiceError(Refusal.INVALID_INFERENCE, detail)
