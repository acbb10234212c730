"""Many drawings in one body: taken apart, each read or refused on its own, all through the network at once."""

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.decoding import PreparedInk, finish_all, parse_model, prepare_submitted
from app.errors import Refusal, RepeatedKeyError, ServiceError, problem_of
from app.inference.reply import drawing_reading, model_info
from app.schemas import MAX_ITEMS, BatchProblem, BatchReply, PredictRequest
from app.settings import Settings
from model.classifier import Classifier
from model.errors import InkError

_SPACE = r"[ \t\n\r]*+"
_BEGIN = re.compile(rf'{_SPACE}\{{{_SPACE}"items"{_SPACE}:{_SPACE}\[{_SPACE}')
_COMMA = re.compile(rf"{_SPACE},{_SPACE}")
_END = re.compile(rf"{_SPACE}\]{_SPACE}\}}{_SPACE}\Z")
_FLAT_OBJECT = re.compile(r'\{(?:[^{}"]++|"(?:[^"\\]++|\\.)*+")*+\}', re.DOTALL)
"""An object that holds no other, as each drawing is, from brace to brace and in one linear pass."""

_MAX_OTHER = 2**16
"""Characters of an item that is no drawing, and of a body that is no batch, which are looked at more closely."""


class _Batch(BaseModel):
    """A body that is to be refused: pydantic says why."""

    model_config = ConfigDict(extra="forbid", strict=True)

    items: list[Any]


def batch_reply(classifier: Classifier, body: bytes, settings: Settings) -> BatchReply:
    """Read each of the drawings in a batch.

    Args:
        classifier: what reads.
        body: JSON, `{"items": [...]}`.
        settings: the limits of each drawing.

    Raises:
        ServiceError: the body is not JSON, or no batch.
    """
    inks = [_ink_or_problem(index, item, settings) for index, item in enumerate(split_items(body))]
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
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"the body is not JSON: not UTF-8 at byte {error.start}"
        raise ServiceError(Refusal.INVALID_JSON, detail) from error
    begin = _BEGIN.match(text)
    if not begin:
        raise _no_batch(body)
    items: list[bytes] = []
    for start, end in _items(text, begin.end(), body):
        if len(items) == MAX_ITEMS:
            raise _refused(f"items: more than the {MAX_ITEMS} drawings that are read at once")
        items.append(text[start:end].encode())
    return items


def _items(text: str, at: int, body: bytes) -> Iterator[tuple[int, int]]:
    """Where each item begins and ends in the text, the first of them beginning at `at`."""
    while True:
        flat = _FLAT_OBJECT.match(text, at)
        end = flat.end() if flat else _end_of_other(text, at, body)
        yield at, end
        if _END.match(text, end):
            return
        comma = _COMMA.match(text, end)
        if not comma:
            raise _no_batch(body)
        at = comma.end()


def _end_of_other(text: str, at: int, body: bytes) -> int:
    """Where an item ends that is no drawing."""
    try:
        _, length = json.JSONDecoder().raw_decode(text[at : at + _MAX_OTHER])
    except (RecursionError, ValueError) as error:
        raise _no_batch(body) from error
    return at + length


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


def _ink_or_problem(index: int, item: bytes, settings: Settings) -> PreparedInk | BatchProblem:
    """One drawing on its way to 28x28, or why it cannot get there."""
    try:
        return _prepare(item, settings)
    except (ServiceError, InkError) as error:
        problem = problem_of(error)
        detail = f"items[{index}]: {error}"
        if problem.code == "invalid_json" and not isinstance(error, RepeatedKeyError):
            raise ServiceError(Refusal.INVALID_JSON, detail) from error  # then the whole is not JSON
        return BatchProblem(problem=problem.model_copy(update={"detail": detail}))


def _prepare(item: bytes, settings: Settings) -> PreparedInk:
    if len(item) > settings.max_body_bytes:
        detail = f"larger than the {settings.max_body_bytes:,} bytes allowed for one drawing"
        raise ServiceError(Refusal.BODY_TOO_LARGE, detail)
    return prepare_submitted(parse_model(PredictRequest, item), settings)
