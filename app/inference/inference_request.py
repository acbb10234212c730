"""A request of the Open Inference Protocol, understood: which drawings are sent, and what is to come out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from app.decoding import parse_json, preprocess_levels
from app.errors import Refusal, ServiceError, describe_validation
from app.inference.tensors import images_of
from app.schemas import (
    HEADER_LENGTH,
    INPUT,
    METADATA,
    InferenceInput,
    InferenceOutput,
    InferenceRequest,
)
from app.settings import Settings
from model.errors import InkError
from model.preprocess import Preprocessed

_OUTPUTS = [tensor.name for tensor in METADATA.outputs]

_MAX_QUOTE = 40
"""Characters of a caller's word that a reply quotes."""


@dataclass(frozen=True, slots=True)
class Inference:
    """A request that was understood.

    Attributes:
        images: grey levels (drawings, height, width), 0 to 255, of any numeric type.
        outputs: the names of the tensors that are wanted, and whether each is wanted in binary.
        id: by which the caller knows it.
    """

    images: NDArray[np.generic]
    outputs: dict[str, bool]
    id: str | None

    def inks(self) -> list[Preprocessed]:
        """The drawings, each brought to 28x28.

        Raises:
            ServiceError: one cannot be read.
        """
        inks = []
        for index, levels in enumerate(self.images):
            try:
                inks.append(preprocess_levels(levels))
            except InkError as error:
                raise _refused(f"inputs[0].data[{index}]: {error} (input '{INPUT}')") from error
        return inks


def parse_inference(body: bytes, header_length: str | None, settings: Settings) -> Inference:
    """The request in a body.

    Args:
        body: JSON, and after it tensors in binary if it is longer.
        header_length: how many bytes of it are JSON, in digits; None for all.
        settings: the limits.

    Raises:
        RepeatedKeyError: a key is there twice.
        ServiceError: the body is not JSON, or no such request.
    """
    length = len(body) if header_length is None else _header_length(header_length, len(body))
    try:
        request = InferenceRequest.model_validate(parse_json(body[:length]))
    except ValidationError as error:
        raise _refused(describe_validation(error)) from error
    outputs = _wanted(request)
    tensor = _only(request.inputs)
    binary = _binary_of(tensor, memoryview(body)[length:])
    return Inference(images_of(tensor, binary, settings.max_image_pixels), outputs, request.id)


def _header_length(text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and 1 <= int(text) <= most):
        raise _refused(f"{HEADER_LENGTH}: must be a number from 1 to the {most:,} bytes of the body")
    return int(text)


def _only(inputs: Sequence[InferenceInput]) -> InferenceInput:
    if len(inputs) != 1:
        names = f" ({', '.join(repr(tensor.name[:_MAX_QUOTE]) for tensor in inputs[:3])})" if inputs else ""
        raise _refused(f"inputs: {len(inputs)} tensors{names}, but one is asked for, '{INPUT}'")
    return inputs[0]


def _binary_of(tensor: InferenceInput, rest: memoryview) -> memoryview | None:
    """The tensor's data in what follows the JSON; None if they are in the JSON."""
    parameters = tensor.parameters
    if parameters and parameters.shared_memory_region is not None:
        raise _refused(f"inputs[0].parameters: there is no shared memory (input '{INPUT}')")
    size = parameters.binary_data_size if parameters else None
    if (size is None) == (tensor.data is None):
        how_many = "neither" if size is None else "both"
        raise _refused(f"inputs[0]: needs data or parameters.binary_data_size, and has {how_many} (input '{INPUT}')")
    if len(rest) != (size or 0):
        detail = f"{size or 0:,}, but {len(rest):,} bytes follow the JSON, whose length {HEADER_LENGTH} tells"
        raise _refused(f"inputs[0].parameters.binary_data_size: {detail} (input '{INPUT}')")
    return None if size is None else rest


def _wanted(request: InferenceRequest) -> dict[str, bool]:
    """The names of the tensors that are to come out, and whether each is to be in binary."""
    binary = bool(request.parameters and request.parameters.binary_data_output)
    if not request.outputs:
        return dict.fromkeys(_OUTPUTS, binary)
    return {output.name: _is_binary(index, output, binary) for index, output in enumerate(request.outputs)}


def _is_binary(index: int, output: InferenceOutput, default: bool) -> bool:
    if output.name not in _OUTPUTS:
        raise _refused(f"outputs: '{output.name[:_MAX_QUOTE]}' is none of {', '.join(_OUTPUTS)}")
    parameters = output.parameters
    if parameters and parameters.classification is not None:
        detail = "there are no classifications; the probabilities are those of the digits 0 to 9"
        raise _refused(f"outputs[{index}].parameters: {detail} (output '{output.name}')")
    if parameters and parameters.shared_memory_region is not None:
        raise _refused(f"outputs[{index}].parameters: there is no shared memory (output '{output.name}')")
    return default if parameters is None or parameters.binary_data is None else parameters.binary_data


def _refused(detail: str) -> ServiceError:
    return ServiceError(Refusal.INVALID_INFERENCE, detail)
