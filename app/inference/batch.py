"""Many drawings in one body: taken apart, each read or refused on its own, all through the network at once."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.decoding import ImageFile, PreparedInk, finish_all, parse_model, prepare_submitted, submitted
from app.errors import Refusal, RepeatedKeyError, ServiceError, problem_of
from app.inference.reply import drawing_reading, model_info
from app.runtime import Workers
from app.schemas import MAX_ITEMS, BatchProblem, BatchReply, PredictRequest
from app.settings import Settings
from model.classifier import Classifier
from model.errors import InkError
from model.image_file import preprocess_image_files
from model.preprocess import BoxedStrokes

_SPACE = rb"[ \t\n\r]*+"
_BEGIN = re.compile(rb'%b\{%b"items"%b:%b\[%b' % ((_SPACE,) * 5))
_COMMA = re.compile(rb"%b,%b" % (_SPACE, _SPACE))
_END = re.compile(rb"%b\]%b\}%b\Z" % ((_SPACE,) * 3))
_FLAT_OBJECT = re.compile(rb'\{(?:[^{}"]++|"(?:[^"\\]++|\\.)*+")*+\}', re.DOTALL)
"""An object that holds no other, as each drawing is, from brace to brace and in one linear pass.

In UTF-8 no part of another character looks like a brace or a quotation mark, so the bytes need not become text first:
with one rare character in it that takes four times their room.
"""

_MAX_OTHER = 2**16
"""Bytes of an item that is no drawing, and of a body that is no batch, which are looked at more closely."""

_MAX_POINTS = 10
"""Times the points of one drawing: of all in a batch."""


class _Batch(BaseModel):
    """A body that is to be refused: pydantic says why."""

    model_config = ConfigDict(extra="forbid", strict=True)

    items: list[Any]


async def prepare_batch(body: bytes, settings: Settings, workers: Workers) -> list[PreparedInk | BatchProblem]:
    """Each of the drawings in a batch on its way to 28x28, or why it cannot get there.

    Args:
        body: JSON, `{"items": [...]}`.
        settings: the limits of each drawing.
        workers: what it is done by.

    Raises:
        ServiceError: the body is not JSON, or no batch.
        InkError: its images take too long to decode.
    """
    inks = await workers.in_thread(_inks, body, settings)
    places = [place for place, ink in enumerate(inks) if isinstance(ink, ImageFile)]
    files = [ink.content for ink in inks if isinstance(ink, ImageFile)]
    decoded = await workers.in_process(preprocess_image_files, files, settings.max_image_pixels) if files else []
    for place, ink in zip(places, decoded, strict=True):
        inks[place] = _refused_item(place, InkError(str(ink), field="image")) if isinstance(ink, InkError) else ink
    return [ink for ink in inks if not isinstance(ink, ImageFile)]


def batch_reply(classifier: Classifier, inks: Sequence[PreparedInk | BatchProblem]) -> BatchReply:
    """Read each of the drawings of a batch."""
    readings = iter(classifier.predict_batch(finish_all([ink for ink in inks if not isinstance(ink, BatchProblem)])))
    return BatchReply(
        results=[ink if isinstance(ink, BatchProblem) else drawing_reading(next(readings)) for ink in inks],
        model=model_info(classifier.artifact),
    )


def split_items(body: bytes) -> list[bytes]:
    """The JSON text of each item, at least one and at most `MAX_ITEMS`, not looked into yet.

    So only one drawing at a time is held as lists and numbers, which take many times the room of their text.

    Raises:
        ServiceError: the body is not JSON, as far as can be told from without, or no batch.
    """
    begin = _BEGIN.match(body)
    if not begin:
        raise _no_batch(body)
    items: list[bytes] = []
    for start, end in _items(body, begin.end()):
        if len(items) == MAX_ITEMS:
            raise _refused(f"items: more than the {MAX_ITEMS} drawings that are read at once")
        items.append(body[start:end])
    return items


def _items(body: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Where each item begins and ends in the body, the first of them beginning at `at`."""
    while True:
        flat = _FLAT_OBJECT.match(body, at)
        end = flat.end() if flat else _end_of_other(body, at)
        yield at, end
        if _END.match(body, end):
            return
        comma = _COMMA.match(body, end)
        if not comma:
            raise _no_batch(body)
        at = comma.end()


def _end_of_other(body: bytes, at: int) -> int:
    """Where an item ends that is no drawing."""
    try:
        text = body[at : at + _MAX_OTHER].decode("utf-8", "surrogateescape")
        _, length = json.JSONDecoder().raw_decode(text)
    except (RecursionError, ValueError) as error:
        raise _no_batch(body) from error
    return at + len(text[:length].encode("utf-8", "surrogateescape"))


def _no_batch(body: bytes) -> ServiceError:
    """What is wrong with a body that is no batch."""
    if len(body) <= _MAX_OTHER:
        try:
            batch = parse_model(_Batch, body)
        except ServiceError as error:
            return error
        if not batch.items:
            return _refused("items: there is none; at least one drawing is asked for")
    return _refused('not {"items": [...]} with nothing but drawings in it')


def _refused(detail: str) -> ServiceError:
    return ServiceError(Refusal.INVALID_REQUEST, detail)


def _inks(body: bytes, settings: Settings) -> list[PreparedInk | ImageFile | BatchProblem]:
    """Each drawing as far as it can be brought here: images are not decoded yet."""
    inks: list[PreparedInk | ImageFile | BatchProblem] = []
    left = most = _MAX_POINTS * settings.max_points
    for index, item in enumerate(split_items(body)):
        try:
            ink = _prepare(item, settings)
        except (ServiceError, InkError) as error:
            inks.append(_refused_item(index, error))
            continue
        left -= sum(map(len, ink.strokes)) if isinstance(ink, BoxedStrokes) else 0
        if left < 0:
            beyond = InkError(f"the drawings so far have more than {most:,} points together", field="strokes")
            inks.append(_refused_item(index, beyond))
        else:
            inks.append(ink)
    return inks


def _prepare(item: bytes, settings: Settings) -> PreparedInk | ImageFile:
    if len(item) > settings.max_body_bytes:
        detail = f"larger than the {settings.max_body_bytes:,} bytes allowed for one drawing"
        raise ServiceError(Refusal.BODY_TOO_LARGE, detail)
    ink = submitted(parse_model(PredictRequest, item))
    return ink if isinstance(ink, ImageFile) else prepare_submitted(ink, settings)


def _refused_item(index: int, error: ServiceError | InkError) -> BatchProblem:
    problem = problem_of(error)
    detail = f"items[{index}]: {error}"
    if problem.code == "invalid_json" and not isinstance(error, RepeatedKeyError):
        raise ServiceError(Refusal.INVALID_JSON, detail) from error  # then the whole is not JSON
    return BatchProblem(problem=problem.model_copy(update={"detail": detail}))
