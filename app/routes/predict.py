"""`POST /predict`: one drawing in, what it is out."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.body import read_body
from app.errors import MEDIA_TYPE, BadJsonError, BadRequestError, Problem, UnsupportedMediaTypeError
from app.ink import FORMATS, preprocess_image_bytes, preprocess_request
from app.reply import predict_reply
from app.routes.dependencies import AppClassifier, AppSettings
from app.schemas import Include, PredictReply, PredictRequest
from app.settings import Settings
from model.preprocess import Preprocessed

router = APIRouter(tags=["predict"])

_INCLUDES: tuple[Include, ...] = get_args(Include)
_IMAGE_TYPES = tuple(FORMATS.values())
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The body is not JSON"},
    413: {"description": "The body is larger than allowed"},
    415: {"description": "The body is neither JSON nor a PNG, JPEG or WebP image"},
    422: {"description": "The ink or the query cannot be read"},
}
_REQUEST_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": PredictRequest.model_json_schema()},
        **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in _IMAGE_TYPES},
    },
}


@router.post(
    "/predict",
    summary="Read one drawing",
    response_model=PredictReply,
    responses={
        status: {**problem, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
        for status, problem in _PROBLEMS.items()
    },
    openapi_extra={"requestBody": _REQUEST_BODY},
)
async def predict(
    request: Request,
    settings: AppSettings,
    classifier: AppClassifier,
    include: Annotated[
        list[str],
        Query(
            default_factory=list,
            description=f"Optional parts of the reply, separated by commas: {', '.join(_INCLUDES)}.",
        ),
    ],
) -> Response:
    """Read a drawing sent as JSON (an image, strokes or pixels) or as the raw bytes of an image.

    The optional parts of the reply come only when asked for with `include`.
    """
    parts = _parts(include)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and media_type not in _IMAGE_TYPES:
        allowed = ", ".join(["application/json", *_IMAGE_TYPES])
        found = f"is '{media_type}'" if media_type else "is missing"
        raise UnsupportedMediaTypeError(f"Content-Type {found}, but must be one of {allowed}")
    body = await read_body(request, settings.max_body_bytes)

    def answer() -> bytes:
        ink = _preprocess(body, media_type, settings)
        reply = predict_reply(classifier, ink, parts)
        return reply.model_dump_json(exclude_unset=True).encode()

    # Decoding a large image takes a while; in a thread it does not hold up the other callers.
    return Response(await run_in_threadpool(answer), media_type="application/json")


def _preprocess(body: bytes, media_type: str, settings: Settings) -> Preprocessed:
    if media_type in _IMAGE_TYPES:
        return preprocess_image_bytes(body, settings)
    try:
        return preprocess_request(PredictRequest.model_validate_json(body), settings)
    except ValidationError as error:
        only = error.errors(include_url=False, include_context=False)[0] if error.error_count() == 1 else None
        if only and only["type"] == "json_invalid":
            raise BadJsonError(f"the body is not JSON: {only['msg'].removeprefix('Invalid JSON: ')}") from error
        raise BadRequestError.from_validation(error) from error


def _parts(include: list[str]) -> frozenset[Include]:
    """The optional parts out of `input,trace`, or of several such."""
    asked = {part.strip() for parts in include for part in parts.split(",")} - {""}
    if unknown := asked - set(_INCLUDES):
        raise BadRequestError(f"include: '{min(unknown)[:40]}' is not known; choose from {', '.join(_INCLUDES)}")
    return frozenset(part for part in _INCLUDES if part in asked)
