"""Readings by the Open Inference Protocol: a tensor of grey values in, tensors of what was read out.

The protocol: "Open Inference Protocol", HTTP/REST, as KServe and other servers of models speak it.
"""

import json

from pydantic import ValidationError

from app.decoding import images_of, output_tensors, preprocess_levels, unique_pairs
from app.errors import BadInferenceError, BadJsonError
from app.schemas import METADATA, MODEL_NAME, InferenceReply, InferenceRequest
from app.settings import Settings
from model.classifier import Classifier
from model.errors import InkError
from model.preprocess import Preprocessed
from model.reading import Prediction

_OUTPUTS = tuple(tensor.name for tensor in METADATA.outputs)

_MAX_PARTS = 2**18
"""Lists and objects in a body: rows of 1024 in each of 256 images. Each takes many times the room of its two
characters, so that a body of nothing else must not be taken apart."""


def parse_inference(body: bytes) -> InferenceRequest:
    """The request in a body.

    Raises:
        RepeatedKeyError: a key is there twice.
        BadJsonError: the body is not JSON.
        BadInferenceError: it is, but no such request.
    """
    if body.count(b"[") + body.count(b"{") > _MAX_PARTS:
        raise BadInferenceError(f"more than {_MAX_PARTS:,} lists and objects")
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=unique_pairs, parse_constant=_no_number)
        if b"\\u" in body:
            # Half a character can be escaped, which is in no text that could be sent back.
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise BadJsonError("the body is not JSON: nested too deeply") from error
    except ValueError as error:
        raise BadJsonError(f"the body is not JSON: {error}") from error
    try:
        return InferenceRequest.model_validate(found)
    except ValidationError as error:
        raise BadInferenceError.from_validation(error) from error


def inference_reply(
    classifier: Classifier, request: InferenceRequest, settings: Settings
) -> tuple[InferenceReply, list[Prediction]]:
    """Read each drawing of a request; the readings, too, for whoever counts them.

    Raises:
        BadInferenceError: the tensors are not those asked for, or their ink cannot be read.
    """
    wanted = dict.fromkeys(output.name for output in request.outputs or ()) or _OUTPUTS
    if unknown := set(wanted) - set(_OUTPUTS):
        raise BadInferenceError(f"outputs: '{min(unknown)[:40]}' is none of {', '.join(_OUTPUTS)}")
    readings = classifier.predict_batch(_inks(request, settings))
    outputs = output_tensors(readings, list(wanted))
    return InferenceReply(model_name=MODEL_NAME, id=request.id, outputs=outputs), readings


def _inks(request: InferenceRequest, settings: Settings) -> list[Preprocessed]:
    """The drawings, each brought to 28x28."""
    if len(request.inputs) != 1:
        raise BadInferenceError(f"inputs: {len(request.inputs)} tensors, but one is asked for")
    inks = []
    for index, levels in enumerate(images_of(request.inputs[0], settings.max_image_pixels)):
        try:
            inks.append(preprocess_levels(levels))
        except InkError as error:
            raise BadInferenceError(f"inputs[0].data[{index}]: {error}") from error
    return inks


def _no_number(name: str) -> float:
    """JSON has no NaN and no Infinity, which `json.loads` would let pass (RFC 8259, section 6)."""
    raise ValueError(f"{name} is no number")
