"""Readings by the protocol of TensorFlow Serving and KServe's V1: drawings in lists in, their probabilities out.

The protocol: TensorFlow Serving, "RESTful API", predict; KServe, "V1 protocol".
"""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from app.decoding import ImageFile, PreparedInk, finish_all, parse_drawing, parse_json, prepare_submitted
from app.errors import Refusal, ServiceError, describe_validation
from app.runtime import Workers
from app.schemas import MAX_DRAWINGS, SIGNATURE, PredictionReply, PredictionRequest
from app.settings import Settings
from model.errors import InkError
from model.image_file import preprocess_image_files
from model.preprocess import FRAME_SIZE, Polylines, Preprocessed
from model.reading import Prediction

_FLAT = FRAME_SIZE**2

_MAX_POINTS = 10
"""Times the points of one drawing: of all in a request."""

_MAX_QUOTE = 40
"""Characters of a caller's word that a reply quotes."""


def parse_predictions(body: bytes) -> PredictionRequest:
    """The request in a body.

    Raises:
        RepeatedKeyError: a key is there twice.
        ServiceError: the body is not JSON, or no such request.
    """
    try:
        request = PredictionRequest.model_validate(parse_json(body))
    except ValidationError as error:
        raise _refused(describe_validation(error)) from error
    if request.signature_name not in {None, "", SIGNATURE}:
        raise _refused(f"signature_name: there is one, '{SIGNATURE}'")
    if (request.instances is None) == (request.inputs is None):
        raise _refused("give exactly one of instances or inputs")
    return request


async def prepare_predictions(request: PredictionRequest, settings: Settings, workers: Workers) -> list[Preprocessed]:
    """Bring each of the drawings of a request to 28x28.

    Args:
        request: what was sent.
        settings: the limits of each drawing.
        workers: what it is done by.

    Raises:
        ServiceError: a drawing cannot be read; the error names it.
        InkError: the images take too long to decode.
    """
    name, instances = _instances(request)
    inks = await workers.in_thread(_inks, name, instances, settings)
    places = [place for place, ink in enumerate(inks) if isinstance(ink, ImageFile)]
    files = [ink.content for ink in inks if isinstance(ink, ImageFile)]
    decoded = await workers.in_process(preprocess_image_files, files, settings.max_image_pixels) if files else []
    for place, ink in zip(places, decoded, strict=True):
        if isinstance(ink, InkError):
            raise _refused(f"{name}[{place}]: {InkError(str(ink), field='image')}") from ink
        inks[place] = ink
    prepared = [ink for ink in inks if not isinstance(ink, ImageFile)]
    return await workers.in_thread(finish_all, prepared)


def prediction_reply(request: PredictionRequest, readings: Sequence[Prediction]) -> PredictionReply:
    """The probabilities of each of the drawings."""
    probabilities = [reading.probabilities.tolist() for reading in readings]
    return PredictionReply(predictions=probabilities, outputs=probabilities if request.instances is None else None)


def _instances(request: PredictionRequest) -> tuple[str, list[Any]]:
    """The drawings one by one, and what they are called where one is to be named."""
    name, instances = "instances", request.instances
    if instances is None:
        name, instances = _column(request.inputs)
    if not 1 <= len(instances) <= MAX_DRAWINGS:
        raise _refused(f"{name}: {len(instances):,} drawings; from 1 to {MAX_DRAWINGS} are read at once")
    return name, instances


def _column(inputs: list[Any] | dict[str, Any] | None) -> tuple[str, list[Any]]:
    if isinstance(inputs, list):
        return "inputs", inputs
    match list((inputs or {}).items()):
        case [(str(name), list(column))]:
            return f"inputs.{name[:_MAX_QUOTE]}", [{name: value} for value in column]
    raise _refused("inputs: must be a list of drawings, or an object with one such list")


def _inks(name: str, instances: Sequence[Any], settings: Settings) -> list[PreparedInk | ImageFile]:
    """Each drawing as far as it can be brought here: images are not decoded yet."""
    inks: list[PreparedInk | ImageFile] = []
    left = most = _MAX_POINTS * settings.max_points
    for index, instance in enumerate(instances):
        try:
            ink = _prepare(instance, settings)
        except (ServiceError, InkError) as error:
            raise _refused(f"{name}[{index}]: {error}") from error
        left -= len(ink.points) if isinstance(ink, Polylines) else 0
        if left < 0:
            raise _refused(f"{name}[{index}]: the drawings so far have more than {most:,} points together")
        inks.append(ink)
    return inks


def _prepare(instance: Any, settings: Settings) -> PreparedInk | ImageFile:
    try:
        drawing = json.dumps(_as_drawing(instance)).encode()
    except RecursionError as error:
        raise _refused("nested too deeply") from error
    if len(drawing) > settings.max_body_bytes:
        raise _refused(f"larger than the {settings.max_body_bytes:,} bytes allowed for one drawing")
    ink = parse_drawing(drawing, settings.max_points)
    return ink if isinstance(ink, ImageFile) else prepare_submitted(ink, settings)


def _as_drawing(instance: Any) -> dict[str, Any]:
    """An instance as the body of `/predict` that it stands for."""
    match instance:
        case list():
            return {"pixels": _rows(instance)}
        case {"b64": image, **others} if not others:
            return {"image": image}
        case {"pixels": list(levels)}:
            return {**instance, "pixels": _rows(levels)}
        case dict() if len(instance) == 1:
            (value,) = instance.values()
            # A signature may call an image's bytes as it likes: `image_bytes`, say.
            return {"image": value["b64"]} if isinstance(value, dict) and set(value) == {"b64"} else instance
        case dict():
            return instance
    raise _refused("must be rows of grey values, or an object with pixels, strokes, image or b64")


def _rows(levels: list[Any]) -> list[Any]:
    """Grey values in rows: from one list of 784, from a channel, or with each value in a list of its own."""
    if len(levels) == _FLAT and not isinstance(levels[0], list):
        return [levels[start : start + FRAME_SIZE] for start in range(0, _FLAT, FRAME_SIZE)]
    if len(levels) == 1 and _is_nested(levels[0]):
        return list(levels[0])
    if _is_nested(levels) and _is_nested(levels[0]):
        return [list(map(_only_value, row)) if isinstance(row, list) else row for row in levels]
    return levels


def _is_nested(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def _only_value(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _refused(detail: str) -> ServiceError:
    return ServiceError(Refusal.INVALID_INFERENCE, detail)
