"""Replies taken for what they are: a reading, or the error that says why there is none."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from digits_client.bodies import Reply
from digits_client.errors import RefusedError, ReplyError, UnavailableError
from digits_client.readings import Model, NumberReading, Reading
from digits_client.retries import Attempts

_Value = TypeVar("_Value")

_SUCCESS = range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES)

_PLACE_IN_BATCH = re.compile(r"^items\[\d+\]: ")

Parser = Callable[[bytes], _Value]
"""Makes a value of a reply's body.

Raises:
    ReplyError: it is none.
"""


@dataclass(frozen=True, slots=True)
class _Problem:
    """What the client needs of a problem document (RFC 9457)."""

    detail: str
    code: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class _Batch:
    """The reply of `/predict/batch`; each result is looked into on its own."""

    results: list[dict[str, Any]]
    model: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Readiness:
    """The reply of `/readyz`."""

    model: Model


def parse_reading(content: bytes) -> Reading:
    """The reply of `/predict`."""
    return _parsed(Reading, content)


def parse_batch(content: bytes, count: int) -> list[Reading | RefusedError]:
    """The reply of `/predict/batch` to so many drawings: for each what is read, or why it is refused."""
    batch = _parsed(_Batch, content)
    if len(batch.results) != count:
        raise ReplyError(f"{len(batch.results)} results for {count} drawings")
    return [_result(result, batch.model) for result in batch.results]


def _result(result: dict[str, Any], model: dict[str, Any]) -> Reading | RefusedError:
    if "problem" not in result:
        return _validated(Reading, {**result, "model": model})
    refusal = _validated(_Problem, result["problem"])
    # Its place in one of several requests says nothing to those who know the drawing's own.
    return RefusedError(refusal.status, refusal.code, _PLACE_IN_BATCH.sub("", refusal.detail))


def parse_number(content: bytes) -> NumberReading:
    """The reply of `/read`."""
    return _parsed(NumberReading, content)


def parse_ready(content: bytes) -> Model:
    """The reply of `/readyz`: the weights that are served."""
    return _parsed(_Readiness, content).model


def success_of(attempts: Attempts) -> bytes:
    """The body of the reply to the last attempt.

    Raises:
        DigitsClientError: it is no success, or there is none.
    """
    outcome = attempts.outcome
    if isinstance(outcome, httpx.RequestError):
        detail = f"{type(outcome).__name__}: {outcome}".removesuffix(": ")
        raise UnavailableError(None, detail, attempts.made) from outcome
    status = outcome.status
    if status in _SUCCESS:
        return outcome.content()
    if status < HTTPStatus.BAD_REQUEST:
        raise ReplyError(f"status {status}, which the service never answers with")
    problem = _problem_in(outcome)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise UnavailableError(status, problem.detail, attempts.made)
    raise RefusedError(status, problem.code, problem.detail)


def _problem_in(reply: Reply) -> _Problem:
    """The problem document in a reply, or its status in words: a proxy may have answered instead."""
    try:
        return _parsed(_Problem, reply.content())
    except ReplyError:
        return _Problem(reply.reason or f"status {reply.status}")


def _parsed(kind: type[_Value], content: bytes) -> _Value:
    """A value out of JSON; fields that it does not have are passed over, since the service may come to send more."""
    return _checked(_adapter(kind).validate_json, content)


def _validated(kind: type[_Value], value: Any) -> _Value:
    """The same out of what JSON was already made into."""
    return _checked(_adapter(kind).validate_python, value)


def _checked(validate: Callable[[Any], _Value], value: Any) -> _Value:
    try:
        return validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ReplyError(
            f"not the reply of a digits service: {place + ': ' if place else ''}{first['msg']}"
        ) from error


def _adapter(kind: type[_Value]) -> TypeAdapter[_Value]:
    return _adapters(kind)  # type: ignore[arg-type] # a class is hashable


@cache
def _adapters(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
