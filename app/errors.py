"""Errors as the caller sees them: RFC 9457 problem details, made in this one place.

    ServiceError (a DigitsError)
    ├── BadJsonError               400   the body is not JSON
    │   └── RepeatedKeyError             or a key of it is there twice
    ├── BadInferenceError          400   no request of the Open Inference Protocol
    ├── UnknownModelError          404   nor is there a model of that name
    ├── BodyTooSlowError           408
    ├── BodyTooLargeError          413
    ├── UnsupportedMediaTypeError  415
    └── BadRequestError            422   JSON or a query, but not what is asked for

`model.errors.InkError`, ink that cannot be read, is a 422 too. What the caller sent is never a 500.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar, Self

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from model.errors import DigitsError, InkError

_MAX_ERRORS = 100
"""Validation errors that are looked at: a body may hold a million, and each costs time and memory."""

_MAX_LINE = 200
"""Characters of one error in a reply, which may quote what the caller sent."""

_IN_OUR_WORDS = {
    "model_type": "Input should be an object",
    "extra_forbidden": "there is no such field",
    "too_short": "a point is [x, y], two numbers",  # the points are all that has a fixed length
    "too_long": "a point is [x, y], two numbers",
}
"""Validation errors that pydantic says less clearly, by its name for them."""

MEDIA_TYPE = "application/problem+json"

INFERENCE_PREFIX = "/v2/"
"""Below it the Open Inference Protocol is spoken, which has errors of its own form."""


class Problem(BaseModel):
    """An error reply (RFC 9457, "Problem details for HTTP APIs")."""

    type: str = Field(default="about:blank", description="`about:blank`: the status says what kind it is.")
    title: str = Field(description="The status in words.", examples=["Unprocessable Content"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(
        description="What is wrong, where, and what is allowed.",
        examples=["strokes[0][3]: a point is [x, y], two finite numbers"],
    )
    code: str = Field(description="The same for programs: it does not change.", examples=["invalid_ink"])


class InferenceProblem(BaseModel):
    """An error reply of the Open Inference Protocol."""

    error: str = Field(description="What is wrong, where, and what is allowed.", examples=["there is no model 'x'"])


class ServiceError(DigitsError):
    """A request that is refused."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]

    @classmethod
    def from_validation(cls, error: ValidationError) -> Self:
        """The first few things wrong in a JSON body, each with its place."""
        if error.error_count() > _MAX_ERRORS:
            return cls(f"more than {_MAX_ERRORS} things are wrong with the body")
        return cls(_described(error.errors(include_url=False, include_context=False)))


class BadJsonError(ServiceError):
    """A body that says it is JSON and is not."""

    status = HTTPStatus.BAD_REQUEST
    code = "invalid_json"


class RepeatedKeyError(BadJsonError):
    """JSON of which readers disagree on what it says: a key is there twice in one object."""


class BadInferenceError(ServiceError):
    """JSON that is no inference request, or tensors that are not those asked for."""

    status = HTTPStatus.BAD_REQUEST
    code = "invalid_inference"


class UnknownModelError(ServiceError):
    """A model's name that is not ours."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class BodyTooSlowError(ServiceError):
    """A body that does not arrive in the time allowed."""

    status = HTTPStatus.REQUEST_TIMEOUT
    code = "body_too_slow"


class BodyTooLargeError(ServiceError):
    """A body beyond the limit, refused while it is read."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"


class UnsupportedMediaTypeError(ServiceError):
    """A body of a kind that cannot be read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"


class BadRequestError(ServiceError):
    """JSON or a query that is not what is asked for."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_request"


def add_error_handlers(app: FastAPI, headers: Mapping[str, str]) -> None:
    """Answer every error of `app` with a problem document.

    Args:
        app: the application.
        headers: of an answer to an error that nothing foresaw: the middleware that sets them lies further in.
    """

    @app.exception_handler(ServiceError)
    @app.exception_handler(InkError)
    async def refuse(request: Request, error: ServiceError | InkError) -> Response:
        problem = problem_of(error)
        return error_response(request.url.path, HTTPStatus(problem.status), problem.code, problem.detail)

    @app.exception_handler(RequestValidationError)
    async def refuse_query(request: Request, error: RequestValidationError) -> Response:
        return error_response(
            request.url.path, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", _described(error.errors())
        )

    @app.exception_handler(HTTPException)
    async def refuse_route(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        code = status.name.lower()
        detail = f"{request.method} {request.url.path}: {status.phrase.lower()}"
        return error_response(request.url.path, status, code, detail, error.headers)

    @app.exception_handler(ClientDisconnect)
    async def leave(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=HTTPStatus.BAD_REQUEST)  # to nobody: the caller has hung up

    @app.exception_handler(Exception)
    async def fail(request: Request, _error: Exception) -> Response:
        detail = "The service failed on this request; its log says why."
        return error_response(request.url.path, HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail, headers)


def problem_of(error: ServiceError | InkError) -> Problem:
    """A refusal as a problem document."""
    if isinstance(error, InkError):
        status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_ink"
    else:
        status, code = error.status, error.code
    return Problem(title=status.phrase, status=status, detail=str(error), code=code)


def problem_response(
    status: HTTPStatus, code: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A problem document as a response."""
    problem = Problem(title=status.phrase, status=status, detail=detail, code=code)
    return Response(problem.model_dump_json(), status, headers, MEDIA_TYPE)


def error_response(
    path: str, status: HTTPStatus, code: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """An error in the form that goes with the address: a problem document, or what the inference protocol asks."""
    if not f"{path}/".startswith(INFERENCE_PREFIX):
        return problem_response(status, code, detail, headers)
    return Response(InferenceProblem(error=detail).model_dump_json(), status, headers, "application/json")


def _described(errors: Sequence[Mapping[str, object]], most: int = 3) -> str:
    """Validation errors in words: `strokes[2][0]: ...; pixels: ...`."""
    lines = []
    for error in errors[:most]:
        location = error["loc"]
        place = _place(location) if isinstance(location, tuple) else ""
        message = _IN_OUR_WORDS.get(str(error["type"]), str(error["msg"]).removeprefix("Value error, "))
        lines.append((f"{place}: {message}" if place else message)[:_MAX_LINE])
    if len(errors) > most:
        lines.append(f"and {len(errors) - most} more")
    return "; ".join(lines)


def _place(location: Sequence[object]) -> str:
    """("strokes", 2, 0) as `strokes[2][0]`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".")
