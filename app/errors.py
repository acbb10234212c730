"""Errors as the caller sees them: RFC 9457 problem details, made in this one place.

`ServiceError` refuses a request, and so does `model.errors.InkError`: ink that cannot be read. What a caller sends
is never a 500.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from http import HTTPStatus
from typing import Any

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

_MESSAGES = {
    "model_type": "Input should be an object",
    "extra_forbidden": "there is no such field",
    "too_short": "a point is [x, y], two numbers",  # the points are all that has a fixed length
    "too_long": "a point is [x, y], two numbers",
}
"""Messages for validation errors that pydantic words less clearly, by its name for them."""

_TITLES = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""Statuses as RFC 9110 names them. Before 3.13 Python's `http` has the names of the RFCs that it replaced."""

MEDIA_TYPE = "application/problem+json"

_INFERENCE_PREFIXES = ("/v2/", "/v1/models/")
"""Below them the Open Inference Protocol and the one before it are spoken, which have errors of their own form."""


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
    """An error reply of the Open Inference Protocol, and of the one before it."""

    error: str = Field(description="What is wrong, where, and what is allowed.", examples=["there is no model 'x'"])


class Refusal(Enum):
    """The ways to refuse a request: status, meaning, and for the OpenAPI document a `detail` such as comes with it.

    The name in small letters is the `code` of the reply.
    """

    INVALID_JSON = 400, "The body is not JSON, or a key is there twice", "the key 'strokes' is there more than once"
    INVALID_FORM = 400, "The body is no form, as its Content-Type says"
    INVALID_ENCODING = 400, "The body is not coded as its Content-Encoding says"
    INVALID_INFERENCE = 400, "The body is no inference request"
    INVALID_HTTP = 400, "What came is no HTTP"
    UNAUTHORIZED = (
        401,
        "The service asks for keys, and the request carries none of them",
        "the header X-API-Key must hold one of this service's keys",
    )
    NOT_FOUND = 404, "There is no such thing", "GET /v1/model/layers/9/units/0: not found"
    BODY_TOO_SLOW = 408, "The body takes too long to arrive", "the body took longer than the 20 seconds allowed"
    HEADERS_TOO_SLOW = 408, "The headers take too long to arrive"
    BODY_TOO_LARGE = 413, "The body is larger than allowed", "the body is larger than the 4,194,304 bytes allowed"
    UNSUPPORTED_MEDIA_TYPE = (
        415,
        "The body is of a kind that is not read",
        "Content-Type is 'text/plain', but must be application/json",
    )
    INVALID_REQUEST = (
        422,
        "The ink, the body or the query cannot be read",
        "strokes[0][3]: a point is [x, y], two numbers",
    )
    INVALID_INK = 422, "The ink cannot be read"
    TOO_MANY_REQUESTS = (
        429,
        "The client asks more often than allowed; try again",
        "more than 600 per 1 minute; try again in 7 s",
    )
    HEADERS_TOO_LARGE = 431, "The headers are too long"
    INTERNAL_ERROR = 500, "The service failed on this request; its log says why."
    OVERLOADED = 503, "Too many requests are under way; try again", "64 requests are under way; try again"

    def __init__(self, status: int, meaning: str, example: str = "") -> None:
        self.status = status
        self.meaning = meaning
        self.example = example

    def problem(self, detail: str) -> Problem:
        """The problem document that says so."""
        return _problem(self.status, self.name.lower(), detail)


class ServiceError(DigitsError):
    """A request that is refused, with the `detail` of the reply as its message.

    Attributes:
        refusal: the way in which.
        headers: of the reply.
    """

    def __init__(self, refusal: Refusal, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.refusal = refusal
        self.headers = headers


class RepeatedKeyError(ServiceError):
    """JSON of which readers disagree on what it says: a key is there twice in one object."""

    def __init__(self, detail: str) -> None:
        super().__init__(Refusal.INVALID_JSON, detail)


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error that `app` foresees with a problem document; the others are answered by the request log."""

    @app.exception_handler(ServiceError)
    @app.exception_handler(InkError)
    async def refuse(request: Request, error: ServiceError | InkError) -> Response:
        headers = error.headers if isinstance(error, ServiceError) else None
        return error_response(route_path(request.scope), problem_of(error), headers)

    @app.exception_handler(RequestValidationError)
    async def refuse_query(request: Request, error: RequestValidationError) -> Response:
        return error_response(route_path(request.scope), Refusal.INVALID_REQUEST.problem(_described(error.errors())))

    @app.exception_handler(HTTPException)
    async def refuse_route(request: Request, error: HTTPException) -> Response:
        title = title_of(error.status_code).lower()
        detail = f"{request.method} {request.url.path}: {title}"
        problem = _problem(error.status_code, title.replace(" ", "_"), detail)
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = headers.get("Allow", "GET")  # of static files nobody else says it
            headers["Allow"] = "GET, HEAD" if "GET" in allowed else allowed
        return error_response(route_path(request.scope), problem, headers)

    @app.exception_handler(ClientDisconnect)
    async def leave(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=HTTPStatus.BAD_REQUEST)  # to nobody: the caller has hung up


def title_of(status: int) -> str:
    """An HTTP status in words, the same with every version of Python."""
    return _TITLES.get(status) or HTTPStatus(status).phrase


def problem_of(error: ServiceError | InkError) -> Problem:
    """A refusal as a problem document."""
    refusal = Refusal.INVALID_INK if isinstance(error, InkError) else error.refusal
    return refusal.problem(str(error))


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem document as a response."""
    return Response(problem.model_dump_json(), problem.status, headers, MEDIA_TYPE)


def error_response(path: str, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """An error in the form that goes with the address: a problem document, or what the inference protocol asks."""
    if not is_inference(path):
        return problem_response(problem, headers)
    error = InferenceProblem(error=problem.detail)
    return Response(error.model_dump_json(), problem.status, headers, "application/json")


def route_path(scope: Mapping[str, Any]) -> str:
    """The address that was asked for below the path at which a proxy has the service, ASGI's `root_path`."""
    path: str = scope["path"]
    # Below what is mounted, `root_path` is longer, and Starlette keeps the app's own beside it.
    return path.removeprefix(scope.get("app_root_path", scope.get("root_path", "")))


def is_inference(path: str) -> bool:
    """Whether a protocol of model servers is spoken at an address."""
    return f"{path}/".startswith(_INFERENCE_PREFIXES)


def describe_validation(error: ValidationError) -> str:
    """The first few things wrong in a JSON body, each with its place."""
    if error.error_count() > _MAX_ERRORS:
        return f"more than {_MAX_ERRORS} things are wrong with the body"
    return _described(error.errors(include_url=False, include_context=False))


def _problem(status: int, code: str, detail: str) -> Problem:
    return Problem(title=title_of(status), status=status, detail=detail, code=code)


def _described(errors: Sequence[Mapping[str, object]], most: int = 3) -> str:
    """Validation errors in words: `strokes[2][0]: ...; pixels: ...`."""
    lines = []
    for error in errors[:most]:
        location = error["loc"]
        place = _place(location) if isinstance(location, tuple) else ""
        message = _MESSAGES.get(str(error["type"]), str(error["msg"]).removeprefix("Value error, "))
        lines.append((f"{place}: {message}" if place else message)[:_MAX_LINE])
    if len(errors) > most:
        lines.append(f"and {len(errors) - most} more")
    return "; ".join(lines)


def _place(location: Sequence[object]) -> str:
    """("strokes", 2, 0) as `strokes[2][0]`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".")
